package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.Backup;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a node that goes on meanwhile, and what is made of them. */
class BackupTest extends Funded {
  @TempDir Path directory;

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.directory(directory.resolve("node")).option("snapshotBytes", "16384");
  }

  /** Every file below a directory, with its bytes. */
  static Map<Path, List<Byte>> files(Path root) throws IOException {
    Map<Path, List<Byte>> all = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        all.put(root.relativize(file), bytes);
      }
    }
    return all;
  }

  private void buyOne() {
    Task task = buyer.submit(add(), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
  }

  private List<JournalSummary> agreements(Path of) {
    return JournalSummary.read(of, ledger.info(), signatures);
  }

  @Test
  void whatWasDoneBeforeIsInABackupAndTheNodeGoesOn() {
    buyOne();
    buyOne();
    Task during = buyer.submit(add(), half());
    Backup backup = buyerNode.backup(directory.resolve("copy"));
    assertThat(during.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    buyOne();
    assertThat(buyerNode.health().problems()).isEmpty();

    VerifiedState there = EdgeBeat.verify(directory.resolve("copy"));
    assertThat(there.backup()).isTrue();
    assertThat(there.lastRecord()).isEqualTo(backup.records());
    assertThat(there.snapshots()).isPositive();
    assertThat(there.unfinishedBytes()).isZero();
    assertThat(there.agreements()).isBetween(4, 5);

    Path restored = directory.resolve("restored");
    EdgeBeat.restore(directory.resolve("copy"), restored);
    buyerNode.close();
    List<JournalSummary> now = agreements(directory.resolve("node"));
    List<JournalSummary> then = agreements(restored);
    assertThat(now).hasSize(6);
    assertThat(then)
        .hasSizeBetween(4, 5)
        .extracting(JournalSummary::id)
        .isSubsetOf(now.stream().map(JournalSummary::id).toList());
    // The two that stay open, and two of the others, are just what they are now.
    assertThat(then.stream().filter(now::contains)).hasSizeGreaterThanOrEqualTo(4);
    EdgeBeatNode again = opened(node(buyerKey).noExecutor().directory(restored));
    assertThat(again.health().serving()).isTrue();
  }

  @Test
  void theContentOfTheNodeComesAlong() {
    Path home = directory.resolve("hoster");
    EdgeBeatNode hoster =
        EdgeBeat.node()
            .signer(malloryKey)
            .signatures(signatures)
            .ledger(chain.connect(malloryKey))
            .transport(network.transport(malloryKey.address()))
            .directory(home)
            .open();
    byte[] bytes = bytes(700_000);
    var id =
        hoster
            .content()
            .put(
                io.edgebeat.api.storage.ContentSource.of(bytes),
                io.edgebeat.api.storage.Progress.NONE);
    hoster.backup(directory.resolve("copy"));
    hoster.close();
    Path restored = directory.resolve("restored");
    EdgeBeat.restore(directory.resolve("copy"), restored);
    try (EdgeBeatNode again =
        EdgeBeat.node()
            .signer(malloryKey)
            .signatures(signatures)
            .ledger(chain.connect(malloryKey))
            .transport(network.transport(malloryKey.address()))
            .directory(restored)
            .open()) {
      assertThat(again.content().stat(id).sizeBytes()).isEqualTo(bytes.length);
      assertThat(again.content().has(id)).isTrue();
    }
  }

  @Test
  void aBackupThatWasNotCompletedIsNoneAndTheNextOneReplacesIt() throws IOException {
    Path copy = directory.resolve("copy");
    buyerNode.backup(copy);
    // As far as a crash may have come: everything but the name.
    Path unfinished = directory.resolve("second.unfinished");
    Files.move(copy, unfinished);
    refused(ErrorCode.STORAGE_FAILED, () -> EdgeBeat.verify(directory.resolve("second")), "second");
    Files.delete(unfinished.resolve("backup.manifest"));
    refused(
        ErrorCode.CORRUPTED,
        () -> EdgeBeat.restore(unfinished, directory.resolve("restored")),
        "backup.manifest",
        "not completed");
    buyerNode.backup(directory.resolve("second"));
    assertThat(unfinished).doesNotExist();
    assertThat(EdgeBeat.verify(directory.resolve("second")).backup()).isTrue();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path copy = directory.resolve("copy");
    buyerNode.backup(copy);
    Map<Path, List<Byte>> before = files(copy);
    refused(ErrorCode.INVALID_ARGUMENT, () -> buyerNode.backup(copy), copy, "already");
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("letter"), "dear");
    refused(ErrorCode.INVALID_ARGUMENT, () -> EdgeBeat.restore(copy, full), full, "already");
    assertThat(full.resolve("letter")).hasContent("dear");
    assertThat(files(copy)).isEqualTo(before);
    Path empty = Files.createDirectory(directory.resolve("empty"));
    EdgeBeat.restore(copy, empty);
    assertThat(EdgeBeat.verify(empty).backup()).isFalse();
    buyerNode.close();
    refused(ErrorCode.CLOSED, () -> buyerNode.backup(directory.resolve("late")), "closed");
  }

  @Test
  void aDamagedBackupIsNamedAndNothingIsRestored() throws IOException {
    buyOne();
    Path copy = directory.resolve("copy");
    buyerNode.backup(copy);
    Path target = directory.resolve("restored");
    for (Path name : files(copy).keySet()) {
      Path file = copy.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int at : new int[] {0, whole.length / 2, whole.length - 1}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= 4;
        Files.write(file, flipped);
        refused(ErrorCode.CORRUPTED, () -> EdgeBeat.restore(copy, target), file, "offset ");
        refused(ErrorCode.CORRUPTED, () -> EdgeBeat.verify(copy), file, "offset ");
      }
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
      refused(ErrorCode.CORRUPTED, () -> EdgeBeat.restore(copy, target), file, "offset ");
      Files.write(file, whole);
    }
    assertThat(target).doesNotExist();
    Path manifest = copy.resolve("backup.manifest");
    Files.writeString(
        manifest, Files.readString(manifest).replace("backup, version 1", "backup, version 2"));
    refused(ErrorCode.UNKNOWN_VERSION, () -> EdgeBeat.restore(copy, target), manifest, "version 2");
  }

  @Test
  void aCheckOfANodeFindsEveryDamageAndSaysWhere() throws IOException {
    buyOne();
    buyOne();
    Path home = directory.resolve("node");
    refused(ErrorCode.LOCKED, () -> EdgeBeat.verify(home), "journal.lock");
    buyerNode.close();
    Map<Path, List<Byte>> before = files(home);
    VerifiedState whole = EdgeBeat.verify(home);
    assertThat(whole.agreements()).isEqualTo(4);
    assertThat(whole.facts()).isGreaterThan(60);
    assertThat(whole.snapshots()).isPositive();
    assertThat(files(home)).isEqualTo(before);
    Path journal = home.resolve("journal");
    try (Stream<Path> list = Files.list(journal)) {
      for (Path file : list.filter(f -> f.toFile().length() > 0).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at += 1 + bytes.length / 40) {
          byte[] flipped = bytes.clone();
          flipped[at] ^= 16;
          Files.write(file, flipped);
          try {
            VerifiedState found = EdgeBeat.verify(home);
            // The mark at the end is all that may be missing: what it confirms is there.
            assertThat(found.lastRecord()).as("%s at %s", file, at).isEqualTo(whole.lastRecord());
            assertThat(found.unfinishedBytes()).as("%s at %s", file, at).isPositive();
          } catch (EdgeBeatException named) {
            assertThat(named.code()).isIn(ErrorCode.CORRUPTED, ErrorCode.UNKNOWN_VERSION);
            assertThat(named).hasMessageContaining(file.toString());
          }
        }
        Files.write(file, bytes);
      }
    }
    assertThat(EdgeBeat.verify(home)).isEqualTo(whole);
  }
}

package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that a node cannot be opened on: a clear error, again and again, and no change. */
class BadJournalTest extends Funded {
  @TempDir Path directory;

  /** A node's directory with a snapshot, and records in front of it and behind it. */
  private Path written() throws IOException {
    Path home = directory.resolve("node");
    EdgeBeatNode node = node(malloryKey).directory(home).option("snapshotBytes", "1024").open();
    for (int i = 0; i < 6; i++) {
      node.seller().withdraw(node.seller().advertise(HERE).id());
    }
    until("a snapshot", () -> snapshots(home) > 0);
    node.close();
    return home;
  }

  private static long snapshots(Path home) {
    try (Stream<Path> files = Files.list(home.resolve("journal"))) {
      return files.filter(f -> f.toString().endsWith(".snapshot")).count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The newest of its kind. */
  private static Path file(Path home, String end) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("journal"))) {
      return files.filter(f -> f.toString().endsWith(end)).max(Path::compareTo).orElseThrow();
    }
  }

  private void refusedForGood(ErrorCode code, Path home, Object... parts) throws IOException {
    Map<Path, List<Byte>> before = BackupTest.files(home);
    for (int i = 0; i < 3; i++) {
      refused(code, () -> node(malloryKey).directory(home).open(), parts);
      assertThat(BackupTest.files(home)).as("nothing is changed").isEqualTo(before);
    }
  }

  private static void change(Path file, int at, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= (byte) bit;
    Files.write(file, bytes);
  }

  @Test
  void aFlippedBitIsNamedWithItsOffset() throws IOException {
    Path home = written();
    Path segment = file(home, ".segment");
    byte[] whole = Files.readAllBytes(segment);
    change(segment, 64, 1);
    refusedForGood(ErrorCode.CORRUPTED, home, segment, "offset 64", "nothing was changed");
    Files.write(segment, whole);
    node(malloryKey).directory(home).open().close();
  }

  @Test
  void aJournalOfALaterReleaseIsLeftAlone() throws IOException {
    Path home = written();
    Path segment = file(home, ".segment");
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer.wrap(bytes).putInt(8, 9);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 60);
    ByteBuffer.wrap(bytes).putInt(60, (int) crc.getValue());
    Files.write(segment, bytes);
    refusedForGood(ErrorCode.UNKNOWN_VERSION, home, segment, "version 9", "release");
  }

  @Test
  void aMissingSegmentIsNamed() throws IOException {
    Path home = written();
    Path segment = file(home, ".segment");
    Files.delete(segment);
    refusedForGood(ErrorCode.CORRUPTED, home, "journal-", "offset 0", "missing");
  }

  @Test
  void aSnapshotOfAnotherJournalIsNamed() throws IOException {
    Path home = written();
    Path other = directory.resolve("other");
    Files.move(home, other);
    home = written();
    Path mine = file(home, ".snapshot");
    Files.copy(file(other, ".snapshot"), mine, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    refusedForGood(ErrorCode.CORRUPTED, home, "snapshot-", "another journal");
  }

  @Test
  void theJournalOfAnotherAccountIsNotGoneOnWith() throws IOException {
    Path home = directory.resolve("node");
    EdgeBeatNode node = node(malloryKey).noExecutor().directory(home).open();
    node.buyer().negotiate(elsewhere, add(), half()).awaitSigned(LONG);
    node.close();
    Map<Path, List<Byte>> before = BackupTest.files(home);
    for (int i = 0; i < 2; i++) {
      refused(
          ErrorCode.INVALID_ARGUMENT,
          () -> node(poorKey).noExecutor().directory(home).open(),
          malloryKey.address(),
          poorKey.address());
      assertThat(BackupTest.files(home)).isEqualTo(before);
    }
    node(malloryKey).noExecutor().directory(home).open().close();
  }

  @Test
  void aDamagedSnapshotIsMadeUpForByTheRecords() throws IOException {
    Path home = written();
    VerifiedState before = EdgeBeat.verify(home);
    change(file(home, ".snapshot"), 100, 8);
    try (EdgeBeatNode node = node(malloryKey).directory(home).open()) {
      assertThat(node.health().serving()).isTrue();
    }
    assertThat(EdgeBeat.verify(home).lastRecord()).isGreaterThanOrEqualTo(before.lastRecord());
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() {
    Path readOnly = Path.of("/sys/kernel");
    Assumptions.assumeTrue(Files.isDirectory(readOnly), "no read-only directory here");
    for (int i = 0; i < 2; i++) {
      refused(
          ErrorCode.STORAGE_FAILED,
          () -> node(malloryKey).directory(readOnly).open(),
          "/sys/kernel");
    }
  }

  @Test
  void aFileInsteadOfADirectoryIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "dear");
    refused(ErrorCode.STORAGE_FAILED, () -> node(malloryKey).directory(file).open(), file);
    assertThat(file).hasContent("dear");
  }
}

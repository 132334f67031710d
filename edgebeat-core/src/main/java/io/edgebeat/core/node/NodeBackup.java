package io.edgebeat.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.Backup;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies of a node's directory:
 *
 * <pre>
 * backup.manifest   version, node, journal, last record, time, and each file with length and hash
 * journal/          snapshots and segments, which can be opened as they are
 * content/          blocks and pins, when the node had its content store in its directory
 * </pre>
 *
 * <p>A copy is made under another name beside, synced, and renamed when it is complete; so is what
 * is restored. Nothing tells a node that its directory comes from a backup: every node asks the
 * others what they know before it signs anything, as files may be put back in other ways too.
 */
public final class NodeBackup {
  /** Where a node keeps its journal, in its directory. */
  public static final String JOURNAL = "journal";

  /** Where a node keeps its content. */
  public static final String CONTENT = "content";

  private static final String MANIFEST = "backup.manifest";
  private static final String TITLE = "EdgeBeat backup, version ";
  private static final int VERSION = 1;
  private static final String UNFINISHED = ".unfinished";
  private static final List<String> CONTENT_PARTS = List.of("content-store", "pins", "blocks");

  private NodeBackup() {}

  /** One file of a backup, by its path in there. */
  private record Entry(String path, long length, String sha256) {}

  /** What a backup says of itself. */
  public record Manifest(String node, String journal, long records, Instant at) {}

  // ---------------------------------------------------------------- backup

  static Backup write(
      Path directory, Journal journal, Optional<Path> content, Address node, Instant at) {
    Path target = directory.toAbsolutePath().normalize();
    requireFree(target, "a backup");
    Path unfinished = beside(target);
    try {
      FileDisk.open(unfinished);
      long records = journal.copyTo(FileDisk.open(unfinished.resolve(JOURNAL)));
      if (content.isPresent() && Files.isDirectory(content.get())) {
        FileDisk.open(unfinished.resolve(CONTENT));
        FileDisk.open(unfinished.resolve(CONTENT).resolve("tmp"));
        for (String part : CONTENT_PARTS) {
          // Pins before blocks: what is pinned has its blocks still there.
          copyTree(content.get().resolve(part), unfinished.resolve(CONTENT).resolve(part));
        }
      }
      // Beside the content, in the node's directory.
      Optional<Path> home = content.map(Path::getParent);
      if (home.isPresent()) {
        copyTree(home.get().resolve(NodeFile.FILE), unfinished.resolve(NodeFile.FILE));
      }
      List<Entry> files = entries(unfinished);
      StringBuilder text = new StringBuilder();
      text.append(TITLE).append(VERSION).append('\n');
      text.append("node ").append(node).append('\n');
      text.append("journal ").append(HexFormat.of().formatHex(journal.id())).append('\n');
      text.append("records ").append(records).append('\n');
      text.append("at ").append(at).append('\n');
      long bytes = 0;
      for (Entry file : files) {
        text.append("file ").append(file.length).append(' ').append(file.sha256).append(' ');
        text.append(file.path).append('\n');
        bytes += file.length;
      }
      String seal = "sha256 " + sha256(text.toString()) + "\n";
      create(unfinished.resolve(MANIFEST), text + seal);
      finish(unfinished, target);
      return new Backup(target, at, records, bytes);
    } catch (IOException e) {
      throw failed("writing the backup " + target, e);
    } finally {
      removeTree(unfinished);
    }
  }

  /**
   * Copies the state of a node that is not running.
   *
   * @param home the node's directory
   * @param target a directory that is not there yet
   * @param at when
   * @return what was copied
   */
  public static Backup of(Path home, Path target, Instant at) {
    Path directory = home.toAbsolutePath().normalize();
    Address account = NodeFile.read(directory).account();
    try (Journal journal = JournalInspector.open(directory.resolve(JOURNAL))) {
      return write(target, journal, Optional.of(directory.resolve(CONTENT)), account, at);
    }
  }

  // ---------------------------------------------------------------- restore

  /**
   * Makes a node's directory of a backup.
   *
   * @param backup the backup
   * @param directory where; not there yet, or empty
   */
  public static void restore(Path backup, Path directory) {
    Path target = directory.toAbsolutePath().normalize();
    var unused =
        checked(backup)
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.CORRUPTED,
                        backup.toAbsolutePath().resolve(MANIFEST)
                            + " is missing: this is no backup, or one that was not completed"));
    try {
      if (Files.isDirectory(target)) {
        try (DirectoryStream<Path> there = Files.newDirectoryStream(target)) {
          if (there.iterator().hasNext()) {
            requireFree(target, "a restored node");
          }
        }
        Files.delete(target);
      }
      requireFree(target, "a restored node");
      Path unfinished = beside(target);
      try {
        FileDisk.open(unfinished);
        for (String part : List.of(JOURNAL, CONTENT, NodeFile.FILE)) {
          copyTree(backup.resolve(part), unfinished.resolve(part));
        }
        finish(unfinished, target);
      } finally {
        removeTree(unfinished);
      }
    } catch (IOException e) {
      throw failed("restoring " + target + " from " + backup, e);
    }
  }

  // ---------------------------------------------------------------- the manifest

  /**
   * Compares a backup with its manifest.
   *
   * @param backup a directory
   * @return the manifest, empty when there is none
   * @throws EdgeBeatException {@code CORRUPTED} naming the file, {@code UNKNOWN_VERSION}
   */
  public static Optional<Manifest> checked(Path backup) {
    Path file = backup.toAbsolutePath().normalize().resolve(MANIFEST);
    try {
      String text = Files.readString(file, UTF_8);
      String first = text.lines().findFirst().orElse("");
      if (!first.startsWith(TITLE)) {
        throw damaged(file, 0, "it does not begin as a manifest");
      }
      if (!first.equals(TITLE + VERSION)) {
        throw new EdgeBeatException(
            ErrorCode.UNKNOWN_VERSION,
            file + " begins with \"" + first + "\", this release reads version " + VERSION);
      }
      int seal = text.lastIndexOf("sha256 ");
      if (seal < 0
          || !text.substring(seal).equals("sha256 " + sha256(text.substring(0, seal)) + "\n")) {
        throw damaged(file, Math.max(0, seal), "its last line does not fit what is before it");
      }
      List<String> lines = text.substring(0, seal).lines().toList();
      List<Entry> files = new ArrayList<>();
      for (String line : lines.subList(5, lines.size())) {
        String[] words = line.split(" ", 4);
        files.add(new Entry(words[3], Long.parseLong(words[1]), words[2]));
      }
      for (Entry entry : files) {
        compare(file.resolveSibling(entry.path), entry);
      }
      return Optional.of(
          new Manifest(
              value(lines, 1),
              value(lines, 2),
              Long.parseLong(value(lines, 3)),
              Instant.parse(value(lines, 4))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("reading " + file, e);
    }
  }

  private static String value(List<String> lines, int index) {
    return lines.get(index).substring(lines.get(index).indexOf(' ') + 1);
  }

  private static void compare(Path file, Entry expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw damaged(file, 0, "it is missing, and in the manifest");
    }
    long size = Files.size(file);
    if (size != expected.length) {
      throw damaged(
          file,
          Math.min(size, expected.length),
          "it has " + size + " bytes, the manifest says " + expected.length);
    }
    if (!sha256(file).equals(expected.sha256)) {
      throw damaged(file, 0, "its sha-256 is not the one in the manifest");
    }
  }

  private static EdgeBeatException damaged(Path file, long offset, String reason) {
    return new EdgeBeatException(
        ErrorCode.CORRUPTED,
        file + " is damaged at offset " + offset + ": " + reason + "; take another backup");
  }

  // ---------------------------------------------------------------- files

  private static void requireFree(Path target, String what) {
    if (Files.exists(target)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          target + " is there already; name a directory for " + what + " that is not");
    }
  }

  private static Path beside(Path target) {
    Path name = target.getFileName();
    if (name == null) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, target + " is no directory's name");
    }
    Path unfinished = target.resolveSibling(name + UNFINISHED);
    // What a crash has left of an earlier one.
    removeTree(unfinished);
    return unfinished;
  }

  /** Makes all names durable, the last one under which it is found. */
  private static void finish(Path unfinished, Path target) throws IOException {
    for (Path directory : tree(unfinished, true)) {
      FileDisk.open(directory).syncDirectory();
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    Path parent = target.getParent();
    if (parent != null) {
      FileDisk.open(parent).syncDirectory();
    }
  }

  private static List<Entry> entries(Path root) throws IOException {
    List<Entry> files = new ArrayList<>();
    for (Path file : tree(root, false)) {
      String path = root.relativize(file).toString().replace('\\', '/');
      files.add(new Entry(path, Files.size(file), sha256(file)));
    }
    return files;
  }

  private static List<Path> tree(Path root, boolean directories) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(directories ? Files::isDirectory : Files::isRegularFile).sorted().toList();
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    if (Files.isRegularFile(from)) {
      copy(from, to);
    } else if (Files.isDirectory(from)) {
      FileDisk.open(to);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
        for (Path entry : entries) {
          copyTree(entry, to.resolve(String.valueOf(entry.getFileName())));
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (InputStream in = Files.newInputStream(from)) {
      try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
        in.transferTo(out);
      }
      sync(to);
    } catch (NoSuchFileException gone) {
      if (Files.exists(from)) {
        throw gone;
      }
      // Dropped by a collection meanwhile: nobody needed it.
    }
  }

  private static void create(Path file, String text) throws IOException {
    Files.writeString(file, text, UTF_8, StandardOpenOption.CREATE_NEW);
    sync(file);
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void removeTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw failed("removing what is left of " + root, e);
    }
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(UTF_8)));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java has SHA-256", e);
    }
  }

  private static EdgeBeatException failed(String what, IOException e) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED, RetryAdvice.AFTER_STATE_CHANGE, what + " failed: " + e, e);
  }
}

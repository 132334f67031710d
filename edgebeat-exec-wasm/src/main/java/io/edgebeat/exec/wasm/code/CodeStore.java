package io.edgebeat.exec.wasm.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled code on disk, so that a module is compiled once and not once a process. A file is named
 * by what it was made of: the module, and whatever decides how code is made of it ({@link
 * CodeForm}).
 *
 * <p>It only ever saves time. What is torn, cut or changed does not match its digest, is deleted
 * and made again; when nothing can be written, nothing is kept. Several processes may share a
 * directory: a file appears whole or not at all.
 *
 * <p>What is in these files runs in the host. The digest finds accidents; it is no signature. So
 * the directory must belong to the user of this process and nobody else may write there, where the
 * file system can tell; otherwise nothing is read and nothing kept.
 *
 * <p>Threads: any.
 */
public final class CodeStore {
  private static final Logger LOGGER = LoggerFactory.getLogger(CodeStore.class);

  private static final String SUFFIX = ".code";
  private static final String UNFINISHED = ".part";
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Path directory;
  private final long mostBytes;
  private final InstantSource clock;
  private final FileAttribute<?>[] ofFiles;

  private CodeStore(
      Path directory, long mostBytes, InstantSource clock, FileAttribute<?>[] ofFiles) {
    this.directory = directory;
    this.mostBytes = mostBytes;
    this.clock = clock;
    this.ofFiles = ofFiles;
  }

  /**
   * Opens a directory, which is made when it is not there; its parent must be.
   *
   * @param directory where
   * @param mostBytes how much is kept at most; the longest unused goes first
   * @param clock says when something was used
   * @return the store; empty, with a warning in the log, when the directory cannot be had for this
   *     process alone
   */
  public static Optional<CodeStore> open(Path directory, long mostBytes, InstantSource clock) {
    Path path = directory.toAbsolutePath().normalize();
    try {
      boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path, attributes(posix, "rwx------"));
      }
      String objection = posix ? objection(path) : null;
      if (objection != null) {
        LOGGER.warn("Compiled code is not kept on disk: {} {}", path, objection);
        return Optional.empty();
      }
      return Optional.of(new CodeStore(path, mostBytes, clock, attributes(posix, "rw-------")));
    } catch (IOException e) {
      LOGGER.warn("Compiled code is not kept on disk: {}", e.toString());
      return Optional.empty();
    }
  }

  private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Why a directory is not safe, or null when it is. */
  private static @Nullable String objection(Path path) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.permissions().stream().anyMatch(OF_OTHERS::contains)) {
      return "may be written by others; take that right away (chmod go-w)";
    }
    Path probe = Files.createTempFile(path, "owner", UNFINISHED);
    try {
      return Files.getOwner(probe).equals(found.owner())
          ? null
          : "belongs to " + found.owner() + " and not to the user of this process";
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /**
   * The code that was kept for a module.
   *
   * @param module the bytes of the module
   */
  public Optional<CompiledCode> find(byte[] module) {
    byte[] name = CodeForm.nameOf(module);
    Path file = file(name);
    byte[] bytes;
    try {
      bytes = read(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOGGER.warn("Compiled code cannot be read: {}", e.toString());
      return Optional.empty();
    }
    Optional<CompiledCode> code = CodeForm.decode(bytes, name);
    if (code.isEmpty()) {
      LOGGER.warn("{} is damaged; the module is compiled again", file);
      forget(file);
    } else {
      used(file);
    }
    return code;
  }

  /**
   * Drops what is kept for a module, because it turned out to be of no use.
   *
   * @param module the bytes of the module
   */
  public void drop(byte[] module) {
    forget(file(CodeForm.nameOf(module)));
  }

  /**
   * Keeps code. When that is not possible, a warning is logged and nothing is kept.
   *
   * @param module the bytes of the module
   * @param code what it was compiled to
   */
  public void keep(byte[] module, CompiledCode code) {
    byte[] name = CodeForm.nameOf(module);
    byte[] bytes = CodeForm.encode(code, name);
    if (bytes.length > mostBytes) {
      return;
    }
    Path file = file(name);
    Path part =
        directory.resolve(
            HexFormat.of().formatHex(name, 0, 8)
                + "-"
                + ProcessHandle.current().pid()
                + "-"
                + NUMBERS.incrementAndGet()
                + UNFINISHED);
    try {
      evict(bytes.length);
      try {
        write(part, bytes);
        move(part, file);
        used(file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException | UncheckedIOException e) {
      LOGGER.warn("Compiled code is not kept on disk: {}", e.toString());
    }
  }

  private Path file(byte[] name) {
    return directory.resolve(HexFormat.of().formatHex(name) + SUFFIX);
  }

  private byte[] read(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      if (size > Math.min(mostBytes, Integer.MAX_VALUE - 8)) {
        return new byte[0]; // none of ours: damaged
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // goes on
      }
      return bytes.array();
    }
  }

  private void write(Path part, byte[] bytes) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ofFiles)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
    // Not synced: what a power loss tears does not match its digest.
  }

  private static void move(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void used(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      LOGGER.debug("The last use of {} cannot be noted: {}", file, e.toString());
    }
  }

  private void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOGGER.warn("{} cannot be deleted: {}", file, e.toString());
    }
  }

  private record Kept(Path path, long bytes, FileTime used) {}

  /** Makes room. What others have made meanwhile, or deleted, is no reason to stop. */
  private void evict(long more) throws IOException {
    List<Kept> all = new ArrayList<>();
    long sum = more;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "*{" + SUFFIX + "," + UNFINISHED + "}")) {
      for (Path file : files) {
        try {
          BasicFileAttributes found =
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          all.add(new Kept(file, found.size(), found.lastModifiedTime()));
          sum += found.size();
        } catch (NoSuchFileException e) {
          LOGGER.debug("{} was deleted by another process", file);
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    all.sort(Comparator.comparing(Kept::used));
    for (Kept oldest : all) {
      if (sum <= mostBytes) {
        return;
      }
      Files.deleteIfExists(oldest.path);
      sum -= oldest.bytes;
    }
  }
}

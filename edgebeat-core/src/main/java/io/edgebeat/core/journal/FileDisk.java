package io.edgebeat.core.journal;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory of the operating system. New files and directories belong to the owner alone where
 * the file system knows permissions.
 *
 * <p>{@link java.nio.channels.FileChannel} closes itself when its thread is interrupted, and a node
 * must not lose its journal because somebody interrupted a thread that waited for it. Files are
 * therefore opened as {@link AsynchronousFileChannel}, which does not, with an executor that runs
 * everything in the calling thread.
 */
public final class FileDisk implements Disk {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}");
  private static final ExecutorService SAME_THREAD = new SameThread();
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private final Path directory;
  private final FileAttribute<?>[] ownerOnly;

  private FileDisk(Path directory, FileAttribute<?>[] ownerOnly) {
    this.directory = directory;
    this.ownerOnly = ownerOnly;
  }

  /**
   * Opens a directory, creating it if it is missing.
   *
   * @param directory the directory; its parent must exist
   * @return the disk
   * @throws EdgeBeatException with code {@code STORAGE_FAILED} if that is not possible
   */
  public static FileDisk open(Path directory) {
    Path path = directory.toAbsolutePath().normalize();
    try {
      boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (!Files.isDirectory(path)) {
        Files.createDirectory(path, posix ? permissions("rwx------") : new FileAttribute<?>[0]);
        Path parent = path.getParent();
        if (parent != null) {
          syncDirectory(parent);
        }
      }
      return new FileDisk(path, posix ? permissions("rw-------") : new FileAttribute<?>[0]);
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "cannot open directory " + path + ": " + e,
          e);
    }
  }

  /**
   * Opens a directory that must be there; changes nothing, also when nothing can be written.
   *
   * @param directory the directory
   * @return the disk
   * @throws EdgeBeatException with code {@code STORAGE_FAILED} if there is no such directory
   */
  public static FileDisk existing(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "there is no directory " + directory.toAbsolutePath().normalize(),
          null);
    }
    return open(directory);
  }

  private static FileAttribute<?>[] permissions(String text) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
    };
  }

  @Override
  public String locate(String name) {
    return resolve(name).toString();
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isRegularFile)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new OpenFile(
        name,
        channel(
            resolve(name),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new OpenFile(
        name, channel(resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile openToRead(String name) throws IOException {
    return new OpenFile(name, channel(resolve(name), StandardOpenOption.READ));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        resolve(from),
        resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(resolve(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    syncDirectory(directory);
  }

  private static void syncDirectory(Path directory) throws IOException {
    if (WINDOWS) {
      return; // directories cannot be opened there; the file system journals its names itself
    }
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(directory, Set.of(StandardOpenOption.READ), SAME_THREAD)) {
      channel.force(true);
    }
  }

  @Override
  public Lock lock(String name) throws IOException {
    Path path = resolve(name);
    AsynchronousFileChannel channel =
        channel(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      FileLock lock = channel.tryLock();
      held = lock != null;
    } catch (OverlappingFileLockException e) {
      throw locked(path, e);
    } finally {
      if (!held) {
        channel.close();
      }
    }
    if (!held) {
      throw locked(path, null);
    }
    return channel::close;
  }

  private EdgeBeatException locked(Path path, @org.jspecify.annotations.Nullable Throwable cause) {
    return new EdgeBeatException(
        ErrorCode.LOCKED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "directory "
            + directory
            + " is used by another node ("
            + path.getFileName()
            + " is locked); close that node or choose another directory",
        cause);
  }

  @Override
  public ByteBuffer allocateBuffer(int capacity) {
    return ByteBuffer.allocateDirect(capacity);
  }

  private AsynchronousFileChannel channel(Path path, OpenOption... options) throws IOException {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Set<? extends OpenOption> set = (Set) Set.of(options);
    return AsynchronousFileChannel.open(path, set, SAME_THREAD, ownerOnly);
  }

  private Path resolve(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a file name of a disk: " + name);
    }
    return directory.resolve(name);
  }

  /** An open file. */
  private record OpenFile(String name, AsynchronousFileChannel channel) implements DiskFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int count = await(channel.read(target, position + total));
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        at += await(channel.write(source, at));
      }
    }

    @Override
    public void zero(long from, long to) throws IOException {
      long at = from;
      while (at < to) {
        ByteBuffer zeros = ZEROS.duplicate();
        zeros.limit((int) Math.min(zeros.capacity(), to - at));
        int count = zeros.limit();
        write(at, zeros);
        at += count;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }

    /** The result of an operation, which its executor has ended before it returned. */
    private static int await(Future<Integer> operation) throws IOException {
      if (operation.state() == Future.State.SUCCESS) {
        return operation.resultNow();
      }
      Throwable cause = operation.exceptionNow();
      throw cause instanceof IOException failure ? failure : new IOException(cause);
    }
  }

  /** Runs every task at once in the calling thread; owns no thread and never ends. */
  private static final class SameThread extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isTerminated() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }
  }
}

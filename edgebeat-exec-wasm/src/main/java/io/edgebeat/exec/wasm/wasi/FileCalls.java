package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.exec.wasm.wasi.Descriptor.OpenDirectory;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import java.util.List;

/** The functions {@code fd_*} of files and directories, apart from where their bytes lie. */
public final class FileCalls {
  private static final int SET = 0;
  private static final int CURRENT = 1;
  private static final int END = 2;
  private static final int LAST_ADVICE = 5;

  private final MemoryFiles files;
  private final Descriptors descriptors;

  /**
   * On these files.
   *
   * @param files the files
   * @param descriptors what is open
   */
  public FileCalls(MemoryFiles files, Descriptors descriptors) {
    this.files = files;
    this.descriptors = descriptors;
  }

  /** Bytes of one block at a time, on their way to the guest or from it. */
  @FunctionalInterface
  public interface Part<X extends Exception> {
    /**
     * Copies.
     *
     * @param block where they lie or shall lie
     * @param offset where in the block
     * @param count how many
     * @throws X when the other side cannot
     */
    void copy(byte[] block, int offset, int count) throws X;
  }

  /**
   * A file to be read from at any position.
   *
   * @param fd the number
   * @param position the position
   * @return the file
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code SPIPE}, {@code NOTCAPABLE}, {@code INVAL}
   */
  public OpenFile toReadAt(int fd, long position) throws WasiError {
    return at(fd, Rights.FD_READ | Rights.FD_SEEK, position);
  }

  /**
   * A file to be written to at any position.
   *
   * @param fd the number
   * @param position the position
   * @return the file
   * @throws WasiError as {@link #toReadAt}
   */
  public OpenFile toWriteAt(int fd, long position) throws WasiError {
    return at(fd, Rights.FD_WRITE | Rights.FD_SEEK, position);
  }

  private OpenFile at(int fd, long rights, long position) throws WasiError {
    OpenFile file = descriptors.file(fd, rights, Errno.SPIPE);
    if (position < 0) {
      throw new WasiError(Errno.INVAL);
    }
    return file;
  }

  /**
   * Reads, up to the end of the file.
   *
   * @param open the file
   * @param position where it begins
   * @param count how many bytes at most
   * @param to where they go
   * @return how many there were
   * @throws X when they cannot go there
   */
  public <X extends Exception> int read(OpenFile open, long position, int count, Part<X> to)
      throws X {
    RegularFile file = open.file;
    int wanted = (int) Math.max(0, Math.min(count, file.size() - position));
    for (int done = 0; done < wanted; ) {
      long from = position + done;
      int offset = (int) (from % FileQuota.BLOCK);
      int part = Math.min(FileQuota.BLOCK - offset, wanted - done);
      files.toll.pay(Work.STEP, 1);
      to.copy(file.blockAt(from), offset, part);
      done += part;
    }
    if (wanted > 0) {
      file.accessed = files.now;
    }
    return wanted;
  }

  /**
   * Makes room for bytes that will be written.
   *
   * @param open the file
   * @param position where they will begin
   * @param count how many
   * @return for how many of them there is room, one at least unless count is 0
   * @throws WasiError {@code NOSPC}, {@code FBIG}
   */
  public int reserve(OpenFile open, long position, int count) throws WasiError {
    return files.reserve(open.file, position, count);
  }

  /**
   * Writes where room was made.
   *
   * @param open the file
   * @param position where it begins
   * @param count how many bytes
   * @param from where they come from
   * @throws X when they cannot come from there
   */
  public <X extends Exception> void write(OpenFile open, long position, int count, Part<X> from)
      throws X {
    for (int done = 0; done < count; ) {
      long at = position + done;
      int offset = (int) (at % FileQuota.BLOCK);
      int part = Math.min(FileQuota.BLOCK - offset, count - done);
      from.copy(files.blockToWrite(open.file, at), offset, part);
      done += part;
    }
  }

  /**
   * Where the next write begins.
   *
   * @param open the file
   * @return its end if it was opened to append, else the position
   */
  public long writePosition(OpenFile open) {
    return (open.flags & Descriptor.APPEND) != 0 ? open.file.size() : open.position;
  }

  /**
   * Moves on.
   *
   * @param open the file
   * @param position where the next read or write begins
   */
  public void moveTo(OpenFile open, long position) {
    open.position = position;
  }

  /**
   * {@code fd_seek}.
   *
   * @param fd the number
   * @param delta how far
   * @param whence from where
   * @return the new position
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code SPIPE}, {@code NOTCAPABLE}, {@code
   *     INVAL}, {@code OVERFLOW}
   */
  public long seek(int fd, long delta, int whence) throws WasiError {
    boolean tells = delta == 0 && whence == CURRENT;
    OpenFile open = tells ? told(fd) : descriptors.file(fd, Rights.FD_SEEK, Errno.SPIPE);
    long from =
        switch (whence) {
          case SET -> 0;
          case CURRENT -> open.position;
          case END -> open.file.size();
          default -> throw new WasiError(Errno.INVAL);
        };
    if (delta > Long.MAX_VALUE - from) {
      throw new WasiError(Errno.OVERFLOW);
    }
    if (from + delta < 0) {
      throw new WasiError(Errno.INVAL);
    }
    open.position = from + delta;
    return open.position;
  }

  /**
   * {@code fd_tell}.
   *
   * @param fd the number
   * @return the position
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code SPIPE}, {@code NOTCAPABLE}
   */
  public long tell(int fd) throws WasiError {
    return told(fd).position;
  }

  /** The right to seek implies the right to tell. */
  private OpenFile told(int fd) throws WasiError {
    OpenFile open = descriptors.file(fd, 0, Errno.SPIPE);
    if ((open.base & Rights.FD_SEEK) == 0) {
      open.need(Rights.FD_TELL);
    }
    return open;
  }

  /**
   * {@code fd_advise}, which changes nothing.
   *
   * @param fd the number
   * @param offset where
   * @param length how far
   * @param advice what
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code SPIPE}, {@code NOTCAPABLE}, {@code INVAL}
   */
  public void advise(int fd, long offset, long length, int advice) throws WasiError {
    descriptors.file(fd, Rights.FD_ADVISE, Errno.SPIPE);
    if (offset < 0 || length < 0 || advice < 0 || advice > LAST_ADVICE) {
      throw new WasiError(Errno.INVAL);
    }
  }

  /**
   * {@code fd_allocate}: makes a file longer if it is shorter.
   *
   * @param fd the number
   * @param offset where
   * @param length how far
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code SPIPE}, {@code NOTCAPABLE}, {@code
   *     INVAL}, {@code FBIG}, {@code NOSPC}
   */
  public void allocate(int fd, long offset, long length) throws WasiError {
    OpenFile open = descriptors.file(fd, Rights.FD_ALLOCATE, Errno.SPIPE);
    if (offset < 0 || length <= 0) {
      throw new WasiError(Errno.INVAL);
    }
    if (length > Long.MAX_VALUE - offset) {
      throw new WasiError(Errno.FBIG);
    }
    if (offset + length > open.file.size()) {
      files.resize(open.file, offset + length);
    }
  }

  /**
   * {@code fd_datasync}, for which there is nothing to do.
   *
   * @param fd the number
   * @throws WasiError {@code BADF}, {@code NOTCAPABLE}; {@code INVAL} for a stream
   */
  public void syncData(int fd) throws WasiError {
    sync(fd, Rights.FD_DATASYNC);
  }

  /**
   * {@code fd_sync}, for which there is nothing to do.
   *
   * @param fd the number
   * @throws WasiError {@code BADF}, {@code NOTCAPABLE}; {@code INVAL} for a stream
   */
  public void sync(int fd) throws WasiError {
    sync(fd, Rights.FD_SYNC);
  }

  private void sync(int fd, long right) throws WasiError {
    Descriptor descriptor = descriptors.get(fd);
    if (descriptor.node() == null) {
      throw new WasiError(Errno.INVAL);
    }
    descriptor.need(right);
  }

  /**
   * {@code fd_filestat_get}.
   *
   * @param fd the number
   * @return the status
   * @throws WasiError {@code BADF}, {@code NOTCAPABLE}
   */
  public FileStatus status(int fd) throws WasiError {
    Descriptor descriptor = descriptors.get(fd);
    descriptor.need(Rights.FD_FILESTAT_GET);
    return descriptor.status();
  }

  /**
   * {@code fd_filestat_set_size}.
   *
   * @param fd the number
   * @param size the new size
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code INVAL}, {@code NOTCAPABLE}, {@code FBIG},
   *     {@code NOSPC}
   */
  public void setSize(int fd, long size) throws WasiError {
    files.resize(descriptors.file(fd, Rights.FD_FILESTAT_SET_SIZE, Errno.INVAL).file, size);
  }

  /**
   * {@code fd_filestat_set_times}.
   *
   * @param fd the number
   * @param accessed nanoseconds since 1970
   * @param modified nanoseconds since 1970
   * @param flags which of them, and which are now
   * @throws WasiError {@code BADF}, {@code NOTCAPABLE}, {@code INVAL}; {@code NOTSUP} without a
   *     clock to tell what now is
   */
  public void setTimes(int fd, long accessed, long modified, int flags) throws WasiError {
    Descriptor descriptor = descriptors.get(fd);
    descriptor.need(Rights.FD_FILESTAT_SET_TIMES);
    if (descriptor.node() != null) {
      files.setTimes(descriptor.node(), accessed, modified, flags);
    }
  }

  /**
   * Some of the names in a directory, in the order in which they were made.
   *
   * @param fd the number
   * @param cookie where to begin, 0 for the beginning
   * @param most how many at most
   * @return the entries
   * @throws WasiError {@code BADF}, {@code NOTDIR}, {@code NOTCAPABLE}
   */
  public List<DirectoryEntry> list(int fd, long cookie, int most) throws WasiError {
    OpenDirectory open = descriptors.directory(fd, Rights.FD_READDIR);
    List<DirectoryEntry> entries = open.directory.list(cookie, most);
    files.toll.pay(Work.STEP, entries.size());
    open.directory.accessed = files.now;
    return entries;
  }
}

package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.exec.wasm.wasi.Descriptor.HostStream;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenDirectory;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of one guest by their numbers. At the beginning 0 is the input, 1 the output, 2
 * the log and 3 the root directory, named {@code /}. A new one gets the lowest number that is free.
 */
public final class Descriptors {
  /** The name of the root as a preopened directory. */
  static final String ROOT_NAME = "/";

  private final MemoryFiles files;
  private final FileCeiling ceiling;
  private final List<@Nullable Descriptor> table = new ArrayList<>();
  private final BitSet used = new BitSet();

  /**
   * Those that a guest begins with.
   *
   * @param files the files
   * @param ceiling how many the host has to give
   */
  public Descriptors(MemoryFiles files, FileCeiling ceiling) {
    this.files = files;
    this.ceiling = ceiling;
    put(0, new HostStream(HostStream.Kind.INPUT, "", Rights.READ_ONLY));
    put(1, new HostStream(HostStream.Kind.OUTPUT, "", Rights.WRITE_ONLY));
    put(2, new HostStream(HostStream.Kind.LOG, "", Rights.WRITE_ONLY));
    put(3, new OpenDirectory(files.root, Rights.DIRECTORY, Rights.INHERITING, 0, ROOT_NAME));
  }

  /** Closes all. */
  void clear() {
    numbers().stream().forEach(this::drop);
  }

  void put(int fd, Descriptor descriptor) {
    while (table.size() <= fd) {
      table.add(null);
    }
    table.set(fd, descriptor);
    used.set(fd);
    if (descriptor.node() != null) {
      files.hold(descriptor.node());
    }
  }

  private void drop(int fd) {
    Descriptor descriptor = table.set(fd, null);
    used.clear(fd);
    if (descriptor != null && descriptor.node() != null) {
      files.release(descriptor.node());
    }
  }

  /** Fails when there is no room for one more. */
  void checkRoom() throws WasiError {
    int open = used.cardinality();
    if (open >= files.quota.descriptors()) {
      throw new WasiError(Errno.MFILE);
    }
    ceiling.check("descriptors", open + 1L, ceiling.descriptors());
  }

  int add(Descriptor descriptor) throws WasiError {
    checkRoom();
    int fd = used.nextClearBit(0);
    put(fd, descriptor);
    return fd;
  }

  /**
   * Opens the stream of a capability; one that is open is found again.
   *
   * @param name the capability
   * @return its number
   * @throws WasiError {@code MFILE}
   */
  public int openStream(String name) throws WasiError {
    for (int fd = used.nextSetBit(0); fd >= 0; fd = used.nextSetBit(fd + 1)) {
      if (table.get(fd) instanceof HostStream stream
          && stream.kind() == HostStream.Kind.CAPABILITY
          && stream.name().equals(name)) {
        return fd;
      }
    }
    return add(
        new HostStream(HostStream.Kind.CAPABILITY, name, Rights.READ_ONLY | Rights.WRITE_ONLY));
  }

  /**
   * The descriptor of a number.
   *
   * @param fd the number
   * @return the descriptor
   * @throws WasiError {@code BADF}
   */
  public Descriptor get(int fd) throws WasiError {
    Descriptor descriptor = fd < 0 || fd >= table.size() ? null : table.get(fd);
    if (descriptor == null) {
      throw new WasiError(Errno.BADF);
    }
    return descriptor;
  }

  /**
   * Something that can be read from.
   *
   * @param fd the number
   * @return the file or stream
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code NOTCAPABLE}
   */
  public Descriptor toRead(int fd) throws WasiError {
    return withBytes(fd, Rights.FD_READ);
  }

  /**
   * Something that can be written to.
   *
   * @param fd the number
   * @return the file or stream
   * @throws WasiError {@code BADF}, {@code ISDIR}, {@code NOTCAPABLE}
   */
  public Descriptor toWrite(int fd) throws WasiError {
    return withBytes(fd, Rights.FD_WRITE);
  }

  private Descriptor withBytes(int fd, long right) throws WasiError {
    Descriptor descriptor = get(fd);
    if (descriptor instanceof OpenDirectory) {
      throw new WasiError(Errno.ISDIR);
    }
    descriptor.need(right);
    return descriptor;
  }

  /**
   * A regular file with the rights that are needed.
   *
   * @param fd the number
   * @param rights the rights
   * @param streamErrno the error number of a stream, which is no file
   */
  OpenFile file(int fd, long rights, int streamErrno) throws WasiError {
    Descriptor descriptor = get(fd);
    if (descriptor instanceof OpenDirectory) {
      throw new WasiError(Errno.ISDIR);
    }
    if (!(descriptor instanceof OpenFile file)) {
      throw new WasiError(streamErrno);
    }
    file.need(rights);
    return file;
  }

  /** A directory with the rights that are needed. */
  OpenDirectory directory(int fd, long rights) throws WasiError {
    if (!(get(fd) instanceof OpenDirectory directory)) {
      throw new WasiError(Errno.NOTDIR);
    }
    directory.need(rights);
    return directory;
  }

  /**
   * Closes one. The root directory can be closed, too.
   *
   * @param fd the number
   * @throws WasiError {@code BADF}
   */
  public void close(int fd) throws WasiError {
    get(fd);
    drop(fd);
  }

  /**
   * Gives a descriptor the number of another, which is closed.
   *
   * @param from the number it has
   * @param to the number it gets
   * @throws WasiError {@code BADF}
   */
  public void renumber(int from, int to) throws WasiError {
    Descriptor descriptor = get(from);
    get(to);
    if (from == to) {
      return;
    }
    drop(to);
    put(to, descriptor);
    drop(from);
  }

  /**
   * What {@code fdstat} shows.
   *
   * @param fd the number
   * @return type, flags and rights
   * @throws WasiError {@code BADF}
   */
  public DescriptorStatus status(int fd) throws WasiError {
    Descriptor descriptor = get(fd);
    return new DescriptorStatus(
        descriptor.type(), descriptor.flags, descriptor.base, descriptor.inheriting);
  }

  /**
   * Gives up rights.
   *
   * @param fd the number
   * @param base those that are left of its own
   * @param inheriting those that are left to be inherited
   * @throws WasiError {@code BADF}; {@code NOTCAPABLE} when one would be gained
   */
  public void setRights(int fd, long base, long inheriting) throws WasiError {
    Descriptor descriptor = get(fd);
    if ((base & ~descriptor.base) != 0 || (inheriting & ~descriptor.inheriting) != 0) {
      throw new WasiError(Errno.NOTCAPABLE);
    }
    descriptor.base = base;
    descriptor.inheriting = inheriting;
  }

  /**
   * Sets flags: appending is kept, the others have no meaning for files in memory.
   *
   * @param fd the number
   * @param flags the flags
   * @throws WasiError {@code BADF}, {@code INVAL}, {@code NOTCAPABLE}
   */
  public void setFlags(int fd, int flags) throws WasiError {
    Descriptor descriptor = get(fd);
    descriptor.need(Rights.FD_FDSTAT_SET_FLAGS);
    if ((flags & ~Descriptor.ALL_FLAGS) != 0) {
      throw new WasiError(Errno.INVAL);
    }
    descriptor.flags = flags;
  }

  /**
   * The name of a preopened directory.
   *
   * @param fd the number
   * @return the name
   * @throws WasiError {@code BADF} when it is no preopened directory
   */
  public String preopenedName(int fd) throws WasiError {
    if (get(fd) instanceof OpenDirectory directory && directory.preopenedAs != null) {
      return directory.preopenedAs;
    }
    throw new WasiError(Errno.BADF);
  }

  /**
   * How many bytes of a file can be read or written at once, for {@code poll_oneoff}.
   *
   * @param fd the number
   * @param write whether it shall be written
   * @return bytes; 1 for a stream and for writing, of which nothing is known
   * @throws WasiError {@code BADF}, {@code NOTCAPABLE}
   */
  public long ready(int fd, boolean write) throws WasiError {
    Descriptor descriptor = get(fd);
    descriptor.need(Rights.POLL_FD_READWRITE | (write ? Rights.FD_WRITE : Rights.FD_READ));
    return descriptor instanceof OpenFile open && !write
        ? Math.max(0, open.file.size() - open.position)
        : 1;
  }

  /**
   * The capabilities whose streams are open.
   *
   * @return their names, in the order of their numbers
   */
  public List<String> capabilities() {
    List<String> names = new ArrayList<>();
    for (Descriptor descriptor : table) {
      if (descriptor instanceof HostStream stream && stream.kind() == HostStream.Kind.CAPABILITY) {
        names.add(stream.name());
      }
    }
    return names;
  }

  /** Every number that is used, in order. */
  BitSet numbers() {
    return (BitSet) used.clone();
  }
}

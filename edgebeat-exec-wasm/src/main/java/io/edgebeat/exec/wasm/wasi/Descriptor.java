package io.edgebeat.exec.wasm.wasi;

import org.jspecify.annotations.Nullable;

/** Something a guest has opened. Two numbers never stand for the same one. */
public abstract sealed class Descriptor {
  static final int APPEND = 1;
  static final int DSYNC = 2;
  static final int NONBLOCK = 4;
  static final int RSYNC = 8;
  static final int SYNC = 16;
  static final int ALL_FLAGS = APPEND | DSYNC | NONBLOCK | RSYNC | SYNC;

  long base;
  long inheriting;
  int flags;

  private Descriptor(long base, long inheriting, int flags) {
    this.base = base;
    this.inheriting = inheriting;
    this.flags = flags;
  }

  /** What kind of thing it is. */
  abstract FileType type();

  abstract FileStatus status();

  /** The file or directory behind it, if there is one. */
  @Nullable FileNode node() {
    return null;
  }

  /** Fails when one of these rights is missing. */
  void need(long rights) throws WasiError {
    if ((base & rights) != rights) {
      throw new WasiError(Errno.NOTCAPABLE);
    }
  }

  /** A regular file and a position in it. */
  public static final class OpenFile extends Descriptor {
    final RegularFile file;
    long position;

    OpenFile(RegularFile file, long base, int flags) {
      super(base & Rights.FILE, 0, flags);
      this.file = file;
    }

    /**
     * Where the next read or write begins.
     *
     * @return the position
     */
    public long position() {
      return position;
    }

    @Override
    FileType type() {
      return FileType.REGULAR_FILE;
    }

    @Override
    FileStatus status() {
      return file.status();
    }

    @Override
    FileNode node() {
      return file;
    }
  }

  /** A directory, from which paths begin. */
  static final class OpenDirectory extends Descriptor {
    final Directory directory;

    /** The name under which the guest finds it when it begins; null for one it has opened. */
    final @Nullable String preopenedAs;

    OpenDirectory(
        Directory directory, long base, long inheriting, int flags, @Nullable String preopenedAs) {
      super(base & Rights.DIRECTORY, inheriting & Rights.INHERITING, flags);
      this.directory = directory;
      this.preopenedAs = preopenedAs;
    }

    @Override
    FileType type() {
      return FileType.DIRECTORY;
    }

    @Override
    FileStatus status() {
      return directory.status();
    }

    @Override
    FileNode node() {
      return directory;
    }
  }

  /** Bytes or messages that come from the host or go to it. */
  public static final class HostStream extends Descriptor {
    /** Where they come from or go to. */
    public enum Kind {
      /** The input, to be read. */
      INPUT,
      /** The output, to be written. */
      OUTPUT,
      /** The log, to be written. */
      LOG,
      /** The messages of a capability. */
      CAPABILITY
    }

    private final Kind kind;
    private final String name;

    HostStream(Kind kind, String name, long base) {
      super(base, 0, 0);
      this.kind = kind;
      this.name = name;
    }

    /**
     * Where it leads.
     *
     * @return its kind
     */
    public Kind kind() {
      return kind;
    }

    /**
     * The capability's name.
     *
     * @return the name, empty for other kinds
     */
    public String name() {
      return name;
    }

    @Override
    FileType type() {
      return FileType.UNKNOWN;
    }

    @Override
    FileStatus status() {
      return FileStatus.STREAM;
    }
  }
}

package io.edgebeat.exec.wasm.wasi;

/**
 * Something that has names in directories, or is still open though it has none left. Times are
 * nanoseconds since 1970.
 */
abstract sealed class FileNode permits Directory, RegularFile, SymbolicLink {
  final long inode;
  long accessed;
  long modified;
  long changed;

  /** How many names it has. */
  int names;

  /** How many descriptors hold it. */
  int holders;

  FileNode(long inode, long now) {
    this.inode = inode;
    this.accessed = now;
    this.modified = now;
    this.changed = now;
  }

  abstract FileType type();

  /** What {@code filestat} shows as its size. */
  abstract long size();

  /** What {@code filestat} shows as its number of links. */
  long linkCount() {
    return names;
  }

  /** How many blocks its contents are counted as. */
  abstract long blocks();

  FileStatus status() {
    return new FileStatus(inode, type(), linkCount(), size(), accessed, modified, changed);
  }
}

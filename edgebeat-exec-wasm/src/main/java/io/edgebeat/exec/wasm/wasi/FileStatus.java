package io.edgebeat.exec.wasm.wasi;

/**
 * A value: what {@code filestat} shows. The device is always 0.
 *
 * @param inode a number of its own; 0 for streams
 * @param type what it is
 * @param links how many names it has
 * @param size bytes
 * @param accessed nanoseconds since 1970
 * @param modified nanoseconds since 1970
 * @param changed nanoseconds since 1970
 */
public record FileStatus(
    long inode, FileType type, long links, long size, long accessed, long modified, long changed) {
  /** Of a stream. */
  static final FileStatus STREAM = new FileStatus(0, FileType.UNKNOWN, 0, 0, 0, 0, 0);
}

package io.edgebeat.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Looks at a file through one buffer that moves forward; a file may be larger than the memory. */
final class FileWindow {
  private static final int READ_AHEAD = 256 * 1024;
  private static final byte[] ZEROS = new byte[READ_AHEAD];

  private final DiskFile file;
  private final long size;
  private byte[] bytes = new byte[0];
  private long start;
  private int filled;

  FileWindow(DiskFile file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  long size() {
    return size;
  }

  /** Whether the file has that many bytes from there on. */
  boolean has(long position, long length) {
    return length <= size - position;
  }

  /** The bytes of {@link #at}; valid until the next call of it. */
  byte[] bytes() {
    return bytes;
  }

  /** The index in {@link #bytes()} from which {@code length} bytes of the file lie in a row. */
  int at(long position, int length) throws IOException {
    if (position < start || position + length > start + filled) {
      load(position, length);
    }
    return (int) (position - start);
  }

  /** The position of the first byte from there on that is not zero; the size if there is none. */
  long skipZeros(long from) throws IOException {
    long position = from;
    while (position < size) {
      int at = at(position, 1);
      int length = Math.min(filled - at, ZEROS.length);
      int other = Arrays.mismatch(bytes, at, at + length, ZEROS, 0, length);
      if (other >= 0) {
        return position + other;
      }
      position += length;
    }
    return position;
  }

  private void load(long position, int length) throws IOException {
    int wanted = (int) Math.min(size - position, Math.max(length, READ_AHEAD));
    if (bytes.length < wanted) {
      bytes = new byte[wanted];
    }
    int count = file.read(position, ByteBuffer.wrap(bytes, 0, wanted));
    if (count < wanted) {
      filled = 0;
      throw new IOException(
          "read " + count + " of " + wanted + " bytes at " + position + " of " + size);
    }
    start = position;
    filled = wanted;
  }
}

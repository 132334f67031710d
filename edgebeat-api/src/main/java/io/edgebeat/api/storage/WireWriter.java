package io.edgebeat.api.storage;

import java.util.Arrays;

/** Writes the two wire types of protocol buffers that dag-pb and UnixFS need. */
final class WireWriter {
  static final int VARINT = 0;
  static final int BYTES = 2;

  private byte[] bytes;
  private int size;

  WireWriter(int expectedBytes) {
    bytes = new byte[Math.max(16, expectedBytes)];
  }

  void number(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  void bytes(int field, byte[] source, int length) {
    tag(field, BYTES);
    varint(length);
    ensure(length);
    System.arraycopy(source, 0, bytes, size, length);
    size += length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void tag(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}

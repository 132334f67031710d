package io.edgebeat.core.codec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow; the counterpart of {@link Input}. */
final class Output {
  private byte[] bytes = new byte[512];
  private int size;

  void octet(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** LEB128 without superfluous bytes; the value is unsigned. */
  void varint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Zigzag, so that small negative numbers are short too. */
  void signed(long value) {
    varint(value << 1 ^ value >> 63);
  }

  void raw(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void bytes32(Bytes32 value) {
    reserve(32);
    value.copyTo(bytes, size);
    size += 32;
  }

  void address(Address value) {
    reserve(20);
    value.copyTo(bytes, size);
    size += 20;
  }

  void block(byte[] value) {
    varint(value.length);
    raw(value);
  }

  void text(String value) {
    int length = value.length();
    reserve(length + 10);
    int before = size;
    varint(length);
    for (int i = 0; i < length; i++) {
      char next = value.charAt(i);
      if (next > 0x7f) {
        size = before;
        encoded(value);
        return;
      }
      bytes[size++] = (byte) next;
    }
  }

  private void encoded(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (!new String(utf8, StandardCharsets.UTF_8).equals(value)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "not a Unicode text: half of a surrogate pair");
    }
    block(utf8);
  }

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }
}

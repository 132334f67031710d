package io.edgebeat.core.codec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow; the counterpart of {@link Input}. */
final class Output {
  private byte[] bytes = new byte[256];
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

  void block(byte[] value) {
    varint(value.length);
    raw(value);
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length != value.length() && !new String(utf8, StandardCharsets.UTF_8).equals(value)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "not a Unicode text: half of a surrogate pair");
    }
    // Half of a pair becomes one '?', so the lengths alone do not tell.
    for (int i = 0; utf8.length == value.length() && i < value.length(); i++) {
      if (value.charAt(i) > 0x7f) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT, "not a Unicode text: half of a surrogate pair");
      }
    }
    block(utf8);
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

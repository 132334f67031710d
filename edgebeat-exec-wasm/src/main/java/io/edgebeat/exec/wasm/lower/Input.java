package io.edgebeat.exec.wasm.lower;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;

/** Reads numbers out of a part of a module; never behind the end of that part. */
final class Input {
  private final byte[] bytes;
  private final int end;
  private int at;

  Input(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  int position() {
    return at;
  }

  boolean hasMore() {
    return at < end;
  }

  int peek() {
    if (at >= end) {
      throw bad("truncated at offset " + at);
    }
    return bytes[at] & 0xff;
  }

  int u8() {
    int value = peek();
    at++;
    return value;
  }

  /** An unsigned number of 32 bits that is an index or a count. */
  int index() {
    int start = at;
    long value = u64();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw bad("number too large at offset " + start);
    }
    return (int) value;
  }

  /** An unsigned number of up to 64 bits. */
  long u64() {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw bad("number of more than 64 bits at offset " + start);
  }

  /** A signed number of up to 64 bits. */
  long s64() {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        int used = shift + 7;
        return used < 64 && (next & 0x40) != 0 ? value | (-1L << used) : value;
      }
    }
    throw bad("number of more than 64 bits at offset " + start);
  }

  void skip(int count) {
    if (count < 0 || count > end - at) {
      throw bad("truncated at offset " + at);
    }
    at += count;
  }

  /** What comes next, as a part of its own; goes behind it. */
  Input part(int size) {
    int start = at;
    skip(size);
    return new Input(bytes, start, at);
  }

  /** The same part, read from here on by another. */
  Input copy() {
    return new Input(bytes, at, end);
  }

  /** The bytes from an earlier position up to here. */
  byte[] since(int start) {
    return Arrays.copyOfRange(bytes, start, at);
  }

  /** The bytes from here to the end. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, end);
  }

  static EdgeBeatException bad(String what) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "bad WebAssembly module: " + what);
  }

  static EdgeBeatException refused(String what) {
    return new EdgeBeatException(ErrorCode.WORKLOAD_REFUSED, "the WebAssembly module has " + what);
  }
}

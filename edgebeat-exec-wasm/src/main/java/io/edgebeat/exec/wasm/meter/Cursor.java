package io.edgebeat.exec.wasm.meter;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.charset.StandardCharsets;

/** Reads a part of a module from its beginning to its end and never behind it. */
final class Cursor {
  private final byte[] bytes;
  private final int end;
  private int at;

  Cursor(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at >= end;
  }

  int peek() {
    if (at >= end) {
      throw bad("ends too early at offset " + at);
    }
    return bytes[at] & 0xff;
  }

  int byteValue() {
    int value = peek();
    at++;
    return value;
  }

  void skip(int count) {
    if (count < 0 || count > end - at) {
      throw bad("ends too early at offset " + at);
    }
    at += count;
  }

  /** An unsigned number of 32 bits. */
  long unsigned() {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = byteValue();
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (value > 0xffff_ffffL) {
          break;
        }
        return value;
      }
    }
    throw bad("has no number of 32 bits at offset " + start);
  }

  /** An unsigned number below some bound: an index or a count. */
  int below(int bound, String what) {
    int start = at;
    long value = unsigned();
    if (value >= bound) {
      throw bad("has " + what + " " + value + " at offset " + start + "; there are " + bound);
    }
    return (int) value;
  }

  /** How many of something follow; each takes a byte at least. */
  int count(String what) {
    int start = at;
    long value = unsigned();
    if (value > end - at) {
      throw bad("has " + value + " " + what + " at offset " + start + ", more than bytes");
    }
    return (int) value;
  }

  /** A signed number of 32 bits. */
  int signed32() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = byteValue();
      value |= (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        int unused = Math.max(0, 25 - shift);
        return value << unused >> unused;
      }
    }
    throw bad("has a number of more than 5 bytes before offset " + at);
  }

  /** Walks over a signed number. */
  void signed(int mostBytes) {
    int start = at;
    while ((byteValue() & 0x80) != 0) {
      if (at - start >= mostBytes) {
        throw bad("has a number of more than " + mostBytes + " bytes at offset " + start);
      }
    }
  }

  /** A number of so many bytes, the lowest first. */
  long little(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) byteValue() << (8 * i);
    }
    return value;
  }

  String name() {
    int size = count("bytes of a name");
    String name = new String(bytes, at, size, StandardCharsets.UTF_8);
    at += size;
    return name;
  }

  static EdgeBeatException bad(String what) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "the WebAssembly module " + what);
  }
}

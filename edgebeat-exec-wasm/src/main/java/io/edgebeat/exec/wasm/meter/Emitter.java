package io.edgebeat.exec.wasm.meter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes parts of a module. */
final class Emitter {
  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  /** Whether this is the last byte, be it an instruction's or a part of one. */
  boolean endsWith(int last) {
    return size > 0 && bytes[size - 1] == (byte) last;
  }

  Emitter put(int... values) {
    room(values.length);
    for (int value : values) {
      bytes[size++] = (byte) value;
    }
    return this;
  }

  Emitter copy(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
    return this;
  }

  Emitter copy(Emitter other) {
    return copy(other.bytes, 0, other.size);
  }

  Emitter unsigned(long value) {
    long rest = value;
    while (rest > 0x7f) {
      put((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    return put((int) rest);
  }

  Emitter signed(long value) {
    long rest = value;
    while (rest > 63 || rest < -64) {
      put((int) ((rest & 0x7f) | 0x80));
      rest >>= 7;
    }
    return put((int) (rest & 0x7f));
  }

  Emitter name(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return unsigned(utf8.length).copy(utf8, 0, utf8.length);
  }

  /** An instruction with one unsigned immediate. */
  Emitter op(int opcode, long immediate) {
    return put(opcode).unsigned(immediate);
  }

  /** What another emitter holds, its size first. */
  Emitter sized(Emitter content) {
    return unsigned(content.size).copy(content);
  }

  void section(int id, Emitter content) {
    put(id).sized(content);
  }
}

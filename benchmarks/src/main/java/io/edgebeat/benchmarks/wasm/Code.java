package io.edgebeat.benchmarks.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of a module, written one behind the other. */
final class Code {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Assembles instructions in the order of the stack, as {@link #text} takes them. */
  static Code of(String text) {
    return new Code().text(text);
  }

  int size() {
    return out.size();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  Code raw(int value) {
    out.write(value);
    return this;
  }

  Code raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  Code raw(Code other) {
    return raw(other.toBytes());
  }

  Code unsigned(long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  Code signed(long value) {
    long rest = value;
    while (rest > 63 || rest < -64) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
    return this;
  }

  Code name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return unsigned(bytes.length).raw(bytes);
  }

  /** An instruction, without what follows it. */
  Code op(String name) {
    return op(Op.named(name));
  }

  Code op(Op op) {
    if (op.code() > 0xff) {
      out.write(op.code() >> 8);
      return unsigned(op.code() & 0xff);
    }
    return raw(op.code());
  }

  Code i32(int value) {
    return raw(0x41).signed(value);
  }

  Code i64(long value) {
    return raw(0x42).signed(value);
  }

  Code f32(float value) {
    return raw(0x43).f32Bits(Float.floatToRawIntBits(value));
  }

  Code f64(double value) {
    return raw(0x44).f64Bits(Double.doubleToRawLongBits(value));
  }

  Code f32Bits(int bits) {
    for (int i = 0; i < 4; i++) {
      out.write(bits >> (8 * i));
    }
    return this;
  }

  Code f64Bits(long bits) {
    for (int i = 0; i < 8; i++) {
      out.write((int) (bits >> (8 * i)));
    }
    return this;
  }

  /**
   * Assembles words: an instruction, then its immediates as numbers. Blocks may say their result,
   * as in {@code block i32}; an access to memory needs only its offset; {@code br_table} needs its
   * labels in brackets: {@code [ 0 1 2 ]}.
   */
  Code text(String text) {
    String[] words = text.strip().split("\\s+", -1);
    int at = 0;
    while (at < words.length && !words[at].isEmpty()) {
      Op op = Op.named(words[at++]);
      op(op);
      switch (op.immediate()) {
        case NONE -> {}
        case BLOCK -> {
          int type = at < words.length ? type(words[at]) : 0;
          raw(type == 0 ? 0x40 : type);
          at += type == 0 ? 0 : 1;
        }
        case LABEL, INDEX -> unsigned(Long.decode(words[at++]));
        case TWO_INDEXES -> unsigned(Long.decode(words[at++])).unsigned(Long.decode(words[at++]));
        case LABELS -> {
          Code labels = new Code();
          int count = 0;
          for (at++; !words[at].equals("]"); count++) {
            labels.unsigned(Long.decode(words[at++]));
          }
          at++;
          unsigned(count - 1).raw(labels);
        }
        case TYPES -> unsigned(1).raw(type(words[at++]));
        case ADDRESS -> raw(0).unsigned(Long.decode(words[at++]));
        case ZERO -> raw(0);
        case I32 -> {
          int bits = Long.decode(words[at++]).intValue();
          signed(bits);
        }
        case I64 -> signed(Long.decode(words[at++]));
        case F32 -> f32Bits(Float.floatToRawIntBits(Float.parseFloat(words[at++])));
        case F64 -> f64Bits(Double.doubleToRawLongBits(Double.parseDouble(words[at++])));
        case REFERENCE -> raw(type(words[at++]));
      }
    }
    return this;
  }

  /** The byte of a type, or 0 when the word is none. */
  static int type(String word) {
    return switch (word) {
      case "i32" -> 0x7f;
      case "i64" -> 0x7e;
      case "f32" -> 0x7d;
      case "f64" -> 0x7c;
      case "func", "funcref" -> 0x70;
      case "extern", "externref" -> 0x6f;
      default -> 0;
    };
  }

  /** The byte of a type that is said by a letter, as in {@link Op}. */
  static int type(char letter) {
    return switch (letter) {
      case 'i' -> 0x7f;
      case 'I' -> 0x7e;
      case 'f' -> 0x7d;
      case 'F' -> 0x7c;
      case 'r' -> 0x70;
      case 'x' -> 0x6f;
      default -> throw new IllegalArgumentException("no type is called " + letter);
    };
  }
}

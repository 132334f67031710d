package io.edgebeat.exec.wasm.lower;

import java.util.ArrayList;
import java.util.List;

/** Walks over the instructions of one body; knows immediates, not types. */
final class Instructions {
  static final int UNREACHABLE = 0x00;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int ELSE = 0x05;
  static final int TRY = 0x06;
  static final int CATCH = 0x07;
  static final int THROW = 0x08;
  static final int RETHROW = 0x09;
  static final int THROW_REF = 0x0a;
  static final int END = 0x0b;
  static final int BR = 0x0c;
  static final int BR_IF = 0x0d;
  static final int BR_TABLE = 0x0e;
  static final int RETURN = 0x0f;
  static final int CALL = 0x10;
  static final int CALL_INDIRECT = 0x11;
  static final int RETURN_CALL = 0x12;
  static final int RETURN_CALL_INDIRECT = 0x13;
  static final int DELEGATE = 0x18;
  static final int CATCH_ALL = 0x19;
  static final int TRY_TABLE = 0x1f;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int TABLE_GET = 0x25;
  static final int TABLE_SET = 0x26;
  static final int FIRST_LOAD = 0x28;
  static final int FIRST_STORE = 0x36;
  static final int LAST_STORE = 0x3e;
  static final int MEMORY_SIZE = 0x3f;
  static final int MEMORY_GROW = 0x40;
  static final int REF_FUNC = 0xd2;
  static final int MEMORY_INIT = 0xfc08;
  static final int MEMORY_COPY = 0xfc0a;
  static final int MEMORY_FILL = 0xfc0b;
  static final int TABLE_INIT = 0xfc0c;
  static final int TABLE_COPY = 0xfc0e;
  static final int TABLE_GROW = 0xfc0f;
  static final int TABLE_SIZE = 0xfc10;
  static final int TABLE_FILL = 0xfc11;

  /** One clause of a {@code try_table}; the tag is -1 where all exceptions are caught. */
  record Clause(int tag, int label) {}

  private final Input in;
  private int start;
  private int opcode;
  private long first;
  private long second;
  private List<Integer> labels = List.of();
  private List<Clause> clauses = List.of();

  Instructions(Input in) {
    this.in = in;
  }

  boolean hasMore() {
    return in.hasMore();
  }

  /** Where the instruction begins. */
  int start() {
    return start;
  }

  /** The instruction; those with the prefix 0xfc as 0xfc00 and their number. */
  int opcode() {
    return opcode;
  }

  /** The first immediate: an index, a block's type, the offset of an access. */
  long first() {
    return first;
  }

  int firstIndex() {
    return (int) first;
  }

  /** The second immediate: of two indices the second, the alignment of an access. */
  int second() {
    return (int) second;
  }

  /** The targets of a {@code br_table}, the default last. */
  List<Integer> labels() {
    return labels;
  }

  List<Clause> clauses() {
    return clauses;
  }

  /** The instruction as it stands in the module. */
  byte[] raw() {
    return in.since(start);
  }

  /** Goes to the next instruction. */
  void next() {
    start = in.position();
    opcode = in.u8();
    switch (opcode) {
      case BLOCK, LOOP, IF, TRY -> first = in.s64();
      case TRY_TABLE -> {
        first = in.s64();
        readClauses();
      }
      case CATCH, THROW, RETHROW, BR, BR_IF, CALL, DELEGATE, RETURN_CALL, REF_FUNC ->
          first = in.index();
      case 0x20, 0x21, 0x22, GLOBAL_GET, GLOBAL_SET, TABLE_GET, TABLE_SET -> first = in.index();
      case BR_TABLE -> {
        int count = in.index();
        labels = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
          labels.add(in.index());
        }
      }
      case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
        first = in.index();
        second = in.index();
      }
      case 0x1c -> {
        int count = in.index();
        in.skip(count);
      }
      case MEMORY_SIZE, MEMORY_GROW, 0xd0 -> in.u8();
      case 0x41 -> first = in.s64();
      case 0x42 -> first = in.s64();
      case 0x43 -> in.skip(4);
      case 0x44 -> in.skip(8);
      case 0xfc -> prefixed();
      default -> {
        if (opcode >= FIRST_LOAD && opcode <= LAST_STORE) {
          second = in.index();
          first = in.u64();
        } else if (!isPlain(opcode)) {
          throw Input.refused(
              "the instruction 0x"
                  + Integer.toHexString(opcode)
                  + " at offset "
                  + start
                  + ", which cannot be lowered");
        }
      }
    }
  }

  private static boolean isPlain(int code) {
    return switch (code) {
      case UNREACHABLE, 0x01, ELSE, END, RETURN, CATCH_ALL, 0x1a, 0x1b, 0xd1 -> true;
      default -> code >= 0x45 && code <= 0xc4;
    };
  }

  private void prefixed() {
    int code = in.index();
    opcode = 0xfc00 | (code & 0xff);
    switch (code) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> {}
      case 8, 10, 12, 14 -> {
        first = in.index();
        second = in.index();
      }
      case 9, 11, 13, 15, 16, 17 -> first = in.index();
      default -> throw Input.bad("unknown instruction 0xfc " + code + " at offset " + start);
    }
  }

  private void readClauses() {
    int count = in.index();
    clauses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      int kind = in.u8();
      switch (kind) {
        case 0 -> {
          int tag = in.index();
          clauses.add(new Clause(tag, in.index()));
        }
        case 2 -> clauses.add(new Clause(-1, in.index()));
        case 1, 3 ->
            throw Input.refused(
                "a catch clause that keeps a reference to the exception (at offset "
                    + at
                    + "); exceptions are values of control flow here, not objects");
        default -> throw Input.bad("unknown catch clause " + kind + " at offset " + at);
      }
    }
  }
}

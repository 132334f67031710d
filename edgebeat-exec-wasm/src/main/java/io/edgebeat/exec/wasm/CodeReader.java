package io.edgebeat.exec.wasm;

import java.util.ArrayList;
import java.util.List;

/**
 * Walks over the instructions of one function and counts how many values lie on its operand stack
 * at most. The walk knows no types and checks no more than it needs; validation is the engine's.
 *
 * <p>The count matters because of the JVM: its interpreter looks for room on the thread's stack
 * when a method begins, but not for its own code that it calls while the operand stack is high.
 * With 8 000 operands and endless recursion that killed the process with a segmentation fault (JDK
 * 25).
 *
 * <p>Instructions that hold memory or threads of the host which nothing counts are refused:
 * vectors, atomics, typed references and garbage-collected types. Exceptions are read where they
 * will be lowered.
 */
final class CodeReader {
  /** An eighth of what is known to be too much. */
  static final int MOST_OPERANDS = 1_000;

  private static final int MOST_BLOCKS = 2_000;

  /** What every instruction without special treatment does to the height, as ranges of opcodes. */
  private static final int[][] EFFECTS = {
    {0x01, 0x01, 0}, // nop
    {0x1a, 0x1a, -1}, // drop
    {0x1b, 0x1b, -2}, // select
    {0x45, 0x45, 0}, // i32.eqz
    {0x46, 0x4f, -1}, // i32 comparisons
    {0x50, 0x50, 0}, // i64.eqz
    {0x51, 0x66, -1}, // i64, f32, f64 comparisons
    {0x67, 0x69, 0}, // i32 with one operand
    {0x6a, 0x78, -1}, // i32 with two
    {0x79, 0x7b, 0}, // i64 with one
    {0x7c, 0x8a, -1}, // i64 with two
    {0x8b, 0x91, 0}, // f32 with one
    {0x92, 0x98, -1}, // f32 with two
    {0x99, 0x9f, 0}, // f64 with one
    {0xa0, 0xa6, -1}, // f64 with two
    {0xa7, 0xc4, 0}, // conversions, sign extension
    {0xd1, 0xd1, 0}, // ref.is_null
  };

  /** Effect of each instruction without immediates; {@link #SPECIAL} for all others. */
  private static final int[] EFFECT = new int[256];

  private static final int SPECIAL = Integer.MIN_VALUE;

  static {
    java.util.Arrays.fill(EFFECT, SPECIAL);
    for (int[] range : EFFECTS) {
      java.util.Arrays.fill(EFFECT, range[0], range[1] + 1, range[2]);
    }
  }

  private final ModuleReader in;
  private final int body;
  private final List<int[]> blocks = new ArrayList<>();
  private int height;
  private int highest;

  CodeReader(ModuleReader in, int body) {
    this.in = in;
    this.body = body;
  }

  /** Reads up to the end of the function. */
  void read(FunctionShape shape) {
    blocks.add(new int[] {0, 0, shape.results().size()});
    while (!blocks.isEmpty()) {
      instruction();
      highest = Math.max(highest, height);
      if (highest > MOST_OPERANDS) {
        throw ModuleReader.refused(
            "more than " + MOST_OPERANDS + " values on the operand stack of body " + body);
      }
      if (blocks.size() > MOST_BLOCKS) {
        throw ModuleReader.refused(
            "more than " + MOST_BLOCKS + " blocks inside of one another in body " + body);
      }
    }
  }

  private void effect(int change) {
    int floor = blocks.get(blocks.size() - 1)[0];
    // Code that is never reached may take values that nobody has put there.
    height = Math.max(floor, height + change);
  }

  private void calls(FunctionShape shape) {
    effect(-shape.parameters().size());
    effect(shape.results().size());
  }

  /** What follows is not reached. */
  private void leaves() {
    height = blocks.get(blocks.size() - 1)[0];
  }

  private void instruction() {
    int start = in.position();
    int opcode = in.byteValue();
    int simple = EFFECT[opcode];
    if (simple != SPECIAL) {
      effect(simple);
      return;
    }
    switch (opcode) {
      case 0x00, 0x0f -> leaves(); // unreachable, return
      case 0x02, 0x03 -> open();
      case 0x04 -> {
        effect(-1);
        open();
      }
      case 0x05 -> {
        int[] block = blocks.get(blocks.size() - 1);
        height = block[0] + block[1];
      }
      case 0x0b -> {
        int[] block = blocks.remove(blocks.size() - 1);
        height = block[0] + block[2];
      }
      case 0x0c -> {
        in.unsigned("label");
        leaves();
      }
      case 0x0d -> {
        in.unsigned("label");
        effect(-1);
      }
      case 0x0e -> {
        int count = in.unsigned("labels");
        for (int i = 0; i <= count; i++) {
          in.unsigned("label");
        }
        leaves();
      }
      case 0x10 -> calls(in.functionAt());
      case 0x11 -> {
        effect(-1);
        calls(in.typeAt());
        in.unsigned("table");
      }
      case 0x12 -> {
        in.functionAt();
        leaves();
      }
      case 0x13 -> {
        in.typeAt();
        in.unsigned("table");
        leaves();
      }
      case 0x1c -> {
        int count = in.unsigned("types");
        for (int i = 0; i < count; i++) {
          in.valueType();
        }
        effect(-2);
      }
      case 0x20, 0x23, 0xd2 -> {
        in.unsigned("index");
        effect(1);
      }
      case 0x21, 0x24 -> {
        in.unsigned("index");
        effect(-1);
      }
      case 0x22, 0x25 -> in.unsigned("index");
      case 0x26 -> {
        in.unsigned("table");
        effect(-2);
      }
      case 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35 ->
          address();
      case 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e -> {
        address();
        effect(-2);
      }
      case 0x3f -> {
        zero();
        effect(1);
      }
      case 0x40 -> zero();
      case 0x41 -> {
        in.signed(5);
        effect(1);
      }
      case 0x42 -> {
        in.signed(10);
        effect(1);
      }
      case 0x43 -> {
        in.skip(4);
        effect(1);
      }
      case 0x44 -> {
        in.skip(8);
        effect(1);
      }
      case 0xd0 -> {
        in.valueType();
        effect(1);
      }
      case 0xfc -> prefixed(start);
      case 0x06, 0x07, 0x08, 0x09, 0x18, 0x19, 0x1f -> {
        in.mustLower("exceptions", start);
        exceptions(opcode, start);
      }
      case 0x0a -> throw forbidden("references to exceptions", start);
      case 0x14, 0x15, 0xd3, 0xd4, 0xd5, 0xd6 -> throw forbidden("typed references", start);
      case 0xfb -> throw forbidden("garbage-collected types", start);
      case 0xfd -> throw forbidden("vectors", start);
      case 0xfe -> throw forbidden("atomics", start);
      default ->
          throw ModuleReader.bad(
              "unknown instruction 0x" + Integer.toHexString(opcode) + " at offset " + start);
    }
  }

  private void exceptions(int opcode, int start) {
    int[] block = blocks.get(blocks.size() - 1);
    switch (opcode) {
      case 0x06 -> open();
      case 0x07 -> height = block[0] + in.tagAt().parameters().size();
      case 0x08 -> {
        in.tagAt();
        leaves();
      }
      case 0x09 -> {
        in.unsigned("label");
        leaves();
      }
      case 0x18 -> {
        in.unsigned("label");
        blocks.remove(blocks.size() - 1);
        height = block[0] + block[2];
      }
      case 0x19 -> height = block[0];
      default -> {
        open();
        int clauses = in.unsigned("clauses");
        for (int i = 0; i < clauses; i++) {
          switch (in.byteValue()) {
            case 0 -> {
              in.tagAt();
              in.unsigned("label");
            }
            case 2 -> in.unsigned("label");
            case 1, 3 -> throw forbidden("references to exceptions", start);
            default -> throw ModuleReader.bad("unknown catch clause at offset " + start);
          }
        }
      }
    }
  }

  private void prefixed(int start) {
    int code = in.unsigned("instruction");
    switch (code) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> effect(0); // saturating conversions
      case 8, 10, 12, 14 -> { // memory.init, memory.copy, table.init, table.copy
        in.unsigned("index");
        in.unsigned("index");
        effect(-3);
      }
      case 9, 13 -> in.unsigned("segment"); // data.drop, elem.drop
      case 11, 17 -> { // memory.fill, table.fill
        in.unsigned("index");
        effect(-3);
      }
      case 15 -> { // table.grow
        in.unsigned("table");
        effect(-1);
      }
      case 16 -> { // table.size
        in.unsigned("table");
        effect(1);
      }
      default -> throw ModuleReader.bad("unknown instruction 0xfc " + code + " at offset " + start);
    }
  }

  private void open() {
    int results = 0;
    int next = in.peek();
    if (next == 0x40) {
      in.byteValue();
    } else if ((next & 0xc0) == 0x40) {
      in.valueType();
      results = 1;
    } else {
      int start = in.position();
      FunctionShape shape = in.typeAt();
      results = shape.results().size();
      if (!shape.parameters().isEmpty()) {
        // A branch out of one drops the wrong values, and other ones compiled than interpreted.
        throw forbidden("a block that takes values", start);
      }
    }
    blocks.add(new int[] {height, 0, results});
  }

  private void address() {
    if (in.unsigned("alignment") > 31) {
      throw ModuleReader.refused("an access to another memory in body " + body);
    }
    in.offset();
  }

  private void zero() {
    if (in.byteValue() != 0) {
      throw ModuleReader.refused("another memory in body " + body);
    }
  }

  private RuntimeException forbidden(String what, int start) {
    return ModuleReader.refused(what + " (the instruction at offset " + start + ")");
  }
}

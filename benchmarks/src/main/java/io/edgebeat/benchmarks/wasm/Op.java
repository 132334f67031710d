package io.edgebeat.benchmarks.wasm;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An instruction that guests may use.
 *
 * @param name as in the text format
 * @param code its byte; of two, the first is the higher one
 * @param takes a letter for each operand: {@code i}, {@code I}, {@code f}, {@code F} for the
 *     numbers, {@code *} when it is decided by the immediates or the place
 * @param gives likewise for the result; empty for none
 * @param immediate what follows the opcode
 */
record Op(String name, int code, String takes, String gives, Immediate immediate) {

  /** What is written behind an opcode. */
  enum Immediate {
    NONE,
    BLOCK,
    LABEL,
    LABELS,
    INDEX,
    TWO_INDEXES,
    TYPES,
    ADDRESS,
    ZERO,
    I32,
    I64,
    F32,
    F64,
    REFERENCE
  }

  private static final Map<String, Op> BY_NAME = new LinkedHashMap<>();
  private static final Map<Integer, Op> BY_CODE = new HashMap<>();

  static {
    control();
    int code = 0x45;
    code = numbers(code, "i32", "i", true);
    code = numbers(code, "i64", "I", true);
    code = comparisons(code, "f32", "f", "eq ne lt gt le ge");
    code = comparisons(code, "f64", "F", "eq ne lt gt le ge");
    code = numbers(code, "i32", "i", false);
    code = numbers(code, "i64", "I", false);
    code = floats(code, "f32", "f");
    code = floats(code, "f64", "F");
    code = conversions(code);
    if (code != 0xc5) {
      throw new IllegalStateException("the last one-byte instruction is 0xc4, not " + (code - 1));
    }
    memory();
    prefixed();
  }

  static List<Op> all() {
    return List.copyOf(BY_NAME.values());
  }

  static Op named(String name) {
    Op op = BY_NAME.get(name);
    if (op == null) {
      throw new IllegalArgumentException("no instruction is called " + name);
    }
    return op;
  }

  /** The instruction of a byte, or of two of which the first is the higher. */
  static Op coded(int code) {
    Op op = BY_CODE.get(code);
    if (op == null) {
      throw new IllegalArgumentException("no instruction has code " + Integer.toHexString(code));
    }
    return op;
  }

  private static void op(int code, String name, String takes, String gives, Immediate immediate) {
    Op op = new Op(name, code, takes, gives, immediate);
    BY_NAME.put(name, op);
    BY_CODE.put(code, op);
  }

  private static void control() {
    op(0x00, "unreachable", "", "", Immediate.NONE);
    op(0x01, "nop", "", "", Immediate.NONE);
    op(0x02, "block", "*", "*", Immediate.BLOCK);
    op(0x03, "loop", "*", "*", Immediate.BLOCK);
    op(0x04, "if", "*", "*", Immediate.BLOCK);
    op(0x05, "else", "*", "*", Immediate.NONE);
    op(0x0b, "end", "*", "*", Immediate.NONE);
    op(0x0c, "br", "*", "*", Immediate.LABEL);
    op(0x0d, "br_if", "*", "*", Immediate.LABEL);
    op(0x0e, "br_table", "*", "*", Immediate.LABELS);
    op(0x0f, "return", "*", "*", Immediate.NONE);
    op(0x10, "call", "*", "*", Immediate.INDEX);
    op(0x11, "call_indirect", "*", "*", Immediate.TWO_INDEXES);
    op(0x1a, "drop", "*", "", Immediate.NONE);
    op(0x1b, "select", "*", "*", Immediate.NONE);
    op(0x1c, "select_t", "*", "*", Immediate.TYPES);
    op(0x20, "local.get", "", "*", Immediate.INDEX);
    op(0x21, "local.set", "*", "", Immediate.INDEX);
    op(0x22, "local.tee", "*", "*", Immediate.INDEX);
    op(0x23, "global.get", "", "*", Immediate.INDEX);
    op(0x24, "global.set", "*", "", Immediate.INDEX);
    op(0x25, "table.get", "i", "*", Immediate.INDEX);
    op(0x26, "table.set", "*", "", Immediate.INDEX);
    op(0x41, "i32.const", "", "i", Immediate.I32);
    op(0x42, "i64.const", "", "I", Immediate.I64);
    op(0x43, "f32.const", "", "f", Immediate.F32);
    op(0x44, "f64.const", "", "F", Immediate.F64);
    op(0xd0, "ref.null", "", "*", Immediate.REFERENCE);
    op(0xd1, "ref.is_null", "*", "i", Immediate.NONE);
    op(0xd2, "ref.func", "", "*", Immediate.INDEX);
  }

  private static int comparisons(int first, String type, String letter, String names) {
    int code = first;
    for (String name : names.split(" ", -1)) {
      op(code++, type + "." + name, letter + letter, "i", Immediate.NONE);
    }
    return code;
  }

  private static int numbers(int first, String type, String letter, boolean compare) {
    int code = first;
    if (compare) {
      op(code++, type + ".eqz", letter, "i", Immediate.NONE);
      return comparisons(code, type, letter, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u");
    }
    for (String name : "clz ctz popcnt".split(" ", -1)) {
      op(code++, type + "." + name, letter, letter, Immediate.NONE);
    }
    String two = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr";
    for (String name : two.split(" ", -1)) {
      op(code++, type + "." + name, letter + letter, letter, Immediate.NONE);
    }
    return code;
  }

  private static int floats(int first, String type, String letter) {
    int code = first;
    for (String name : "abs neg ceil floor trunc nearest sqrt".split(" ", -1)) {
      op(code++, type + "." + name, letter, letter, Immediate.NONE);
    }
    for (String name : "add sub mul div min max copysign".split(" ", -1)) {
      op(code++, type + "." + name, letter + letter, letter, Immediate.NONE);
    }
    return code;
  }

  private static int conversions(int first) {
    int code = first;
    String all =
        "i32.wrap_i64:I:i i32.trunc_f32_s:f:i i32.trunc_f32_u:f:i i32.trunc_f64_s:F:i"
            + " i32.trunc_f64_u:F:i i64.extend_i32_s:i:I i64.extend_i32_u:i:I"
            + " i64.trunc_f32_s:f:I i64.trunc_f32_u:f:I i64.trunc_f64_s:F:I"
            + " i64.trunc_f64_u:F:I f32.convert_i32_s:i:f f32.convert_i32_u:i:f"
            + " f32.convert_i64_s:I:f f32.convert_i64_u:I:f f32.demote_f64:F:f"
            + " f64.convert_i32_s:i:F f64.convert_i32_u:i:F f64.convert_i64_s:I:F"
            + " f64.convert_i64_u:I:F f64.promote_f32:f:F i32.reinterpret_f32:f:i"
            + " i64.reinterpret_f64:F:I f32.reinterpret_i32:i:f f64.reinterpret_i64:I:F"
            + " i32.extend8_s:i:i i32.extend16_s:i:i i64.extend8_s:I:I i64.extend16_s:I:I"
            + " i64.extend32_s:I:I";
    for (String each : all.split(" ", -1)) {
      String[] parts = each.split(":", -1);
      op(code++, parts[0], parts[1], parts[2], Immediate.NONE);
    }
    return code;
  }

  private static void memory() {
    int code = 0x28;
    String loads =
        "i32.load:i i64.load:I f32.load:f f64.load:F i32.load8_s:i i32.load8_u:i i32.load16_s:i"
            + " i32.load16_u:i i64.load8_s:I i64.load8_u:I i64.load16_s:I i64.load16_u:I"
            + " i64.load32_s:I i64.load32_u:I";
    for (String each : loads.split(" ", -1)) {
      String[] parts = each.split(":", -1);
      op(code++, parts[0], "i", parts[1], Immediate.ADDRESS);
    }
    String stores =
        "i32.store:i i64.store:I f32.store:f f64.store:F i32.store8:i i32.store16:i i64.store8:I"
            + " i64.store16:I i64.store32:I";
    for (String each : stores.split(" ", -1)) {
      String[] parts = each.split(":", -1);
      op(code++, parts[0], "i" + parts[1], "", Immediate.ADDRESS);
    }
    op(0x3f, "memory.size", "", "i", Immediate.ZERO);
    op(0x40, "memory.grow", "i", "i", Immediate.ZERO);
  }

  private static void prefixed() {
    int code = 0xfc00;
    String saturating = "i32:f:i i32:F:i i64:f:I i64:F:I";
    for (String each : saturating.split(" ", -1)) {
      String[] parts = each.split(":", -1);
      String from = parts[1].equals("f") ? "f32" : "f64";
      for (String sign : new String[] {"s", "u"}) {
        op(
            code++,
            parts[0] + ".trunc_sat_" + from + "_" + sign,
            parts[1],
            parts[2],
            Immediate.NONE);
      }
    }
    op(0xfc08, "memory.init", "iii", "", Immediate.TWO_INDEXES);
    op(0xfc09, "data.drop", "", "", Immediate.INDEX);
    op(0xfc0a, "memory.copy", "iii", "", Immediate.TWO_INDEXES);
    op(0xfc0b, "memory.fill", "iii", "", Immediate.ZERO);
    op(0xfc0c, "table.init", "iii", "", Immediate.TWO_INDEXES);
    op(0xfc0d, "elem.drop", "", "", Immediate.INDEX);
    op(0xfc0e, "table.copy", "iii", "", Immediate.TWO_INDEXES);
    op(0xfc0f, "table.grow", "*i", "i", Immediate.INDEX);
    op(0xfc10, "table.size", "", "i", Immediate.INDEX);
    op(0xfc11, "table.fill", "i*i", "", Immediate.INDEX);
  }
}

package io.edgebeat.exec.wasm.meter;

import java.util.HashMap;
import java.util.Map;

/**
 * One instruction of WebAssembly as the table {@code instructions.txt} describes it.
 *
 * @param opcode its opcode; those with the prefix 0xfc are 0xfc00 and their number
 * @param name its name in the text format
 * @param parameters the types of its operands, or {@link #VARIES}
 * @param results the types of its results
 * @param costClass the name its price is found by
 * @param immediates what follows the opcode
 */
record Instruction(
    int opcode,
    String name,
    String parameters,
    String results,
    String costClass,
    Immediates immediates) {

  /** What follows an opcode. */
  enum Immediates {
    NONE,
    BLOCK,
    LABEL,
    LABELS,
    FUNCTION,
    TYPE_TABLE,
    TYPES,
    INDEX,
    INDEX_INDEX,
    ADDRESS,
    BYTE,
    I32,
    I64,
    F32,
    F64
  }

  static final String VARIES = "?";

  static final int UNREACHABLE = 0x00;
  static final int NOP = 0x01;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int ELSE = 0x05;
  static final int END = 0x0b;
  static final int BR = 0x0c;
  static final int BR_IF = 0x0d;
  static final int BR_TABLE = 0x0e;
  static final int RETURN = 0x0f;
  static final int CALL = 0x10;
  static final int CALL_INDIRECT = 0x11;
  static final int RETURN_CALL = 0x12;
  static final int RETURN_CALL_INDIRECT = 0x13;
  static final int DROP = 0x1a;
  static final int SELECT = 0x1b;
  static final int SELECT_TYPED = 0x1c;
  static final int LOCAL_GET = 0x20;
  static final int LOCAL_SET = 0x21;
  static final int LOCAL_TEE = 0x22;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int I32_LOAD8_U = 0x2d;
  static final int I32_STORE = 0x36;
  static final int I32_STORE8 = 0x3a;
  static final int I64_STORE8 = 0x3c;
  static final int I64_STORE32 = 0x3e;
  static final int MEMORY_GROW = 0x40;
  static final int I32_CONST = 0x41;
  static final int I64_CONST = 0x42;
  static final int F32_CONST = 0x43;
  static final int F64_CONST = 0x44;
  static final int I64_EQZ = 0x50;
  static final int I32_EQZ = 0x45;
  static final int I32_EQ = 0x46;
  static final int I32_LT_S = 0x48;
  static final int I64_LT_S = 0x53;
  static final int I64_GE_S = 0x59;
  static final int F32_GE = 0x60;
  static final int F64_GE = 0x66;
  static final int I32_NE = 0x47;
  static final int I32_GE_U = 0x4f;
  static final int I32_ADD = 0x6a;
  static final int I32_SUB = 0x6b;
  static final int I32_MUL = 0x6c;
  static final int I32_DIV_U = 0x6e;
  static final int I32_REM_U = 0x70;
  static final int I32_AND = 0x71;
  static final int I32_OR = 0x72;
  static final int I32_SHR_U = 0x76;
  static final int I64_ADD = 0x7c;
  static final int I64_SUB = 0x7d;
  static final int I64_MUL = 0x7e;
  static final int I64_AND = 0x83;
  static final int I64_OR = 0x84;
  static final int I64_SHR_U = 0x88;
  static final int F32_MUL = 0x94;
  static final int F64_MUL = 0xa2;
  static final int I32_WRAP_I64 = 0xa7;
  static final int I64_EXTEND_I32_U = 0xad;
  static final int F32_CONVERT_I64_S = 0xb4;
  static final int F32_CONVERT_I64_U = 0xb5;
  static final int F64_CONVERT_I64_S = 0xb9;
  static final int F64_CONVERT_I64_U = 0xba;
  static final int REF_FUNC = 0xd2;
  static final int TABLE_GROW = 0xfc0f;

  private static final int PREFIX = 0xfc;
  private static final Map<Integer, Instruction> ALL = new HashMap<>();

  static {
    for (String line : Resource.lines("instructions.txt")) {
      String[] words = line.split(" ");
      int opcode = Integer.parseInt(words[0], 16);
      boolean varies = words[2].equals(VARIES);
      int colon = words[2].indexOf(':');
      ALL.put(
          opcode,
          new Instruction(
              opcode,
              words[1],
              varies ? VARIES : words[2].substring(0, colon),
              varies ? VARIES : words[2].substring(colon + 1),
              words[3],
              Immediates.valueOf(words[4].toUpperCase(java.util.Locale.ROOT).replace('-', '_'))));
    }
  }

  static Iterable<Instruction> all() {
    return ALL.values();
  }

  /** Reads an opcode. */
  static Instruction read(Cursor in) {
    int start = in.position();
    int opcode = in.byteValue();
    if (opcode == PREFIX) {
      opcode = (PREFIX << 8) | in.below(256, "instruction 0xfc");
    }
    Instruction found = ALL.get(opcode);
    if (found == null) {
      throw Cursor.bad(
          "has the unknown instruction 0x" + Integer.toHexString(opcode) + " at offset " + start);
    }
    return found;
  }

  boolean varies() {
    return parameters.equals(VARIES);
  }

  /** Whether its result is a NaN of unspecified bits when it is one. */
  boolean makesNan() {
    return switch (costClass) {
      case "float", "float-divide", "float-pick", "root", "round" -> true;
      default -> opcode == 0xb6 || opcode == 0xbb; // demote, promote
    };
  }

  /** Whether the result is the first operand, perhaps with another sign: neg, copysign. */
  boolean changesSign() {
    return costClass.equals("float-sign") && !dropsSign();
  }

  /** Whether the result is the operand without its sign: abs. */
  boolean dropsSign() {
    return opcode == 0x8b || opcode == 0x99;
  }

  /** Whether the number on top of the operands decides what it costs. */
  boolean pricedBySize() {
    return switch (costClass) {
      case "grow", "fill", "copy", "entries" -> true;
      default -> false;
    };
  }
}

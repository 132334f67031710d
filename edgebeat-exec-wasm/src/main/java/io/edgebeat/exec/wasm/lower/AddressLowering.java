package io.edgebeat.exec.wasm.lower;

import static io.edgebeat.exec.wasm.lower.Instructions.*;
import static io.edgebeat.exec.wasm.lower.Signature.F32;
import static io.edgebeat.exec.wasm.lower.Signature.F64;
import static io.edgebeat.exec.wasm.lower.Signature.I32;
import static io.edgebeat.exec.wasm.lower.Signature.I64;

/**
 * Writes accesses to memories and tables again. A 64-bit address is cut to 32 bits if it is below
 * 2^31, else 2^31 stands for it, which is behind the end of every memory and table here: the
 * engine's own check finds it, with its own reason, and no basic block ends. With an offset below
 * 2^31 the sum does not wrap, so it does not matter that some engines add in 32 bits.
 */
final class AddressLowering {
  private static final int I32_CONST = 0x41;
  private static final int I64_CONST = 0x42;
  private static final int LOCAL_GET = 0x20;
  private static final int LOCAL_SET = 0x21;
  private static final int LOCAL_TEE = 0x22;
  private static final int DROP = 0x1a;
  private static final int SELECT = 0x1b;
  private static final int I64_EQZ = 0x50;
  private static final int I64_SHR_U = 0x88;
  private static final int I32_WRAP = 0xa7;
  private static final int I64_EXTEND_S = 0xac;
  private static final int I64_EXTEND_U = 0xad;

  /** The types of the values that the stores take, in the order of their opcodes. */
  private static final byte[] STORED = {I32, I64, F32, F64, I32, I32, I64, I64, I64};

  private final SourceModule module;
  private final Instructions code;
  private final Scratch scratch;
  private final Output out;

  AddressLowering(SourceModule module, Instructions code, Scratch scratch, Output out) {
    this.module = module;
    this.code = code;
    this.scratch = scratch;
    this.out = out;
  }

  /** Writes the instruction that was read last. */
  void instruction() {
    int opcode = code.opcode();
    if (opcode >= FIRST_LOAD && opcode < FIRST_STORE) {
      load();
    } else if (opcode >= FIRST_STORE && opcode <= LAST_STORE) {
      store(STORED[opcode - FIRST_STORE]);
    } else if (module.memory64() && isMemory(opcode)) {
      memory(opcode);
    } else if (isTable(opcode)) {
      table(opcode);
    } else {
      out.bytes(code.raw());
    }
  }

  private static boolean isMemory(int opcode) {
    return switch (opcode) {
      case MEMORY_SIZE, MEMORY_GROW, MEMORY_INIT, MEMORY_COPY, MEMORY_FILL -> true;
      default -> false;
    };
  }

  private static boolean isTable(int opcode) {
    return switch (opcode) {
      case TABLE_GET, TABLE_SET, TABLE_INIT, TABLE_COPY, TABLE_GROW, TABLE_SIZE, TABLE_FILL -> true;
      default -> false;
    };
  }

  /** Makes the address on top of the stack one of 32 bits. */
  private void cut() {
    int address = scratch.slot(I64, 0);
    out.op(LOCAL_TEE).u(address).op(I32_WRAP, I32_CONST).s(Lowering.NOWHERE);
    out.op(LOCAL_GET).u(address).op(I64_CONST, 31, I64_SHR_U, I64_EQZ, SELECT);
  }

  private void set(byte type, int number) {
    out.op(LOCAL_SET).u(scratch.slot(type, number));
  }

  private void get(byte type, int number) {
    out.op(LOCAL_GET).u(scratch.slot(type, number));
  }

  private void cut(int number) {
    get(I64, number);
    cut();
  }

  private void load() {
    if (isFar()) {
      out.op(DROP);
      nowhere();
    } else {
      if (module.memory64()) {
        cut();
      }
      access();
    }
  }

  private void store(byte type) {
    boolean far = isFar();
    if (!far && !module.memory64()) {
      access();
      return;
    }
    set(type, 1);
    if (far) {
      out.op(DROP, I32_CONST).s(Lowering.NOWHERE);
      get(type, 1);
      out.op(code.opcode(), 0, 0);
    } else {
      cut();
      get(type, 1);
      access();
    }
  }

  /** An offset that alone lies behind every memory; engines that add in 32 bits would wrap. */
  private boolean isFar() {
    return Long.compareUnsigned(code.first(), Lowering.MOST_BYTES) >= 0;
  }

  private void access() {
    out.op(code.opcode()).u(code.second()).u(code.first());
  }

  private void nowhere() {
    out.op(I32_CONST).s(Lowering.NOWHERE).op(code.opcode(), 0, 0);
  }

  private void memory(int opcode) {
    switch (opcode) {
      case MEMORY_SIZE -> out.bytes(code.raw()).op(I64_EXTEND_U);
      case MEMORY_GROW -> {
        cut();
        out.bytes(code.raw()).op(I64_EXTEND_S);
      }
      case MEMORY_INIT -> range32();
      case MEMORY_COPY -> {
        set(I64, 2);
        set(I64, 1);
        cut();
        cut(1);
        cut(2);
        out.bytes(code.raw());
      }
      default -> {
        set(I64, 1);
        set(I32, 1);
        cut();
        get(I32, 1);
        cut(1);
        out.bytes(code.raw());
      }
    }
  }

  /** A 64-bit address under a place in a segment and a size, both of 32 bits. */
  private void range32() {
    set(I32, 2);
    set(I32, 1);
    cut();
    get(I32, 1);
    get(I32, 2);
    out.bytes(code.raw());
  }

  /** A call through a table. */
  void callIndirect() {
    if (module.table64(code.second())) {
      cut();
    }
    out.bytes(code.raw());
  }

  private void table(int opcode) {
    boolean second = opcode == TABLE_INIT;
    int index = second ? code.second() : code.firstIndex();
    boolean wide = module.table64(index);
    if (opcode == TABLE_COPY) {
      copy(wide, module.table64(code.second()));
      return;
    }
    if (!wide) {
      out.bytes(code.raw());
      return;
    }
    byte type = module.tables.get(index).type();
    switch (opcode) {
      case TABLE_GET -> {
        cut();
        out.bytes(code.raw());
      }
      case TABLE_SET -> {
        set(type, 1);
        cut();
        get(type, 1);
        out.bytes(code.raw());
      }
      case TABLE_SIZE -> out.bytes(code.raw()).op(I64_EXTEND_U);
      case TABLE_GROW -> {
        cut();
        out.bytes(code.raw()).op(I64_EXTEND_S);
      }
      case TABLE_INIT -> range32();
      default -> {
        set(I64, 1);
        set(type, 1);
        cut();
        get(type, 1);
        cut(1);
        out.bytes(code.raw());
      }
    }
  }

  /** The size is of 64 bits only if both tables are. */
  private void copy(boolean to, boolean from) {
    byte size = to && from ? I64 : I32;
    if (to || from) {
      set(size, 2);
      set(from ? I64 : I32, 1);
      if (to) {
        cut();
      }
      if (from) {
        cut(1);
      } else {
        get(I32, 1);
      }
      if (size == I64) {
        cut(2);
      } else {
        get(I32, 2);
      }
    }
    out.bytes(code.raw());
  }
}

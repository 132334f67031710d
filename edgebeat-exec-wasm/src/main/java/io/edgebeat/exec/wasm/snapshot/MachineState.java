package io.edgebeat.exec.wasm.snapshot;

import java.util.BitSet;
import java.util.List;

/**
 * What an instance holds between two calls, its fuel apart, in words that no engine is part of.
 * Arrays are not copied; who hands them over lets nobody change them meanwhile.
 *
 * @param pages the size of the memory
 * @param memory the memory, and perhaps more behind it
 * @param globals those that can change, by rising index
 * @param tables all tables
 * @param data the passive data segments that are still there and not empty
 * @param elements the passive element segments that are still there and not empty
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record MachineState(
    int pages,
    byte[] memory,
    List<Global> globals,
    List<Table> tables,
    BitSet data,
    BitSet elements) {
  /** Bytes of a page. */
  public static final int PAGE_BYTES = 65_536;

  /** The reference to nothing. */
  public static final int NULL = -1;

  public static final int I32 = 0x7f;
  public static final int I64 = 0x7e;
  public static final int F32 = 0x7d;
  public static final int F64 = 0x7c;
  public static final int FUNCREF = 0x70;
  public static final int EXTERNREF = 0x6f;

  /** Copies the lists. */
  public MachineState {
    globals = List.copyOf(globals);
    tables = List.copyOf(tables);
  }

  /**
   * A global.
   *
   * @param index which
   * @param type its type, by its code in a module
   * @param bits its value: 32 bits with zeros before them, 64 bits, or the index of a function
   */
  public record Global(int index, int type, long bits) {}

  /**
   * A table.
   *
   * @param type what is in it, by its code in a module
   * @param entries indexes of functions, or {@link #NULL}
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  public record Table(int type, int[] entries) {}
}

package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.PassiveElement;
import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.code.GuestState;
import io.edgebeat.exec.wasm.code.HiddenParts;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import io.edgebeat.exec.wasm.snapshot.MachineState.Global;
import io.edgebeat.exec.wasm.snapshot.MachineState.Table;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Finds in an instance of Chicory what changes, and puts it there. */
final class ChicoryState {
  private final Instance instance;
  private final WasmModule module;
  private final GuestState memory;
  private final HiddenParts hidden;

  ChicoryState(Instance instance, GuestState memory, HiddenParts hidden) {
    this.instance = instance;
    this.module = instance.module();
    this.memory = memory;
    this.hidden = hidden;
  }

  MachineState read() {
    List<Global> globals = new ArrayList<>();
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      if (varies(i)) {
        globals.add(global(i));
      }
    }
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < tables(); i++) {
      tables.add(table(i));
    }
    return new MachineState(
        memory.pages(), memory.content(), globals, tables, dataLeft(), elementsLeft());
  }

  /** How many tables the guest has; the host's is behind them. */
  private int tables() {
    return module.tableSection().tableCount() - (hidden.more() >= 0 ? 1 : 0);
  }

  /** Whether the guest can change a global; the host's counters are none of its. */
  private boolean varies(int global) {
    return module.globalSection().getGlobal(global).mutabilityType() == MutabilityType.Var
        && global != hidden.fuel()
        && global != hidden.depth();
  }

  private Global global(int index) {
    int type = code(module.globalSection().getGlobal(index).valueType());
    long raw = instance.global(index).getValue();
    long bits =
        switch (type) {
          case MachineState.I64, MachineState.F64 -> raw;
          case MachineState.I32, MachineState.F32 -> raw & 0xffff_ffffL;
          default -> reference("global " + index, type, (int) raw);
        };
    return new Global(index, type, bits);
  }

  private Table table(int index) {
    TableInstance table = instance.table(index);
    int type = code(table.elementType());
    int[] entries = new int[table.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = reference("entry " + i + " of table " + index, type, table.ref(i));
    }
    return new Table(type, entries);
  }

  /** A function by its index; what else there is belongs to the host. */
  private static int reference(String where, int type, int value) {
    if (type == MachineState.EXTERNREF && value != MachineState.NULL) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED,
          where
              + " refers to something of the host (externref "
              + value
              + "), which is nowhere else and cannot be stored");
    }
    return value;
  }

  private static int code(ValType type) {
    if (type.equals(ValType.I32)) {
      return MachineState.I32;
    } else if (type.equals(ValType.I64)) {
      return MachineState.I64;
    } else if (type.equals(ValType.F32)) {
      return MachineState.F32;
    } else if (type.equals(ValType.F64)) {
      return MachineState.F64;
    }
    return type.equals(ValType.FuncRef) ? MachineState.FUNCREF : MachineState.EXTERNREF;
  }

  /** Without a memory nothing can be made of them. */
  private BitSet dataLeft() {
    BitSet left = new BitSet();
    for (int i = 0; instance.memory() != null && i < module.dataSection().dataSegmentCount(); i++) {
      left.set(i, instance.dataSegmentData(i).length > 0);
    }
    return left;
  }

  private BitSet elementsLeft() {
    BitSet left = new BitSet();
    for (int i = 0; i < instance.elementCount(); i++) {
      left.set(
          i, instance.element(i) instanceof PassiveElement passive && passive.elementCount() > 0);
    }
    return left;
  }

  void restore(MachineState state, BitSet references) {
    checkMemory(state);
    checkGlobals(state.globals(), references);
    checkTables(state.tables(), references);
    checkSegments("data", state.data(), dataLeft());
    checkSegments("element", state.elements(), elementsLeft());
    memory.content(state.memory(), state.pages());
    for (Global global : state.globals()) {
      boolean narrow = global.type() == MachineState.I32 || global.type() == MachineState.F32;
      instance.global(global.index()).setValue(narrow ? (int) global.bits() : global.bits());
    }
    for (int i = 0; i < state.tables().size(); i++) {
      fill(i, state.tables().get(i).entries());
    }
    for (int i = 0; instance.memory() != null && i < module.dataSection().dataSegmentCount(); i++) {
      if (!state.data().get(i)) {
        instance.dropDataSegment(i);
      }
    }
    for (int i = 0; i < instance.elementCount(); i++) {
      if (instance.element(i) instanceof PassiveElement && !state.elements().get(i)) {
        instance.setElement(i, null);
      }
    }
  }

  private void checkMemory(MachineState state) {
    require(
        state.pages() >= memory.initialPages() && state.pages() <= memory.maximumPages(),
        "a memory of "
            + state.pages()
            + " pages, which can have "
            + memory.initialPages()
            + " to "
            + memory.maximumPages());
  }

  private void checkGlobals(List<Global> globals, BitSet references) {
    int next = 0;
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      if (!varies(i)) {
        continue;
      }
      require(next < globals.size() && globals.get(next).index() == i, "no global " + i);
      Global global = globals.get(next++);
      int type = code(module.globalSection().getGlobal(i).valueType());
      require(global.type() == type, "global " + i + " of type " + global.type() + ", not " + type);
      if (type == MachineState.FUNCREF || type == MachineState.EXTERNREF) {
        checkReference("global " + i, type, (int) global.bits(), references);
      }
    }
    require(
        next == globals.size(),
        globals.size() + " globals, where " + next + " of the module's can change");
  }

  private void checkTables(List<Table> tables, BitSet references) {
    int count = tables();
    require(tables.size() == count, tables.size() + " tables; the module has " + count);
    for (int i = 0; i < count; i++) {
      Table table = tables.get(i);
      TableInstance own = instance.table(i);
      int type = code(own.elementType());
      int size = table.entries().length;
      require(table.type() == type, "table " + i + " of type " + table.type() + ", not " + type);
      require(
          size >= own.size() && size <= own.limits().max(),
          "table "
              + i
              + " of "
              + size
              + " entries, which can have "
              + own.size()
              + " to "
              + own.limits().max());
      for (int k = 0; k < size; k++) {
        checkReference("entry " + k + " of table " + i, type, table.entries()[k], references);
      }
    }
  }

  private void checkReference(String where, int type, int value, BitSet references) {
    if (value == MachineState.NULL) {
      return;
    }
    require(type == MachineState.FUNCREF, where + ", which refers to something of a host");
    require(
        value >= 0 && value < instance.functionCount(),
        where + " naming function " + Integer.toUnsignedString(value) + ", which is not there");
    require(
        references.get(value),
        where + " naming function " + value + ", which the module makes no reference to");
  }

  private static void checkSegments(String what, BitSet named, BitSet there) {
    BitSet wrong = (BitSet) named.clone();
    wrong.andNot(there);
    require(wrong.isEmpty(), what + " segment " + wrong.nextSetBit(0) + " that was never there");
  }

  private void fill(int index, int[] entries) {
    TableInstance table = instance.table(index);
    if (entries.length > table.size()) {
      table.grow(entries.length - table.size(), MachineState.NULL, null);
    }
    require(table.size() == entries.length, "table " + index + " that cannot grow so far");
    for (int i = 0; i < entries.length; i++) {
      table.setRef(i, entries[i], instance);
    }
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD, "the snapshot does not fit its module: it has " + otherwise);
    }
  }
}

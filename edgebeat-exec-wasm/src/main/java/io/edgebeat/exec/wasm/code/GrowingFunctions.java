package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Which functions of a module may have grown the memory when they return: those that grow it, and
 * whoever calls one of those, or one that is not named. Functions of the host cannot, and neither
 * can what is called through a table that is the host's.
 */
final class GrowingFunctions {
  private final BitSet growing = new BitSet();

  private GrowingFunctions() {}

  static GrowingFunctions of(WasmModule module) {
    GrowingFunctions found = new GrowingFunctions();
    int more = HiddenParts.of(module).more();
    int imported = module.importSection().count(ExternalType.FUNCTION);
    int own = module.codeSection().functionBodyCount();
    List<List<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < imported + own; i++) {
      callers.add(new ArrayList<>(0));
    }
    BitSet indirect = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < own; i++) {
      int function = imported + i;
      for (Instruction each : module.codeSection().getFunctionBody(i).instructions()) {
        if (each.opcode() == OpCode.CALL) {
          callers.get((int) each.operand(0)).add(function);
        } else if (each.opcode() == OpCode.CALL_INDIRECT) {
          if ((int) each.operand(1) != more) {
            indirect.set(function);
          }
        } else if (each.opcode() == OpCode.MEMORY_GROW) {
          open.add(function);
        }
      }
    }
    if (!open.isEmpty()) {
      indirect.stream().forEach(open::add);
    }
    while (!open.isEmpty()) {
      int function = open.remove();
      if (!found.growing.get(function)) {
        found.growing.set(function);
        open.addAll(callers.get(function));
      }
    }
    return found;
  }

  /** Whether a function may have grown the memory when it returns. */
  boolean mayGrow(int function) {
    return growing.get(function);
  }

  /** Whether any may. */
  boolean any() {
    return !growing.isEmpty();
  }
}

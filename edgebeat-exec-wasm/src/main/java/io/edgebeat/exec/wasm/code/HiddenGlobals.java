package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;

/**
 * Which globals of a module are counters that it cannot see: exported under a name that no guest
 * may use, and so put there by whoever has changed the module after it was accepted.
 *
 * @param fuel index of {@link #FUEL}, a mutable i64, or -1
 * @param depth index of {@link #DEPTH}, a mutable i32, or -1
 */
public record HiddenGlobals(int fuel, int depth) {
  /** The name of the global that holds the fuel left. */
  public static final String FUEL = "edgebeat:fuel";

  /** The name of the global that holds how many calls deeper the guest may go. */
  public static final String DEPTH = "edgebeat:depth";

  /** Whether the module counts its own fuel: every loop of it settles what it has used. */
  boolean isMetered() {
    return fuel >= 0 && depth >= 0;
  }

  /** Finds them. A module that imports globals has none: its indexes would not be its own. */
  static HiddenGlobals of(WasmModule module) {
    if (module.importSection().count(ExternalType.GLOBAL) > 0) {
      return new HiddenGlobals(-1, -1);
    }
    return new HiddenGlobals(find(module, FUEL, ValType.I64), find(module, DEPTH, ValType.I32));
  }

  private static int find(WasmModule module, String name, ValType type) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.GLOBAL && export.name().equals(name)) {
        Global global = module.globalSection().getGlobal(export.index());
        if (global.mutabilityType() == MutabilityType.Var && global.valueType().equals(type)) {
          return export.index();
        }
      }
    }
    return -1;
  }
}

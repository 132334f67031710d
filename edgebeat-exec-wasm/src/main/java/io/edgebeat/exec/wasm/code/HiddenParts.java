package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;

/**
 * What a module has that it cannot see: exported under a name that no guest may use, and so put
 * there by whoever has changed the module after it was accepted.
 *
 * @param fuel index of the global {@link #FUEL}, a mutable i64, or -1
 * @param depth index of the global {@link #DEPTH}, a mutable i32, or -1
 * @param more index of the table {@link #MORE}, or -1
 */
public record HiddenParts(int fuel, int depth, int more) {
  /** The name of the global that holds the fuel left. */
  public static final String FUEL = "edgebeat:fuel";

  /** The name of the global that holds how many calls deeper the guest may go. */
  public static final String DEPTH = "edgebeat:depth";

  /** The name of the table of the function of the host that gives more fuel. */
  public static final String MORE = "edgebeat:more";

  /** Whether the module counts its own fuel: every loop of it settles what it has used. */
  boolean isMetered() {
    return fuel >= 0 && depth >= 0;
  }

  /** Finds them. The counters of a module that imports globals would not be its own: none. */
  static HiddenParts of(WasmModule module) {
    int fuel = -1;
    int depth = -1;
    if (module.importSection().count(ExternalType.GLOBAL) == 0) {
      fuel = global(module, FUEL, ValType.I64);
      depth = global(module, DEPTH, ValType.I32);
    }
    return new HiddenParts(fuel, depth, index(module, MORE, ExternalType.TABLE));
  }

  private static int global(WasmModule module, String name, ValType type) {
    int index = index(module, name, ExternalType.GLOBAL);
    if (index >= 0) {
      Global global = module.globalSection().getGlobal(index);
      if (global.mutabilityType() == MutabilityType.Var && global.valueType().equals(type)) {
        return index;
      }
    }
    return -1;
  }

  private static int index(WasmModule module, String name, ExternalType type) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.exportType() == type && export.name().equals(name)) {
        return export.index();
      }
    }
    return -1;
  }
}

package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import java.util.Arrays;
import java.util.List;

/** A module behind the gate without an executor around it: compiled, or interpreted. */
interface Guest {
  long MEMORY_PAGES = 64;

  /** Calls an export; gives its results, or the reason of the trap. */
  String call(String function, long... arguments);

  static Guest compiled(byte[] module) {
    return running(ModuleGate.admit(module, WasmLimits.DEFAULTS).image());
  }

  /** Runs what has been lowered already. */
  static Guest running(byte[] image) {
    WasmEngine.Instance instance =
        new ChicoryEngine(WasmLimits.DEFAULTS)
            .compile(image, ModuleReader.read(image, WasmLimits.DEFAULTS))
            .instantiate(List.of(), MEMORY_PAGES, () -> {});
    return (function, arguments) -> {
      try {
        return Arrays.toString(instance.call(function, arguments));
      } catch (GuestEnd.Trap e) {
        return e.reason;
      }
    };
  }

  /** Interprets; of traps it says only that they are. */
  static Guest interpreted(byte[] module) {
    Instance instance =
        Instance.builder(Parser.parse(ModuleGate.admit(module, WasmLimits.DEFAULTS).image()))
            .build();
    return (function, arguments) -> {
      try {
        long[] results = instance.export(function).apply(arguments);
        return Arrays.toString(results == null ? new long[0] : results);
      } catch (RuntimeException e) {
        return "trap";
      }
    };
  }
}

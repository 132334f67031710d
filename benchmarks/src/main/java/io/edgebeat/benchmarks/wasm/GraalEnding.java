package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.exec.wasm.meter.HostedModule;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** How a guest ends in GraalWasm, which does not show what is in tables. */
final class GraalEnding {
  private final WasmModule module;
  private final Generated generated;
  private final long[] told = {17};

  private GraalEnding(WasmModule module, Generated generated) {
    this.module = module;
    this.generated = generated;
  }

  /**
   * Runs a guest to its end.
   *
   * @param module the metered module, which knows its types
   * @param hosted the same for GraalWasm
   */
  static Ending of(WasmModule module, byte[] hosted, Generated generated) {
    try (Context context = Graal.context()) {
      return new GraalEnding(module, generated).run(context, hosted);
    }
  }

  private Ending run(Context context, byte[] hosted) {
    Value exports = Graal.instantiate(context, hosted, imports(), ModuleGenerator.MOST_PAGES);
    List<Long> results = new ArrayList<>();
    Ending.Kind kind = Ending.Kind.RETURNED;
    String reason = "";
    try {
      Graal.start(exports, generated.fuel());
      for (Generated.Call call : generated.calls()) {
        FunctionType type = type(call.function());
        Object[] arguments = new Object[call.arguments().length];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = Graal.number(call.arguments()[i], type.params().get(i));
        }
        Value answer = exports.getMember(call.function()).execute(arguments);
        Value[] values = Graal.results(answer, type.returns());
        for (int i = 0; i < values.length; i++) {
          results.add(Graal.bits(values[i], type.returns().get(i)));
        }
      }
    } catch (PolyglotException e) {
      kind = kind(exports, e);
      reason = kind == Ending.Kind.TRAPPED ? Graal.reason(e) : "";
    }
    return new Ending(
        kind,
        reason,
        results,
        memory(exports),
        globals(exports),
        List.of(),
        told[0],
        Graal.global(exports, MeteredModule.FUEL).asLong());
  }

  private static Ending.Kind kind(Value exports, PolyglotException e) {
    if (Graal.global(exports, MeteredModule.FUEL).asLong() < 0) {
      return Ending.Kind.OUT_OF_FUEL;
    }
    boolean deep = Graal.global(exports, MeteredModule.DEPTH).asInt() < 0;
    return deep || Graal.reason(e).equals(Traps.EXHAUSTED)
        ? Ending.Kind.TOO_DEEP
        : Ending.Kind.TRAPPED;
  }

  private ProxyObject imports() {
    ProxyExecutable mix =
        arguments -> {
          told[0] = (told[0] * 31 + arguments[0].asInt()) * 31 + arguments[1].asLong();
          return told[0];
        };
    ProxyObject host = ProxyObject.fromMap(Map.of(ModuleGenerator.HOST_FUNCTION, mix));
    return ProxyObject.fromMap(Map.of(ModuleGenerator.HOST_MODULE, host));
  }

  private int index(String export) {
    var exports = module.exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      if (exports.getExport(i).name().equals(export)) {
        return exports.getExport(i).index();
      }
    }
    throw new IllegalStateException("no export is called " + export);
  }

  private FunctionType type(String function) {
    int own = index(function) - module.importSection().count(ExternalType.FUNCTION);
    return module.functionSection().getFunctionType(own, module.typeSection());
  }

  private static List<Integer> memory(Value exports) {
    Value memory = exports.getMember(HostedModule.MEMORY);
    if (memory == null) {
      return List.of();
    }
    byte[] bytes = new byte[(int) memory.getBufferSize()];
    memory.readBuffer(0, bytes, 0, bytes.length);
    return List.of(bytes.length >> 16, Arrays.hashCode(bytes));
  }

  private List<Long> globals(Value exports) {
    List<Long> values = new ArrayList<>();
    for (int i = 0; exports.hasMember("g" + i); i++) {
      ValType type = module.globalSection().getGlobal(index("g" + i)).valueType();
      values.add(Graal.bits(Graal.global(exports, "g" + i), type));
    }
    return values;
  }
}

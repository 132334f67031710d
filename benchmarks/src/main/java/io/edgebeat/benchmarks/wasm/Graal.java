package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.exec.wasm.meter.HostedModule;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** GraalWasm with metered modules, without the executor. */
final class Graal {
  static final String WASM = "wasm";

  /** The engine of all contexts. */
  static final Engine ENGINE =
      Engine.newBuilder(WASM)
          .allowExperimentalOptions(true)
          .option("engine.WarnInterpreterOnly", "false")
          .option("wasm.ExtendedConstExpressions", "true")
          .logHandler(OutputStream.nullOutputStream())
          .build();

  private static final String EXPORTS = "exports";
  private static final String VALUE = "value";
  private static final long ENTRIES = 100_000;

  /** Imports a function and exports it. */
  private static final Source ONE_FUNCTION =
      source(HexFormat.of().parseHex("0061736d01000000010401600000020601000168000007050101680000"));

  private Graal() {}

  static Context context() {
    return Context.newBuilder(WASM).engine(ENGINE).build();
  }

  static Source source(byte[] module) {
    return Source.newBuilder(WASM, ByteSequence.create(module), "guest").buildLiteral();
  }

  /** As the executor has a metered module for this engine. */
  static byte[] hosted(byte[] metered, int functions) {
    return HostedModule.of(metered, functions, ENTRIES, ENTRIES);
  }

  /**
   * An instance's exports.
   *
   * @param module a hosted one
   * @param pages the most that its memory may have
   */
  static Value instantiate(Context context, byte[] module, ProxyObject imports, long pages) {
    Value exports = exports(context, module, imports);
    set(exports, HostedModule.PAGES, (int) pages);
    ProxyExecutable nothing = unused -> null;
    ProxyObject host = ProxyObject.fromMap(Map.of("h", nothing));
    Value function =
        context
            .eval(ONE_FUNCTION)
            .newInstance(ProxyObject.fromMap(Map.of("", host)))
            .getMember(EXPORTS)
            .getMember("h");
    exports.getMember(HostedModule.CALLING).executeVoid(function);
    return exports;
  }

  /** The exports of an instance of any module. */
  static Value exports(Context context, byte[] module, ProxyObject imports) {
    return context.eval(source(module)).newInstance(imports).getMember(EXPORTS);
  }

  /** Sets a global. */
  static void set(Value exports, String global, Object value) {
    exports.getMember(global).putMember(VALUE, value);
  }

  /** Sets the fuel and runs the start function if there is one. */
  static void start(Value exports, long fuel) {
    set(exports, MeteredModule.FUEL, fuel);
    if (exports.hasMember(MeteredModule.START)) {
      exports.getMember(MeteredModule.START).executeVoid();
    }
  }

  static Value global(Value exports, String name) {
    return exports.getMember(name).getMember(VALUE);
  }

  /** The bits of a number; of what is small, with its sign. */
  static long bits(Value value, ValType type) {
    if (type.equals(ValType.I32)) {
      return value.asInt();
    } else if (type.equals(ValType.I64)) {
      return value.asLong();
    } else if (type.equals(ValType.F32)) {
      return Float.floatToRawIntBits(value.asFloat());
    }
    return Double.doubleToRawLongBits(value.asDouble());
  }

  /** The number of some bits. */
  static Object number(long bits, ValType type) {
    if (type.equals(ValType.I32)) {
      return (int) bits;
    } else if (type.equals(ValType.I64)) {
      return bits;
    } else if (type.equals(ValType.F32)) {
      return Float.intBitsToFloat((int) bits);
    }
    return Double.longBitsToDouble(bits);
  }

  /** The results of a call. */
  static Value[] results(Value value, List<ValType> types) {
    Value[] results = new Value[types.size()];
    for (int i = 0; i < results.length; i++) {
      results[i] = results.length == 1 ? value : value.getArrayElement(i);
    }
    return results;
  }

  /** The reason of a trap, as the other engine has it. */
  static String reason(PolyglotException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("memory access at address")
        || message.contains("memory access of negative length")) {
      return "out of bounds memory access";
    } else if (message.contains("is uninitialized")) {
      return "uninitialized element";
    } else if (message.contains("out of table bounds")) {
      return "undefined element";
    } else if (message.contains("differ in the indirect call")) {
      return "indirect call type mismatch";
    }
    return Traps.reason(e);
  }
}

package io.edgebeat.benchmarks.wasm;

import static java.util.Objects.requireNonNull;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.MemorySection;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * One converted file of the test suite in GraalWasm, compared with what came of it elsewhere. What
 * was left out there is left out here; so are modules that must be refused, which is done before
 * any engine sees them, and values that refer to something.
 */
final class GraalScript {
  private final WastConverter.Converted script;
  private final Context context;
  private final Map<String, Value> named = new HashMap<>();
  private final Map<String, Object> registered = new TreeMap<>();

  /** What modules that could not be made have left behind, which the executor never lets them. */
  private final Set<Object> spoilt = Collections.newSetFromMap(new IdentityHashMap<>());

  private int refused;
  private int same;
  private int left;

  /** What an assertion is about is not looked at here. */
  private static final class LeftOut extends Exception {
    private static final long serialVersionUID = 1;

    LeftOut() {
      super("left out", null, false, false);
    }
  }

  /**
   * What came of a file.
   *
   * @param same assertions with the same verdict
   * @param left those that are not looked at
   * @param refused modules that GraalWasm cannot read, and the others can
   * @param differences the others
   */
  record Report(int same, int left, int refused, List<String> differences) {}

  private GraalScript(WastConverter.Converted script, Context context) throws IOException {
    this.script = script;
    this.context = context;
    try {
      registered.put("spectest", instantiate(Spectest.module()));
    } catch (LeftOut e) {
      throw new IllegalStateException("the module that all import from", e);
    }
  }

  /**
   * Runs a file.
   *
   * @param script what the converter made of it
   * @param verdicts of its assertions, in their order, where it was run before
   */
  static Report run(WastConverter.Converted script, List<String> verdicts) throws IOException {
    List<String> differences = new ArrayList<>();
    try (Context context = Graal.context()) {
      GraalScript run = new GraalScript(script, context);
      int next = 0;
      for (Object each : (List<?>) ScriptRun.member(JsonText.read(script.json()), "commands")) {
        Map<?, ?> command = (Map<?, ?>) each;
        String type = ScriptRun.text(command, "type");
        String expected = type.startsWith("assert_") ? verdicts.get(next++) : "";
        run.compare(type, command, expected).ifPresent(differences::add);
      }
      return new Report(run.same, run.left, run.refused, differences);
    }
  }

  private Optional<String> compare(String type, Map<?, ?> command, String expected)
      throws IOException {
    boolean assertion = !expected.isEmpty();
    if (expected.endsWith(" skipped")) {
      left++;
      return Optional.empty();
    }
    try {
      boolean holds = holds(type, command);
      if (!assertion) {
        return Optional.empty();
      }
      if (holds == expected.endsWith(" holds")) {
        same++;
        return Optional.empty();
      }
      return Optional.of(expected + ", but in GraalWasm " + (holds ? "it holds" : "it fails"));
    } catch (LeftOut e) {
      left += assertion ? 1 : 0;
      return Optional.empty();
    } catch (PolyglotException e) {
      return Optional.of(
          "line " + ScriptRun.text(command, "line") + " " + type + " ends with " + e.getMessage());
    }
  }

  private boolean holds(String type, Map<?, ?> command) throws IOException, LeftOut {
    switch (type) {
      case "module" -> {
        named.remove("");
        Value made = made(image(command));
        named.put("", made);
        if (command.containsKey("name")) {
          named.put(ScriptRun.text(command, "name"), made);
        }
        return true;
      }
      case "register" -> {
        registered.put(ScriptRun.text(command, "as"), present(command, "name"));
        return true;
      }
      case "action" -> {
        act(command);
        return true;
      }
      case "assert_return" -> {
        return returns(command);
      }
      case "assert_trap", "assert_exhaustion" -> {
        return traps(command);
      }
      case "assert_unlinkable", "assert_uninstantiable" -> {
        try {
          instantiate(image(command));
          return false;
        } catch (PolyglotException e) {
          spoil(image(command));
          return true;
        }
      }
      default -> throw new LeftOut();
    }
  }

  /** A module that must be there; some constants that the others take are too new here. */
  private Value made(byte[] image) throws LeftOut {
    try {
      return instantiate(image);
    } catch (PolyglotException e) {
      if (String.valueOf(e.getMessage()).contains("refers to non-imported global")) {
        refused++;
        throw new LeftOut();
      }
      throw e;
    }
  }

  private void spoil(byte[] image) {
    var imports = Parser.parse(image).importSection();
    for (int i = 0; i < imports.importCount(); i++) {
      if (imports.getImport(i).importType() != ExternalType.FUNCTION) {
        spoilt.add(registered.getOrDefault(imports.getImport(i).module(), spoilt));
      }
    }
  }

  private byte[] image(Map<?, ?> command) throws IOException {
    String file = ScriptRun.text(command, "filename");
    return Files.readAllBytes(script.json().resolveSibling(file));
  }

  private Value instantiate(byte[] image) throws LeftOut {
    WasmModule module;
    try {
      module = Parser.parse(image);
    } catch (RuntimeException | AssertionError e) {
      throw new LeftOut(); // wider than the meter takes
    }
    MemorySection own = module.memorySection().orElse(null);
    int functions = module.importSection().count(ExternalType.FUNCTION);
    int memories =
        module.importSection().count(ExternalType.MEMORY) + (own == null ? 0 : own.memoryCount());
    if (memories > 1) {
      throw new LeftOut();
    }
    for (int i = 0; i < module.importSection().importCount(); i++) {
      String from = module.importSection().getImport(i).module();
      if (!registered.containsKey(from) && script.unregistered().contains(from)) {
        throw new LeftOut();
      }
    }
    ProxyObject imports = ProxyObject.fromMap(registered);
    byte[] metered = Differential.METER.apply(image);
    Value exports;
    if (module.importSection().importCount() == functions) {
      long pages =
          own == null || own.memoryCount() == 0 ? 0 : own.getMemory(0).limits().maximumPages();
      byte[] hosted = Graal.hosted(metered, functions + module.functionSection().functionCount());
      exports = Graal.instantiate(context, hosted, imports, pages);
    } else {
      exports = Graal.exports(context, metered, imports);
    }
    Graal.start(exports, Long.MAX_VALUE);
    return exports;
  }

  private Value present(Map<?, ?> of, String member) throws LeftOut {
    Value found = named.get(of.containsKey(member) ? ScriptRun.text(of, member) : "");
    if (found == null || spoilt.contains(found)) {
      throw new LeftOut();
    }
    return found;
  }

  private Value act(Map<?, ?> command) throws LeftOut {
    Map<?, ?> action = (Map<?, ?>) ScriptRun.member(command, "action");
    Value exports = present(action, "module");
    String field = ScriptRun.text(action, "field");
    if (ScriptRun.text(action, "type").equals("get")) {
      return Graal.global(exports, field);
    }
    List<?> arguments = (List<?>) ScriptRun.member(action, "args");
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      Map<?, ?> argument = (Map<?, ?>) arguments.get(i);
      String type = ScriptRun.text(argument, "type");
      values[i] = value(type, ScriptRun.bits(type, ScriptRun.text(argument, "value")));
    }
    return exports.getMember(field).execute(values);
  }

  private static Object value(String type, long bits) throws LeftOut {
    return switch (type) {
      case "i32" -> (int) bits;
      case "i64" -> bits;
      case "f32" -> Float.intBitsToFloat((int) bits);
      case "f64" -> Double.longBitsToDouble(bits);
      default -> throw new LeftOut();
    };
  }

  private boolean returns(Map<?, ?> command) throws LeftOut {
    List<?> expected = (List<?>) ScriptRun.member(command, "expected");
    Value answer;
    try {
      answer = act(command);
    } catch (PolyglotException e) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      Map<?, ?> wanted = (Map<?, ?>) expected.get(i);
      Value found = expected.size() == 1 ? answer : answer.getArrayElement(i);
      String type = ScriptRun.text(wanted, "type");
      if (!ScriptRun.fits(bits(type, found), type, ScriptRun.text(wanted, "value"))) {
        return false;
      }
    }
    return true;
  }

  private static long bits(String type, Value value) throws LeftOut {
    return switch (type) {
      case "i32" -> value.asInt();
      case "i64" -> value.asLong();
      case "f32" -> Float.floatToRawIntBits(value.asFloat());
      case "f64" -> Double.doubleToRawLongBits(value.asDouble());
      default -> throw new LeftOut();
    };
  }

  private boolean traps(Map<?, ?> command) throws LeftOut {
    Map<?, ?> action = (Map<?, ?>) ScriptRun.member(command, "action");
    Value exports = present(action, "module");
    String found;
    try {
      act(command);
      return false;
    } catch (PolyglotException e) {
      found = Graal.reason(e);
    }
    if (Graal.global(exports, MeteredModule.DEPTH).asInt() < 0) {
      // The suite goes on with an instance that has trapped, which the executor never does.
      Integer slots = requireNonNull(CostTable.CURRENT.prices().get("stack-slots"));
      Graal.set(exports, MeteredModule.DEPTH, slots);
      found = Traps.EXHAUSTED;
    }
    return ScriptRun.text(command, "text").startsWith(found);
  }
}

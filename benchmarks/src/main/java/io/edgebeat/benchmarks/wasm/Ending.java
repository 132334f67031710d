package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value: all that is left of a guest when it has been run.
 *
 * @param kind how it ended
 * @param reason of a trap; else empty
 * @param results of all calls that returned, raw bits
 * @param memory a hash of all bytes, and how many there are
 * @param globals the exported ones
 * @param tables what is in them
 * @param told what it told its host, in order
 * @param fuel what is left of it; 0 when it is not counted
 */
record Ending(
    Kind kind,
    String reason,
    List<Long> results,
    List<Integer> memory,
    List<Long> globals,
    List<Integer> tables,
    long told,
    long fuel) {

  /** How a guest can end. */
  enum Kind {
    RETURNED,
    TRAPPED,
    TOO_DEEP,
    OUT_OF_FUEL,
    /** The listener has ended it. */
    CUT_OFF
  }

  /** Ends a guest that has been run for long enough. */
  static final class CutOff extends RuntimeException {
    private static final long serialVersionUID = 1;

    CutOff() {
      super("cut off", null, false, false);
    }
  }

  /** All but the fuel. */
  Ending withoutFuel() {
    return new Ending(kind, reason, results, memory, globals, tables, told, 0);
  }

  /** All but what is in the tables. */
  Ending withoutTables() {
    return new Ending(kind, reason, results, memory, globals, List.of(), told, fuel);
  }

  /** What is different in another, in a few words. */
  String against(Ending other, String name, String otherName) {
    StringBuilder text = new StringBuilder();
    if (kind != other.kind || !reason.equals(other.reason)) {
      text.append(kind).append(' ').append(reason).append(" / ");
      text.append(other.kind).append(' ').append(other.reason).append("; ");
    }
    differ(text, "results", results, other.results);
    differ(text, "memory", memory, other.memory);
    differ(text, "globals", globals, other.globals);
    differ(text, "tables", tables, other.tables);
    differ(text, "told", told, other.told);
    differ(text, "fuel", fuel, other.fuel);
    return name + " / " + otherName + ": " + text;
  }

  private static void differ(StringBuilder text, String what, Object one, Object other) {
    if (!one.equals(other)) {
      text.append(what).append(' ').append(one).append(" / ").append(other).append("; ");
    }
  }

  /** Runs a guest to its end. */
  static Ending of(Rig.Loaded loaded, Generated generated, @Nullable ExecutionListener listener) {
    long[] told = {17};
    Instance instance = loaded.instantiate(imports(told), listener);
    if (loaded.metered()) {
      Exports.setGlobal(instance, MeteredModule.FUEL, generated.fuel());
    }
    List<Long> results = new ArrayList<>();
    Kind kind = Kind.RETURNED;
    String reason = "";
    try {
      loaded.start(instance);
      for (Generated.Call call : generated.calls()) {
        long[] values = instance.export(call.function()).apply(call.arguments());
        List<ValType> types = instance.exportType(call.function()).returns();
        for (int i = 0; i < types.size(); i++) {
          // Engines leave what they like in the upper half of small values.
          boolean small = types.get(i).equals(ValType.I32) || types.get(i).equals(ValType.F32);
          results.add(small ? (int) values[i] : values[i]);
        }
      }
    } catch (CutOff e) {
      kind = Kind.CUT_OFF;
    } catch (StackOverflowError e) {
      kind = Kind.TOO_DEEP;
    } catch (ChicoryException | ArithmeticException | IndexOutOfBoundsException e) {
      kind = kind(loaded, instance, e);
      reason = kind == Kind.TRAPPED ? Traps.reason(e) : "";
    }
    return new Ending(
        kind,
        reason,
        results,
        memory(instance),
        globals(instance),
        tables(instance, loaded.metered()),
        told[0],
        loaded.metered() ? Exports.global(instance, MeteredModule.FUEL) : 0);
  }

  private static Kind kind(Rig.Loaded loaded, Instance instance, RuntimeException e) {
    if (loaded.metered()) {
      if (Exports.global(instance, MeteredModule.FUEL) < 0) {
        return Kind.OUT_OF_FUEL;
      }
      if ((int) Exports.global(instance, MeteredModule.DEPTH) < 0) {
        return Kind.TOO_DEEP;
      }
    }
    return Traps.reason(e).equals(Traps.EXHAUSTED) ? Kind.TOO_DEEP : Kind.TRAPPED;
  }

  static ImportValues imports(long[] told) {
    return ImportValues.builder()
        .addFunction(
            new HostFunction(
                ModuleGenerator.HOST_MODULE,
                ModuleGenerator.HOST_FUNCTION,
                FunctionType.of(List.of(ValType.I32, ValType.I64), List.of(ValType.I64)),
                (instance, arguments) -> {
                  told[0] = (told[0] * 31 + (int) arguments[0]) * 31 + arguments[1];
                  return new long[] {told[0]};
                }))
        .build();
  }

  private static List<Integer> memory(Instance instance) {
    if (instance.memory() == null) {
      return List.of();
    }
    int pages = instance.memory().pages();
    byte[] bytes = instance.memory().readBytes(0, pages << 16);
    return List.of(pages, Arrays.hashCode(bytes));
  }

  private static List<Long> globals(Instance instance) {
    List<Long> values = new ArrayList<>();
    for (int i = 0; Exports.find(instance, "g" + i) != null; i++) {
      int index = Exports.index(instance, "g" + i);
      long value = Exports.global(instance, "g" + i);
      ValType type = instance.global(index).getType();
      values.add(type.equals(ValType.I32) || type.equals(ValType.F32) ? (int) value : value);
    }
    return values;
  }

  /** The guest's own; behind them a metered module has one of its host's. */
  private static List<Integer> tables(Instance instance, boolean metered) {
    List<Integer> entries = new ArrayList<>();
    for (int t = 0; t < instance.tableCount() - (metered ? 1 : 0); t++) {
      TableInstance table = instance.table(t);
      entries.add(table.size());
      for (int i = 0; i < table.size(); i++) {
        entries.add(table.ref(i));
      }
    }
    return entries;
  }
}

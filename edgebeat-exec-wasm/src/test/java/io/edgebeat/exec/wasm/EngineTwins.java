package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import io.edgebeat.exec.wasm.meter.RandomModules;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs the same modules in both engines and compares all that can be seen of them. */
public final class EngineTwins {
  private static final long FUEL = 8_000_000;
  private static final int PAGES = 3;
  private static final WasmLimits LIMITS = WasmLimits.DEFAULTS.withTableEntries(100);

  /** What modules made at random have little of. */
  private static final List<String> MORE =
      List.of(
          "(func $f (export \"f0\") (call $f))",
          """
          (memory 1 9) (func (export "f0") (result i32 i32 i32 i32)
            (memory.grow (i32.const 1)) (memory.grow (i32.const 2)) (memory.grow (i32.const 1))
            (memory.size))
          """,
          "(memory 1) (func (export \"f0\") (loop (drop (memory.grow (i32.const 1))) (br 0)))",
          """
          (table 10 40 funcref) (func (export "f0") (result i32 i32 i32)
            (table.grow (ref.null_func) (i32.const 30)) (table.grow (ref.null_func) (i32.const 1))
            (table.size))
          """,
          "(table 10 funcref) (func (export \"f0\") (drop"
              + " (table.grow (ref.null_func) (i32.const 91))))",
          "(func (export \"f0\") (param f32 f64) (result f64 f32) (local.get 1) (local.get 0))",
          "(table 1 funcref) (func (export \"f0\") (call_indirect (i32.const 0)))",
          "(table 1 funcref) (func (export \"f0\") (call_indirect (i32.const 1)))",
          """
          (table 1 funcref) (elem (i32.const 0) $f) (func $f (param i32))
          (func (export "f0") (call_indirect (i32.const 0)))
          """,
          "(memory 1) (func (export \"f0\") (drop (i64.load (i32.const 65529))))",
          "(memory 1) (func (export \"f0\")"
              + " (memory.fill (i32.const 1) (i32.const 1) (i32.const -1)))",
          "(memory 1) (func (export \"f0\")"
              + " (memory.copy (i32.const 1) (i32.const 2) (i32.const 0x80000000)))",
          """
          (func (export "f0") (result f32 f64)
            (f32.convert_i64_u (i64.const -242818158071275))
            (f64.convert_i64_u (i64.const -9036401650328609792)))
          """,
          "(func (export \"f0\") (drop (i32.trunc_f64_s (f64.div (f64.const 0) (f64.const 0)))))",
          "(func (export \"f0\") (drop (i32.rem_u (i32.const 1) (i32.const 0))))");

  private record End(String how, long fuel, boolean tooDeep, long memoryBytes, int memory) {}

  private EngineTwins() {}

  /**
   * Compares modules that are made at random, and some others.
   *
   * @param seed the first seed
   * @param count how many
   * @return what differs, with its seed; empty when nothing does
   */
  public static String differences(long seed, int count) {
    FutureTask<String> task = new FutureTask<>(() -> search(seed, count));
    Bench.threads().newThread(task).start();
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String search(long seed, int count) {
    WasmEngine chicory = new ChicoryEngine(LIMITS);
    WasmEngine graal = new GraalEngine(LIMITS, Bench.threads());
    for (String text : MORE) {
      String found = difference(chicory, graal, Wat.assemble(text));
      if (!found.isEmpty()) {
        return text + found;
      }
    }
    for (long s = seed; s < seed + count; s++) {
      String found = difference(chicory, graal, RandomModules.module(s));
      if (!found.isEmpty()) {
        return "seed " + s + found;
      }
    }
    return "";
  }

  private static String difference(WasmEngine one, WasmEngine other, byte[] image) {
    ModuleShape shape = ModuleReader.read(image, LIMITS);
    MeteredModule metered = MeteredModule.of(image, CostTable.CURRENT);
    WasmEngine.Compiled first = one.compile(metered.bytes(), shape);
    WasmEngine.Compiled second = other.compile(metered.bytes(), shape);
    for (String function : shape.functionExports().keySet()) {
      End end = run(first, metered.hasStart(), shape, function);
      End otherEnd = run(second, metered.hasStart(), shape, function);
      if (!end.equals(otherEnd)) {
        return " "
            + function
            + ": "
            + one.name()
            + " "
            + end
            + ", "
            + other.name()
            + " "
            + otherEnd;
      }
    }
    return "";
  }

  private static End run(
      WasmEngine.Compiled compiled, boolean hasStart, ModuleShape shape, String function) {
    FunctionShape type = shape.functions().get(shape.functionExports().get(function));
    long[] arguments = new long[type.parameters().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i * 3L + 1;
    }
    WasmEngine.Instance instance = compiled.instantiate(List.of(), PAGES, () -> {});
    instance.fuelLeft(FUEL);
    String how;
    try {
      if (hasStart) {
        instance.call(MeteredModule.START, new long[0]);
      }
      long[] results = instance.call(function, arguments);
      for (int i = 0; i < results.length; i++) {
        boolean wide = List.of(ValueType.I64, ValueType.F64).contains(type.results().get(i));
        results[i] = wide ? results[i] : (int) results[i];
      }
      how = Arrays.toString(results);
    } catch (GuestEnd e) {
      how = e.getClass().getSimpleName() + " " + e.getMessage();
    }
    End end =
        new End(
            how,
            instance.fuelLeft(),
            instance.tooDeep(),
            instance.memoryBytes(),
            Arrays.hashCode(memory(instance)));
    instance.release();
    return end;
  }

  private static byte[] memory(WasmEngine.Instance instance) {
    int size = (int) instance.memoryBytes();
    try {
      return instance instanceof GraalInstance other
          ? other.memory().read(0, size)
          : Arrays.copyOf(instance.state().memory(), size);
    } catch (GuestEnd.Fault e) {
      throw new IllegalStateException(e);
    }
  }
}

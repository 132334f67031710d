package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.code.CodeStore;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Equal input is billed equal fuel wherever it runs, by the table that is published. */
@ResourceLock(Bench.CHILDREN)
@Timeout(300)
class SameFuelTest {
  private static final long MUCH = 1L << 40;

  /** A little of everything that is charged in another way. */
  static final String WORK =
      """
      (memory 1 8) (table 2 funcref) (elem (i32.const 0) $fib $twice)
      (global $turns (mut i32) (i32.const 0))
      (func $fib (param $n i32) (result i32)
        (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
          (then (local.get $n))
          (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                         (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
      (func $twice (param $n i32) (result i32) (i32.shl (local.get $n) (i32.const 1)))
      (func (export "work") (param $n i32) (result i64) (local $i i32) (local $x f64)
        (drop (memory.grow (i32.const 3)))
        (drop (memory.grow (i32.const 9)))
        (memory.fill (i32.const 100) (i32.const 7) (i32.mul (local.get $n) (i32.const 1000)))
        (memory.copy (i32.const 0) (i32.const 100) (i32.mul (local.get $n) (i32.const 900)))
        (loop $each
          (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
          (local.set $x (f64.add (f64.sqrt (f64.convert_i32_s (local.get $i)))
                                 (f64.div (local.get $x) (f64.const 3))))
          (i32.store (i32.shl (local.get $i) (i32.const 2))
            (call_indirect (param i32) (result i32)
              (i32.rem_u (local.get $i) (i32.const 19)) (i32.and (local.get $i) (i32.const 1))))
          (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                                 (i32.mul (local.get $n) (i32.const 50)))))
        (local.set $i (i32.const 0))
        (loop $sum
          (local.set $x (f64.add (local.get $x)
            (f64.convert_i32_s (i32.load8_u (local.get $i)))))
          (br_if $sum (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                              (i32.const 20000))))
        (i64.add (i64.extend_i32_s (i32.trunc_f64_s (f64.mul (local.get $x) (f64.const 100))))
                 (i64.extend_i32_s (global.get $turns))))
      """;

  private record Bill(TaskOutcome outcome, long fuel) {}

  private static Bill bill(Bench bench, String n, ExecutionLimits limits) throws Exception {
    try (Execution execution = bench.wat(WORK).call("work", n).limits(limits).start()) {
      return new Bill(execution.await(), execution.usage().fuel());
    }
  }

  @Test
  void compiledInterpretedAndInAChildItIsTheSame() throws Exception {
    byte[] metered = MeteredModule.of(Wat.assemble(WORK), CostTable.CURRENT).bytes();
    try (Bench here = new Bench();
        Bench there = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      for (String n : new String[] {"1", "7", "20"}) {
        Bill first = bill(here, n, Bench.LIMITS);
        assertThat(first.outcome()).isInstanceOf(TaskOutcome.Completed.class);
        assertThat(first.fuel()).isPositive();
        for (int again = 0; again < 3; again++) {
          assertThat(bill(here, n, Bench.LIMITS)).isEqualTo(first);
          assertThat(bill(there, n, Bench.LIMITS)).isEqualTo(first);
        }
        Instance interpreted =
            Instance.builder(Parser.parse(metered))
                .withMemoryFactory(ByteArrayMemory::new)
                .withMemoryLimits(new com.dylibso.chicory.wasm.types.MemoryLimits(1, 8))
                .build();
        var left = interpreted.exports().global(MeteredModule.FUEL);
        left.setValue(MUCH);
        long result = interpreted.export("work").apply(Long.parseLong(n))[0];
        assertThat(here.text(first.outcome().output().orElseThrow())).isEqualTo(result + "\n");
        assertThat(MUCH - left.getValue()).isEqualTo(first.fuel());
      }
    }
  }

  /** Wherever the fuel ends, it ends there in the node's JVM and in a child. */
  @Test
  void whatIsLeftUndoneIsTheSame() throws Exception {
    try (Bench here = new Bench();
        Bench there = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      Bill whole = bill(here, "7", Bench.LIMITS);
      for (long limit = whole.fuel() - 1; limit > 0; limit /= 3) {
        Bill part = new Bill(new TaskOutcome.OutOfFuel(), limit);
        assertThat(bill(here, "7", Bench.LIMITS.withFuel(limit))).isEqualTo(part);
        assertThat(bill(there, "7", Bench.LIMITS.withFuel(limit))).isEqualTo(part);
      }
      assertThat(bill(there, "7", Bench.LIMITS.withFuel(whole.fuel()))).isEqualTo(whole);
    }
  }

  @Test
  void whatWasCompiledForAnotherTableIsNotTaken(@TempDir Path directory) {
    byte[] module = Wat.assemble(WORK);
    byte[] metered = MeteredModule.of(module, CostTable.CURRENT).bytes();
    byte[] other = MeteredModule.of(module, CostTable.trial(Map.of("local", 9))).bytes();
    CodeStore store =
        CodeStore.open(directory.resolve("code"), 1 << 20, InstantSource.system()).orElseThrow();
    store.keep(metered, CompiledCode.of(Parser.parse(metered)));
    assertThat(store.find(metered)).isPresent();
    assertThat(store.find(other)).isEmpty();
  }

  @Test
  void thePublishedTableIsTheOneThatIsCharged() throws IOException {
    Path page = Path.of("docs", "fuel.md");
    while (!Files.exists(page)) {
      page = Path.of("..").resolve(page);
    }
    Matcher row = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| (\\d+) \\|").matcher(read(page));
    Map<String, Integer> published = new TreeMap<>();
    while (row.find()) {
      published.put(row.group(1), Integer.parseInt(row.group(2)));
    }
    assertThat(published).isEqualTo(CostTable.CURRENT.prices());
    assertThat(read(page)).contains("## Table " + CostTable.CURRENT.version() + "\n");
  }

  private static String read(Path page) throws IOException {
    return Files.readString(page);
  }
}

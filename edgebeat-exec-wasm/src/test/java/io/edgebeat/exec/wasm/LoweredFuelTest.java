package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.edgebeat.exec.wasm.lower.Lowering;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was lowered is metered like any other module: equal results and fuel in both modes. */
class LoweredFuelTest {
  private static final long FUEL = 1L << 40;

  private static List<String> run(Instance instance, String export, List<List<Long>> calls) {
    var fuel = instance.exports().global(MeteredModule.FUEL);
    instance.exports().global(MeteredModule.DEPTH).setValue(1_000_000);
    List<String> lines = new ArrayList<>();
    for (List<Long> call : calls) {
      fuel.setValue(FUEL);
      long result =
          instance.export(export).apply(call.stream().mapToLong(Long::longValue).toArray())[0];
      lines.add(call + " -> " + result + " fuel " + (FUEL - fuel.getValue()));
    }
    return lines;
  }

  private static List<String> equalInBothModes(String file, String export, List<List<Long>> calls)
      throws Exception {
    byte[] lowered = Lowering.lower(SameResult.resource(file));
    WasmModule module = Parser.parse(MeteredModule.of(lowered, CostTable.CURRENT).bytes());
    Instance compiled =
        Instance.builder(module).withMachineFactory(MachineFactoryCompiler.compile(module)).build();
    List<String> lines = run(compiled, export, calls);
    assertThat(run(Instance.builder(module).build(), export, calls)).isEqualTo(lines);
    return lines;
  }

  @Test
  void exceptionsCostTheSameInBothModes() throws Exception {
    List<String> lines =
        equalInBothModes(
            "unwind64.wasm", "run", List.of(List.of(5L, 2L), List.of(5L, 9L), List.of(9L, 7L)));
    assertThat(lines.get(0)).startsWith("[5, 2] -> 1211 fuel ").doesNotEndWith("fuel 0");
    assertThat(lines.get(1)).startsWith("[5, 9] -> 30151 fuel ");
  }

  @Test
  void wideMemoriesCostTheSameInBothModes() throws Exception {
    List<String> lines =
        equalInBothModes("wide64.wasm", "sorted", List.of(List.of(7L, 900L), List.of(8L, 20L)));
    assertThat(lines.get(0)).startsWith("[7, 900] -> 7398920145094217110 fuel ");
  }
}

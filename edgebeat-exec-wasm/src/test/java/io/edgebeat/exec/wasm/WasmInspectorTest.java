package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.WasmInspector.Export;
import io.edgebeat.exec.wasm.WasmInspector.Import;
import io.edgebeat.exec.wasm.WasmInspector.Report;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of modules before and while they run. */
class WasmInspectorTest {
  private static final String PROGRAM =
      """
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (memory 2 5) (table 7 funcref)
      (func $mul (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
      (func (export "way") (param $x i32) (result i32)
        (if (local.get $x) (then (return (call $mul (local.get $x)))))
        (i32.div_u (i32.const 100) (i32.add (local.get $x) (i32.const 3))))
      (func (export "loops") (param $n i32) (result i32) (local $s i32)
        (loop $l
          (local.set $s (i32.add (local.get $s) (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br_if $l (i32.gt_u (local.get $n) (i32.const 0))))
        (local.get $s))
      (func (export "never") (loop $l (br $l)))
      (func $even (export "even") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
        (return (call $even (i32.sub (local.get 0) (i32.const 1)))))
      """;

  private static Report inspect(String text) {
    return WasmInspector.inspect(Wat.assemble(text), WasmLimits.DEFAULTS);
  }

  private static long baseFuel(Report report, String export) {
    return report.exports().stream()
        .filter(one -> one.name().equals(export))
        .findFirst()
        .orElseThrow()
        .baseFuel()
        .orElseThrow();
  }

  /** What the meter counts. */
  private static long counted(byte[] module, String export, long... arguments) {
    Instance instance =
        Instance.builder(Parser.parse(MeteredModule.of(module, CostTable.CURRENT).bytes())).build();
    var fuel = instance.exports().global(MeteredModule.FUEL);
    instance.exports().global(MeteredModule.DEPTH).setValue(1_000_000);
    fuel.setValue(1_000_000_000);
    instance.export(export).apply(arguments);
    return 1_000_000_000 - fuel.getValue();
  }

  @Test
  void sizesImportsAndExportsAreTold() {
    Report report = inspect(PROGRAM);
    assertThat(report.refusal()).isEmpty();
    assertThat(report.outlined()).isTrue();
    assertThat(report.memoryBytes()).hasValue(2 * 65_536);
    assertThat(report.memoryMaxBytes()).hasValue(5 * 65_536);
    assertThat(report.tableEntries()).isEqualTo(7);
    assertThat(report.functions()).isEqualTo(6);
    assertThat(report.imports())
        .containsExactly(
            new Import(
                "wasi_snapshot_preview1.fd_write",
                "(i32, i32, i32, i32) -> (i32)",
                true,
                Optional.empty()));
    assertThat(report.exports().stream().map(Export::name))
        .containsExactly("even", "loops", "never", "way");
    assertThat(report.exports().get(2).baseFuel()).isEqualTo(OptionalLong.empty());
    assertThat(report.text())
        .startsWith("runs here\n")
        .contains("memory: 131072 bytes, may grow to 327680 bytes")
        .contains("  never () -> ()  never returns\n")
        .contains("base fuel: the least");
  }

  @Test
  void baseFuelIsWhatTheMeterCountsOnTheCheapestWay() {
    String text = PROGRAM.substring(PROGRAM.indexOf("(memory"));
    byte[] module = Wat.assemble(text);
    Report report = inspect(text);
    long zero = counted(module, "way", 0);
    long other = counted(module, "way", 5);
    assertThat(zero).isNotEqualTo(other);
    assertThat(baseFuel(report, "way")).isEqualTo(Math.min(zero, other));
    assertThat(baseFuel(report, "loops")).isEqualTo(counted(module, "loops", 1));
    assertThat(counted(module, "loops", 9)).isGreaterThan(baseFuel(report, "loops"));
    assertThat(baseFuel(report, "even")).isLessThanOrEqualTo(counted(module, "even", 0));
  }

  @Test
  void aRefusalIsTheExecutors() {
    for (String text :
        List.of(
            "(import \"env\" \"magic\" (func $m)) (memory 1) (func (export \"_start\"))",
            "(memory 9000) (func (export \"_start\"))",
            "(memory i64 1 65537) (func (export \"_start\"))",
            "(func (export \"_start\") (result i32))",
            "(func (export \"_start\") v128.const0 drop)")) {
      Report report = inspect(text);
      try (Bench bench = new Bench()) {
        EdgeBeatException refused =
            catchThrowableOfType(EdgeBeatException.class, () -> bench.wat(text).prepare());
        assertThat(report.refusal()).contains(refused.code() + ": " + refused.getMessage());
      }
      assertThat(report.text()).startsWith("refused: ");
    }
  }

  @Test
  void whatIsRefusedIsOutlinedAllTheSame() {
    Report report =
        inspect(
            "(import \"env\" \"magic\" (func $m)) (memory 9000) (func (export \"f\") (call $m))");
    assertThat(report.outlined()).isTrue();
    assertThat(report.text())
        .contains("  env.magic () -> ()  NOT HERE\n")
        .contains("memory: 589824000 bytes, may grow to the execution's limit")
        .contains("  f () -> ()\n");
    Report none = WasmInspector.inspect(new byte[] {1, 2, 3}, WasmLimits.DEFAULTS);
    assertThat(none.outlined()).isFalse();
    assertThat(none.text()).startsWith("refused: BAD_WORKLOAD: ").hasLineCount(1);
  }

  @Test
  void aNameOfAStrangerCannotWriteLinesOfItsOwn() {
    Report report = inspect("(func (export \"x\\nruns here\\0d\\1b[2J\"))");
    assertThat(report.text()).contains("  x?runs here??[2J () -> ()").doesNotContain("\u001b");
  }

  @Test
  void wideMemoriesAreToldToBeLowered() {
    Report report = inspect("(memory i64 1 8) (func (export \"f\") (drop (memory.size)))");
    assertThat(report.lowered()).isTrue();
    assertThat(report.memoryMaxBytes()).hasValue(8 * 65_536);
    assertThat(report.text()).contains("lowered: ");
  }

  @Test
  void executionsAreSeenInAFlightRecording(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("wasm.jfr");
    String module;
    try (Recording recording = new Recording();
        Bench bench = new Bench()) {
      recording.enable("io.edgebeat.WasmExecution").withoutThreshold();
      recording.start();
      Bench.Start start =
          bench
              .wat(
                  "(memory 1) (func (export \"f\") (drop (memory.grow (i32.const 20)))"
                      + " unreachable)")
              .call("f");
      module = start.workload().image().toString();
      start.run();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(e -> e.getEventType().getName().equals("io.edgebeat.WasmExecution"))
            .filter(e -> e.getString("module").equals(module))
            .toList();
    assertThat(events).hasSize(1);
    RecordedEvent event = events.get(0);
    assertThat(event.getString("entry")).isEqualTo("f");
    assertThat(event.getString("outcome")).contains("Trapped", "unreachable");
    assertThat(event.getLong("fuel")).isGreaterThan(20 * 16_384);
    assertThat(event.getLong("memoryPeak")).isEqualTo(21 * 65_536);
    assertThat(event.getDuration()).isPositive();
  }
}

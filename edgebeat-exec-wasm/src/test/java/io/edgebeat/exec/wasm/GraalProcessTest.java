package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A process in GraalWasm keeps its state from call to call, and cannot be frozen. */
class GraalProcessTest {
  private static final String PROGRAM =
      """
      (global $sum (mut i64) (i64.const 1000))
      (func (export "add") (param i64) (result i64)
        (global.set $sum (i64.add (global.get $sum) (local.get 0))) (global.get $sum))
      (func $tree (export "tree") (param i32) (if (local.get 0) (then
        (call $tree (i32.sub (local.get 0) (i32.const 1)))
        (call $tree (i32.sub (local.get 0) (i32.const 1))))))
      """;

  private final MemoryContent content = new MemoryContent();

  private WasmProcesses processes(WasmMode mode) {
    return WasmProcesses.create(
        Bench.threads(), () -> Instant.EPOCH, WasmLimits.DEFAULTS, mode, content);
  }

  private String text(WasmStep step) {
    return new String(content.get(step.output().orElseThrow()), UTF_8);
  }

  private static void assertUnsupported(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("open the process with WasmMode.COMPILED");
  }

  @Test
  void goesOnFromCallToCallAndIsNotFrozen() {
    ContentId module = content.put(Wat.assemble(PROGRAM));
    try (WasmProcesses graal = processes(WasmMode.GRAAL);
        WasmProcesses chicory = processes(WasmMode.COMPILED)) {
      WasmProcess one = graal.open(module, Bench.LIMITS, HostProfile.NOTHING);
      WasmProcess other = chicory.open(module, Bench.LIMITS, HostProfile.NOTHING);
      for (String by : new String[] {"5", "-3"}) {
        assertThat(text(one.call("add", by))).isEqualTo(text(other.call("add", by)));
        assertThat(one.fuelUsed()).isEqualTo(other.fuelUsed());
      }
      assertUnsupported(one::freeze);
      assertThat(text(one.call("add", "0"))).isEqualTo("1002\n");
      ContentId frozen = other.freeze();
      assertUnsupported(() -> graal.resume(frozen));
    }
  }

  /** Calls without a loop hear no interrupt of their thread there. */
  @Test
  void nestedCallsEndWhenTheirTimeIsOver() {
    ContentId module = content.put(Wat.assemble(PROGRAM));
    try (WasmProcesses graal = processes(WasmMode.GRAAL)) {
      WasmProcess process =
          graal.open(
              module, Bench.LIMITS.withWallTime(Duration.ofMillis(200)), HostProfile.NOTHING);
      assertThat(process.call("tree", "60").outcome()).isEqualTo(new TaskOutcome.TimedOut(200));
    }
  }
}

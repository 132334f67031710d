package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** What the guide shows of processes. */
class ProcessGuideTest {
  private static final String COUNTER =
      """
      (global $sum (mut i64) (i64.const 0))
      (func (export "add") (param i64) (result i64)
        (global.set $sum (i64.add (global.get $sum) (local.get 0))) (global.get $sum))
      """;

  @Test
  void aProcessGoesOnElsewhere() {
    MemoryContent content = new MemoryContent();
    ContentId module = content.put(Wat.assemble(COUNTER));
    ThreadFactory threads = Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory();
    InstantSource clock = InstantSource.system();

    ContentId snapshot;
    ContentId next;
    try (WasmProcesses processes =
            WasmProcesses.create(threads, clock, WasmLimits.DEFAULTS, WasmMode.COMPILED, content);
        WasmProcess process =
            processes.open(
                module, ExecutionLimits.DEFAULTS.withFuel(1_000_000), HostProfile.NOTHING)) {
      WasmStep step = process.call("add", "40");
      assertThat(step.outcome()).isInstanceOf(TaskOutcome.Completed.class);
      snapshot = process.freeze();
      process.call("add", "2");
      next = process.freeze();
    }

    try (WasmProcesses processes =
            WasmProcesses.create(
                threads, clock, WasmLimits.DEFAULTS, WasmMode.INTERPRETED, content);
        WasmProcess process = processes.resume(snapshot)) {
      WasmStep step = process.call("add", "2");
      assertThat(content.get(step.output().orElseThrow())).asString().isEqualTo("42\n");
      assertThat(process.freeze()).isEqualTo(next);
    }
  }
}

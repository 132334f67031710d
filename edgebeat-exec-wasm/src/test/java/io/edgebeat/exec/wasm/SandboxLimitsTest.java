package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one host has to give, and what it says when that is over. */
class SandboxLimitsTest {
  private static final String LOCALS = "(func (export \"_start\") (local %s))";

  private static TaskOutcome story(WasmLimits maxima, String program, String name)
      throws Exception {
    try (Bench bench = new Bench(maxima)) {
      return bench
          .module(SameResult.resource(program))
          .arguments(name)
          .profile(WasiRun.profile(false))
          .limits(Bench.LIMITS.withMemoryBytes(WasiRun.MEMORY_BYTES))
          .run();
    }
  }

  private static void assertFails(TaskOutcome outcome, String part) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
              assertThat(failed.toString()).contains(part);
            });
  }

  @Test
  void aHostWithLessThanTheQuotaEndsTheExecution() throws Exception {
    String bytes = "fd_write writes what there is room for, then nothing";
    String names = "path_open gives so many names and no more";
    String open = "path_open gives so many descriptors and no more";
    WasmLimits all = WasmLimits.DEFAULTS;
    assertThat(story(all, "wasi_fd.wasm", bytes)).isInstanceOf(TaskOutcome.Completed.class);
    assertFails(
        story(all.withFiles(1 << 20, 5_000, 5_000), "wasi_fd.wasm", bytes),
        "at most 1048576 are given here");
    assertFails(
        story(all.withFiles(1L << 30, 7, 5_000), "wasi_path.wasm", names),
        "8 names of files are wanted; at most 7 are given here");
    assertFails(
        story(all.withFiles(1L << 30, 5_000, 20), "wasi_path.wasm", open),
        "21 descriptors of files are wanted; at most 20 are given here");
  }

  @Test
  void anEnvironmentThatAGuestCouldNotReadIsRefused() throws Exception {
    try (Bench bench = new Bench()) {
      Bench.Start start = bench.wat("(func (export \"_start\"))");
      for (Map<String, String> bad :
          List.of(Map.of("", "1"), Map.of("A=B", "1"), Map.of("A\0", "1"), Map.of("A", "1\0"))) {
        HostProfile profile = new HostProfile(Optional.empty(), Optional.empty(), bad);
        assertThatThrownBy(start.profile(profile)::start)
            .isInstanceOfSatisfying(
                EdgeBeatException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED));
      }
      HostProfile large =
          new HostProfile(Optional.empty(), Optional.empty(), Map.of("A", "x".repeat(1 << 16)));
      assertThatThrownBy(start.profile(large)::start)
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
      HostProfile good =
          new HostProfile(Optional.empty(), Optional.empty(), Map.of("A", "1=2", "B", ""));
      assertThat(start.profile(good).run()).isInstanceOf(TaskOutcome.Completed.class);
    }
  }

  @Test
  void localVariablesAreLimited() {
    try (Bench bench = new Bench(WasmLimits.DEFAULTS.withCompiling(10, Duration.ofMinutes(1)))) {
      bench.wat(LOCALS.formatted("i32 ".repeat(10))).prepare();
      assertThatThrownBy(() -> bench.wat(LOCALS.formatted("i32 ".repeat(11))).prepare())
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
          .hasMessageContaining("11 locals")
          .hasMessageContaining("the limit is 10");
    }
  }

  @Test
  void compileTimeIsLimited() {
    try (Bench bench = new Bench(WasmLimits.DEFAULTS.withCompiling(10, Duration.ofNanos(1)))) {
      assertThatThrownBy(() -> bench.wat("(func (export \"_start\"))").prepare())
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
          .hasMessageContaining("PT0.000000001S");
    }
  }

  @Test
  void filesAreCountedAsMemory() throws Exception {
    String program =
        """
        (import "wasi_snapshot_preview1" "path_open" (func $open
          (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_allocate"
          (func $allocate (param i32 i64 i64) (result i32)))
        (memory 1)
        (data (i32.const 100) "file")
        (func (export "_start")
          (if (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 4) (i32.const 1)
              (i64.const 256) (i64.const 0) (i32.const 0) (i32.const 200)) (then unreachable))
          (if (call $allocate (i32.load (i32.const 200)) (i64.const 0) (i64.const 60000000))
            (then unreachable))
          (loop (br 0)))
        """;
    try (Bench bench = new Bench()) {
      Execution execution =
          bench.wat(program).limits(Bench.LIMITS.withMemoryBytes(256 << 20)).start();
      // The memory alone would be two megabytes in all its 30 seconds.
      while (execution.usage().memoryByteSeconds() < 5_000_000) {
        assertThat(bench.executor.running()).as("%s", execution.usage()).isNotEmpty();
        Thread.onSpinWait();
      }
      execution.close();
    }
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.testkit.fault.FaultyExecutor;
import org.junit.jupiter.api.Test;

/** The double fails at the calls it was told, and at no others. */
class FaultyExecutorTest {
  @Test
  void anExecutorDoesNotStartDiesAndLies() throws Exception {
    try (Bench bench = new Bench()) {
      FaultyExecutor faulty =
          new FaultyExecutor(bench.executor, 1).startFails(2).dies(2).returnsAnotherResult(3);
      Bench.Start echo = bench.wat(WasmExecutorTest.ECHO).input("as it is");
      TaskOutcome honest = faulty.start(echo.request()).await();
      assertThat(bench.text(honest.output().orElseThrow())).isEqualTo("as it is");
      assertThatThrownBy(() -> faulty.start(echo.request()))
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED));
      assertThat(faulty.running()).isEmpty();
      assertThat(faulty.start(echo.request()).await())
          .isInstanceOfSatisfying(
              TaskOutcome.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED));
      Execution lying = faulty.start(echo.request());
      assertThat(lying.await())
          .isInstanceOf(TaskOutcome.Completed.class)
          .isNotEqualTo(honest)
          .isEqualTo(lying.await());
      assertThat(faulty.start(echo.request()).await()).isEqualTo(honest);
      assertThat(faulty.happened())
          .containsExactly(
              "start failed at call 2", "executor died at call 2", "another result at call 3");
    }
  }
}

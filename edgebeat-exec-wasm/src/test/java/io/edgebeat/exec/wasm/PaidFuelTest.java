package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guest whose fuel is paid for goes as far as is paid, and is ended while it is held. */
@Timeout(300)
class PaidFuelTest {
  static final long PATIENCE = 20_000;
  private static final String SPIN = "(func (export \"_start\") (loop (br 0)))";

  @Test
  void aGuestGoesAsFarAsIsPaid() throws Exception {
    try (Bench bench = new Bench()) {
      assertThat(PaidFuel.problem(bench, PATIENCE)).isEmpty();
    }
  }

  @Test
  void aGuestInGraalWasmGoesAsFarAsIsPaid() throws Exception {
    try (Bench bench = Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS)) {
      assertThat(PaidFuel.problem(bench, PATIENCE)).isEmpty();
    }
  }

  record Ending(String name, Consumer<Held> how, TaskOutcome outcome) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Held(Bench bench, Execution execution) {}

  static Stream<Ending> endings() {
    return Stream.of(
        new Ending("stopped", held -> held.execution.stop(Duration.ZERO), WasmExecution.STOPPED),
        new Ending(
            "stopped with a grace",
            held -> held.execution.stop(Duration.ofMinutes(1)),
            new TaskOutcome.Stopped("stopped while its fuel was not paid for")),
        new Ending(
            "held besides, and stopped",
            held -> {
              held.execution.pause();
              held.execution.stop(Duration.ZERO);
            },
            WasmExecution.STOPPED),
        new Ending("closed", held -> held.execution.close(), new TaskOutcome.Stopped("closed")),
        new Ending(
            "its lease is over",
            held -> held.bench.now.set(Bench.START.plusSeconds(4_000)),
            new TaskOutcome.Stopped("lease over")),
        new Ending("its wall time is over", held -> {}, new TaskOutcome.TimedOut(1_500)));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aGuestThatIsHeldIsEnded(Ending ending) throws Exception {
    try (Bench bench = new Bench()) {
      isEnded(bench, ending);
    }
    try (Bench bench = Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS)) {
      isEnded(bench, ending);
    }
  }

  static void isEnded(Bench bench, Ending ending) throws Exception {
    TickTill till = new TickTill(1_000_000, false);
    till.pay(1);
    Bench.Start start = bench.wat(SPIN).meter(till);
    start.prepare();
    if (ending.outcome instanceof TaskOutcome.TimedOut timedOut) {
      start.wallMillis(timedOut.limitMillis());
    }
    try (Execution execution = start.start()) {
      assertThat(till.isAwaited(PATIENCE)).isTrue();
      ending.how.accept(new Held(bench, execution));
      assertThat(execution.await()).isEqualTo(ending.outcome);
      assertThat(execution.usage().fuel()).isEqualTo(1_000_000);
    }
    assertThat(bench.executor.leftBehind()).isZero();
  }

  @Test
  void aPauseHoldsWhatIsPaidAfterIt() throws Exception {
    try (Bench bench = new Bench()) {
      TickTill till = new TickTill(1_000_000, false);
      till.pay(1);
      try (Execution execution = bench.wat(SPIN).meter(till).start()) {
        assertThat(till.isAwaited(PATIENCE)).isTrue();
        execution.pause();
        till.pay(1);
        Thread.sleep(50);
        assertThat(execution.usage().fuel()).isEqualTo(1_000_000);
        assertThat(till.asked()).isLessThanOrEqualTo(2_000_000);
        execution.resume();
        assertThat(till.isAwaited(PATIENCE)).isTrue();
        assertThat(execution.usage().fuel()).isEqualTo(2_000_000);
      }
    }
  }

  @Test
  void whereFuelIsNotPaidForNobodyIsAsked() throws Exception {
    try (Bench bench = new Bench()) {
      bench
          .wat(FuelTest.WORK)
          .meter(
              (kind, units) -> {
                throw new AssertionError("asked for " + units + " of " + kind);
              })
          .output();
    }
  }
}

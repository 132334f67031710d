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

/**
 * A guest whose fuel is paid for goes as far as is paid; and mistakes in what holds it are found.
 */
@Timeout(300)
class PaidFuelTest {
  private static final long PATIENCE = 20_000;
  private static final String ROOM = "io.edgebeat.exec.wasm.";
  private static final String SPIN = "(func (export \"_start\") (loop (br 0)))";

  @Test
  void aGuestGoesAsFarAsIsPaid() throws Exception {
    try (Bench bench = new Bench()) {
      assertThat(PaidFuel.problem(bench, PATIENCE)).isEmpty();
    }
  }

  @Test
  void aGuestInAChildGoesAsFarAsIsPaid() throws Exception {
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
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
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      isEnded(bench, ending);
    }
    try (Bench bench = Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS)) {
      isEnded(bench, ending);
    }
  }

  private static void isEnded(Bench bench, Ending ending) throws Exception {
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

  record Mistake(String name, String type, String right, String wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "fuel is given without asking",
            "FuelSupply",
            "given = Math.min(limit, ask(used));",
            "given = limit;"),
        new Mistake(
            "a guest begins with all of its fuel",
            "FuelSupply",
            "given = Math.min(first, limit);",
            "given = limit;"),
        new Mistake(
            "more is given than was let pass",
            "FuelSupply",
            "given = Math.min(limit, ask(used));",
            "given = Math.min(limit, ask(used) + 1_000);"),
        new Mistake(
            "the host works for a guest that cannot pay",
            "FuelSupply",
            "if (guest != null && !takes(guest, work, amount)) {\n      more(0);",
            "if (guest != null && !takes(guest, work, amount)) {\n"),
        new Mistake(
            "an end is told before it is paid for",
            "FuelSupply",
            "if (guest.fuelLeft() < 0) {\n        more(0);",
            "if (guest.fuelLeft() < 0) {\n"),
        new Mistake(
            "what only has to be there is asked for",
            "FuelSupply",
            "    if (wanted == 0) {\n      know(guest);\n"
                + "      given = Math.min(limit, ask(used));\n      guest.fuelLeft(given - used);",
            "    {\n      know(guest);\n      given = Math.min(limit, ask(used + wanted));\n"
                + "      guest.fuelLeft(given - used - wanted);"),
        new Mistake(
            "what only has to be there need not be",
            "FuelSupply",
            "if (used > limit - wanted) {",
            "if (used > limit) {"),
        new Mistake(
            "fuel is not told before other units are used",
            "FuelSupply",
            "      var unused = meter.fuel(given);\n",
            ""),
        new Mistake(
            "fuel that other units have taken stays the guest's",
            "FuelSupply",
            "      given = known;\n      guest.fuelLeft(0);\n",
            ""),
        new Mistake(
            "a function that calls does not look",
            "meter.FunctionMeter",
            "out.put(Instruction.I64_CONST, 0).op(Instruction.CALL, layout.settle);",
            ""),
        new Mistake(
            "what was not told when growing is told twice",
            "meter.MeteredModule",
            "    out.put(Instruction.I64_ADD).op(Instruction.LOCAL_GET,"
                + " 1).put(Instruction.I64_ADD);\n"
                + "    return",
            "    out.put(Instruction.DROP).op(Instruction.LOCAL_GET, 1).put(Instruction.I64_ADD);\n"
                + "    return"),
        new Mistake(
            "what only had to be there is gone",
            "meter.MeteredModule",
            "    out.put(Instruction.I64_ADD).op(Instruction.LOCAL_GET,"
                + " 1).put(Instruction.I64_ADD);\n"
                + "    return",
            "    out.put(Instruction.I64_ADD);\n    return"),
        new Mistake(
            "a settling does not ask for more",
            "meter.MeteredModule",
            "out.put(Instruction.I64_LT_S, Instruction.IF, 0x40, Instruction.I64_CONST, 0);\n"
                + "    more(layout, out);",
            "out.put(Instruction.I64_LT_S, Instruction.IF, 0x40);"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    ClassLoader loader =
        PlantedMistake.plant(ROOM + mistake.type(), mistake.right(), mistake.wrong());
    String found =
        (String) loader.loadClass(PaidFuel.class.getName()).getMethod("problem").invoke(null);
    assertThat(found).isNotEmpty();
  }
}

package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guest cannot tell where it runs, and who reads its outcome cannot either. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Parity {
  final Bench here = new Bench();
  final Bench there = there();

  /** What is compared with the engine in this JVM. */
  abstract Bench there();

  @AfterAll
  void close() {
    here.close();
    there.close();
    assertThat(there.executor.leftBehind()).isZero();
  }

  @ParameterizedTest
  @MethodSource("io.edgebeat.exec.wasm.HostileProgramsTest#programs")
  void hostileProgramsEndAsTheyMust(HostileProgramsTest.Program program) throws Exception {
    HostileProgramsTest.endsAsItMust(there, program);
  }

  record Seen(TaskOutcome outcome, String log, long fuel, long in, long out, Object messages) {}

  private static Seen seen(Bench bench, Function<Bench, Bench.Start> start) throws Exception {
    Execution execution = start.apply(bench).start();
    TaskOutcome outcome = execution.await();
    StringBuilder log = new StringBuilder();
    Optional<Blob> said = execution.channel().awaitLog(Duration.ofSeconds(9));
    while (said.isPresent()) {
      log.append(new String(said.get().toBytes(), UTF_8));
      said = execution.channel().awaitLog(Duration.ofSeconds(9));
    }
    Usage usage = execution.usage();
    return new Seen(
        outcome, log.toString(), usage.fuel(), usage.bytesIn(), usage.bytesOut(), usage.messages());
  }

  Seen same(Function<Bench, Bench.Start> start) throws Exception {
    Seen first = seen(here, start);
    assertThat(seen(there, start)).isEqualTo(first);
    return first;
  }

  @Test
  void resultsLogsAndUsageAreTheSame() throws Exception {
    String report = "report.wasm";
    byte[] image = SameResult.resource(report);
    String numbers = "3.25 -17 1e-3 2.5 2.5 1000000 0.1 seven 12";
    List<Seen> all = new ArrayList<>();
    all.add(same(b -> b.module(image).input(numbers).arguments("x", "y z")));
    all.add(same(b -> b.module(image).input(numbers).arguments("ü").profile(SameResult.profile())));
    all.add(same(b -> b.module(image).profile(HostProfile.NOTHING)));
    assertThat(all.getFirst().outcome()).isNotEqualTo(all.get(1).outcome());
  }

  @Test
  void moreThanAChunkGoesInAndComesOut() throws Exception {
    // Larger than every buffer between node and child, and no multiple of one.
    String input = "0123456789abcdef".repeat(20_000) + "end";
    Seen seen = same(b -> b.wat(WasmExecutorTest.ECHO).input(input));
    assertThat(seen.outcome()).isInstanceOf(TaskOutcome.Completed.class);
    assertThat(seen.in()).isEqualTo(input.length());
    assertThat(there.text(seen.outcome().output().orElseThrow())).isEqualTo(input);
  }

  @Test
  void whatIsRefusedIsRefusedInTheSameWords() throws Exception {
    List<Function<Bench, Bench.Start>> bad =
        List.of(
            b -> b.module("no module".getBytes(UTF_8)),
            b -> b.module(new byte[] {0, 'a', 's', 'm', 2, 0, 0, 0}),
            b -> b.wat("(func (export \"f\"))").call("g"),
            b -> b.wat("(func (export \"f\") (param i32))").call("f", "x"),
            b ->
                b.wat("(memory 3)(func (export \"_start\"))")
                    .limits(Bench.LIMITS.withMemoryBytes(65_536)),
            b -> b.wat("(import \"env\" \"system\" (func))(func (export \"_start\"))"));
    for (Function<Bench, Bench.Start> each : bad) {
      EdgeBeatException first = refusal(() -> each.apply(here).start());
      EdgeBeatException second = refusal(() -> each.apply(there).start());
      assertThat(second.getMessage()).isEqualTo(first.getMessage());
      assertThat(second.code()).isEqualTo(first.code());
      assertThat(second.advice()).isEqualTo(first.advice());
    }
    assertThat(there.executor.running()).isEmpty();
  }

  private static EdgeBeatException refusal(Runnable start) {
    List<EdgeBeatException> caught = new ArrayList<>();
    assertThatThrownBy(start::run).isInstanceOfSatisfying(EdgeBeatException.class, caught::add);
    return caught.getFirst();
  }

  @Test
  void anInputThatIsTooLargeIsTheSameFailure() throws Exception {
    Function<Bench, Bench.Start> start =
        b ->
            b.wat(WasmExecutorTest.ECHO)
                .input("0123456789")
                .limits(
                    new io.edgebeat.api.task.ExecutionLimits(
                        1 << 20, Duration.ofSeconds(30), 9, 100));
    assertThat(same(start).outcome()).isInstanceOf(TaskOutcome.Failed.class);
  }
}

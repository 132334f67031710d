package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.exec.wasm.child.ChildProcess;
import io.edgebeat.exec.wasm.child.ClassPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A child that was taken over can lie about its own execution, and do nothing else. */
@ResourceLock(Bench.CHILDREN)
@Timeout(300)
class LyingChildTest {
  private static final ExecutionLimits LIMITS =
      new ExecutionLimits(4 << 20, Duration.ofMinutes(2), 1 << 10, 1 << 20);
  private static Bench bench;

  private static ChildOptions options() {
    List<String> classes = new ArrayList<>(ChildStarter.ANCHORS);
    classes.add(LyingChild.class.getName());
    return new ChildOptions(
        0,
        64 << 20,
        Duration.ofSeconds(30),
        Optional.of(ClassPath.of(LyingChild.class.getClassLoader(), classes)),
        Optional.empty());
  }

  private static Bench bench(Class<?> program) {
    return new Bench(
        clock ->
            WasmExecutor.inChildren(
                Bench.threads(), clock, WasmLimits.DEFAULTS, options(), program.getName()));
  }

  @BeforeAll
  static void open() {
    bench = bench(LyingChild.class);
  }

  @AfterAll
  static void close() throws Exception {
    bench.close();
    assertThat(bench.executor.leftBehind()).isZero();
    Bench.noChildIsLeft();
  }

  private static Bench.Start start(String lie) {
    return bench.wat("(func (export \"_start\"))").arguments(lie).limits(LIMITS);
  }

  static Stream<String> lies() {
    return LyingChild.LIES.keySet().stream().filter(lie -> !lie.equals("silence")).sorted();
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLieEndsTheChildAndItsExecution(String lie) throws Exception {
    long before = heap();
    TaskOutcome outcome = start(lie).run();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED);
              assertThat(failed.message())
                  .startsWith("the child JVM of execution")
                  .containsAnyOf(" said ", " ended with code 5");
            });
    assertThat(heap() - before).as("what it has said was not kept").isLessThan(64 << 20);
    assertThat(start("honest").run()).isEqualTo(new TaskOutcome.Trapped("none"));
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void silenceEndsWithTheLease() throws Exception {
    Execution silent = start("silence").agreement(7).start();
    assertThat(start("honest").agreement(8).run()).isEqualTo(new TaskOutcome.Trapped("none"));
    silent.stop(Duration.ZERO);
    assertThat(silent.await()).isEqualTo(WasmExecution.STOPPED);
    Execution flooding = start("log without end").agreement(9).start();
    assertThat(flooding.channel().awaitLog(Duration.ofSeconds(60))).isPresent();
    assertThat(start("honest").agreement(8).run()).isEqualTo(new TaskOutcome.Trapped("none"));
    flooding.stop(Duration.ZERO);
    assertThat(flooding.await()).isEqualTo(WasmExecution.STOPPED);
  }

  /** It is not waited for, and another one takes its place. */
  @Test
  void silenceBeforeTheNextOneOfItsAgreementHoldsNobodyUp() throws Exception {
    assertThat(start("goes silent").agreement(5).run()).isEqualTo(new TaskOutcome.Trapped("none"));
    assertThat(start("honest").agreement(5).run()).isEqualTo(new TaskOutcome.Trapped("none"));
  }

  @Test
  void itIsChargedNoMoreThanCanBe() throws Exception {
    long begin = System.nanoTime();
    Execution execution = start("great usage").start();
    assertThat(execution.await()).isEqualTo(new TaskOutcome.Trapped("none"));
    long nanos = System.nanoTime() - begin;
    Usage usage = execution.usage();
    assertThat(usage.cpuNanos()).isLessThanOrEqualTo(nanos);
    assertThat(usage.memoryByteSeconds())
        .isLessThanOrEqualTo(LIMITS.memoryBytes() / 4 * 5 * (nanos / 1_000_000_000 + 1));
    assertThat(usage.bytesIn()).isZero();
    assertThat(usage.bytesOut()).isLessThanOrEqualTo(LIMITS.outputBytes());
    assertThat(usage.messages()).isEmpty();
  }

  @Test
  void itsWordsAreCut() throws Exception {
    assertThat(start("long words").run())
        .isInstanceOfSatisfying(
            TaskOutcome.Trapped.class,
            trapped -> assertThat(trapped.reason().length()).isLessThan(3_000));
  }

  /** Says nothing but that it cannot. */
  static final class Broken {
    private Broken() {}

    /** As {@link ChildMain}. */
    public static void main(String[] args) {
      System.err.println("no such luck");
      Runtime.getRuntime().halt(9);
    }
  }

  @Test
  void aChildThatDoesNotStartIsAnErrorAndThenARefusal() {
    try (Bench broken = bench(Broken.class)) {
      Bench.Start start = broken.wat("(func (export \"_start\"))");
      assertThatThrownBy(start::start)
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE))
          .hasMessageContaining("ended with code 9")
          .hasMessageContaining("no such luck");
      assertThat(broken.executor.running()).isEmpty();
      assertThat(broken.executor.admit(start.workload(), Bench.LIMITS).toString())
          .contains("no child JVM can be started");
      assertThat(broken.executor.processes()).map(ChildProcess::pid).isEmpty();
    }
  }
}

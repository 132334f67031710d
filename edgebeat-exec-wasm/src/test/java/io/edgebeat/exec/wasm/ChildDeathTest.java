package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.child.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Real processes that are really killed. */
@ResourceLock(Bench.CHILDREN)
@Timeout(300)
class ChildDeathTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SPIN =
      WasmExecutorTest.WASI
          + """
          (data (i32.const 100) "x")
          (func (export "_start")
            (call $write (i32.const 2) (i32.const 100) (i32.const 1))
            (loop (br 0)))
          """;

  private final List<ProcessHandle> strays = new ArrayList<>();

  private static Bench bench() {
    return Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0));
  }

  @AfterEach
  void noProcessIsLeft() throws Exception {
    strays.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle stray : strays) {
      stray.onExit().get(60, TimeUnit.SECONDS);
    }
    Bench.noChildIsLeft();
  }

  /** The one process that there is beside those known before. */
  private static ProcessHandle child(Bench bench, ProcessHandle... known) {
    List<Long> pids =
        new ArrayList<>(bench.executor.processes().stream().map(ChildProcess::pid).toList());
    for (ProcessHandle each : known) {
      pids.remove(each.pid());
    }
    assertThat(pids).hasSize(1);
    return ProcessHandle.of(pids.getFirst()).orElseThrow();
  }

  private static void awaitRunning(Execution execution) throws InterruptedException {
    assertThat(execution.channel().awaitLog(SOON)).isPresent();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static TaskOutcome.Failed failed(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.Failed.class);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) outcome;
    assertThat(failed.code()).isEqualTo(ErrorCode.EXECUTOR_FAILED);
    return failed;
  }

  @Test
  void aChildThatIsKilledTakesNothingElseAlong() throws Exception {
    try (Bench bench = bench()) {
      Execution victim =
          bench
              .wat(SPIN)
              .capability("thermometer", 1, StreamTest.session("21.5"))
              .agreement(1)
              .start();
      awaitRunning(victim);
      ProcessHandle first = child(bench);
      Execution other = bench.wat(SPIN).agreement(2).start();
      awaitRunning(other);
      ProcessHandle second = child(bench, first);
      assertThat(second.pid()).as("two buyers share no child").isNotEqualTo(first.pid());
      first.destroyForcibly();
      assertThat(failed(victim.await()).message()).contains("was ended by signal 9");
      assertThat(victim.usage().cpuNanos()).as("what it had used").isPositive();
      assertThat(bench.executor.running()).containsExactly(other.id());
      assertThat(second.isAlive()).isTrue();
      assertThat(bench.wat(WasmExecutorTest.ECHO).input("on").agreement(1).output())
          .isEqualTo("on");
      other.stop(Duration.ZERO);
      assertThat(other.await()).isEqualTo(WasmExecution.STOPPED);
      second.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aCrashIsNamed() throws Exception {
    try (Bench bench = bench()) {
      Execution victim = bench.wat(SPIN).start();
      awaitRunning(victim);
      signal("SEGV", child(bench));
      assertThat(failed(victim.await()).message()).contains("the child JVM of execution", "ended");
    }
  }

  @Test
  void aGuestThatNeedsMoreThanTheHeapEndsItsChildAlone() throws Exception {
    long heap = 32L << 20;
    String grows =
        WasmExecutorTest.WASI.replace("(memory (export \"memory\") 1)", "(memory 1 1000)")
            + """
            (func (export "_start")
              (loop $l
                (drop (memory.grow (i32.const 16)))
                (memory.fill
                  (i32.mul (i32.sub (memory.size) (i32.const 1)) (i32.const 65536))
                  (i32.const 1) (i32.const 65536))
                (br $l)))
            """;
    try (Bench bench =
        Bench.inChildren(
            WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0).withHeapBytes(heap))) {
      Execution modest = bench.wat(SPIN).agreement(1).start();
      awaitRunning(modest);
      TaskOutcome outcome =
          bench.wat(grows).limits(Bench.LIMITS.withMemoryBytes(64 << 20)).agreement(2).run();
      assertThat(outcome).isEqualTo(new TaskOutcome.OutOfMemory(heap));
      assertThat(bench.executor.running()).containsExactly(modest.id());
    }
  }

  @Test
  void aChildThatHangsIsKilledWhenTheLeaseEnds() throws Exception {
    try (Bench bench = bench()) {
      Execution execution = bench.wat(SPIN).lease(Bench.START.plusSeconds(10)).start();
      awaitRunning(execution);
      ProcessHandle child = child(bench);
      signal("STOP", child);
      bench.now.set(Bench.START.plusSeconds(10));
      assertThat(execution.await()).isEqualTo(new TaskOutcome.Stopped("lease over"));
      child.onExit().get(60, TimeUnit.SECONDS);
      assertThat(bench.executor.leftBehind()).isZero();
    }
  }

  private record Node(Process process, ProcessHandle child) {}

  private Node node(String childMain, int leaseSeconds) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ChildNode.class.getName(),
            childMain,
            Integer.toString(leaseSeconds));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    strays.add(process.toHandle());
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    assertThat(line).startsWith("child=");
    ProcessHandle child =
        ProcessHandle.of(Long.parseLong(line.substring("child=".length()))).orElseThrow();
    strays.add(child);
    return new Node(process, child);
  }

  /** Whether a process ends; one that its hung parent does not bury is dead, too. */
  private static boolean endsWithin(ProcessHandle process, Duration time) throws Exception {
    long begin = System.nanoTime();
    while (isAlive(process)) {
      if (System.nanoTime() - begin > time.toNanos()) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  private static boolean isAlive(ProcessHandle process) throws Exception {
    Process ps =
        new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(process.pid())).start();
    String state = new String(ps.getInputStream().readAllBytes(), US_ASCII).strip();
    return !state.isEmpty() && !state.startsWith("Z");
  }

  @Test
  void aChildEndsWithItsNodeWhateverItsGuestDoes() throws Exception {
    Node node = node(ChildMain.class.getName(), 3_600);
    signal("KILL", node.process.toHandle());
    assertThat(endsWithin(node.child, Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void aChildKeepsTheLeaseThoughItsNodeHangs() throws Exception {
    Node node = node(ChildMain.class.getName(), 4);
    signal("STOP", node.process.toHandle());
    assertThat(endsWithin(node.child, Duration.ofSeconds(60))).isTrue();
  }

  /** What the last two look for is found when it is there. */
  @Test
  void aChildThatDoesNeitherIsFound() throws Exception {
    Node killed = node(DeafChild.class.getName(), 3_600);
    signal("KILL", killed.process.toHandle());
    assertThat(endsWithin(killed.child, Duration.ofSeconds(3))).isFalse();
    killed.child.destroyForcibly();
    Node hung = node(DeafChild.class.getName(), 5);
    signal("STOP", hung.process.toHandle());
    assertThat(endsWithin(hung.child, Duration.ofSeconds(7))).isFalse();
    hung.child.destroyForcibly();
  }

  @Test
  void aNodeThatIsAliveKillsAChildThatKeepsNoLease() throws Exception {
    Node node = node(DeafChild.class.getName(), 4);
    assertThat(endsWithin(node.child, Duration.ofSeconds(60))).isTrue();
    assertThat(node.process.inputReader().readLine()).contains("outcome=", "lease over");
  }

  @Test
  void anAgreementKeepsItsChildAndThenLetsItGo() throws Exception {
    ChildOptions quick =
        new ChildOptions(
            0,
            0,
            Duration.ofSeconds(1),
            ChildOptions.DEFAULTS.classPath(),
            ChildOptions.DEFAULTS.directory());
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, quick)) {
      assertThat(bench.executor.processes()).as("nothing to do, no child").isEmpty();
      Bench.Start echo = bench.wat(WasmExecutorTest.ECHO).input("x").agreement(1);
      assertThat(echo.output()).isEqualTo("x");
      ProcessHandle first = child(bench);
      Bench.Start trap = bench.wat("(func (export \"_start\") unreachable)").agreement(1);
      assertThat(trap.run()).isEqualTo(new TaskOutcome.Trapped("unreachable"));
      assertThat(child(bench)).isEqualTo(first);
      Execution stopped = bench.wat(SPIN).agreement(1).start();
      awaitRunning(stopped);
      assertThat(child(bench)).isEqualTo(first);
      stopped.stop(Duration.ZERO);
      assertThat(stopped.await()).isEqualTo(WasmExecution.STOPPED);
      assertThat(endsWithin(first, SOON)).as("what was stopped is not used again").isTrue();
      assertThat(echo.agreement(2).output()).isEqualTo("x");
      assertThat(endsWithin(child(bench), SOON)).as("nothing to do, no child").isTrue();
    }
  }
}

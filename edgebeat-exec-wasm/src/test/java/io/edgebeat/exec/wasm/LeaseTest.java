package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends that come from outside: lease, wall time, stop, and nodes that hang. */
@Timeout(60)
class LeaseTest {
  /** What is tested; guests in children are tested by the same tests. */
  WasmExecutor executor(InstantSource clock, WasmLimits maxima) {
    return WasmExecutor.create(Bench.threads(), clock, maxima);
  }

  private Bench bench() {
    return bench(WasmLimits.DEFAULTS);
  }

  private Bench bench(WasmLimits maxima) {
    return new Bench(clock -> executor(clock, maxima));
  }

  private Bench bench(InstantSource clock) {
    return new Bench(executor(clock, WasmLimits.DEFAULTS));
  }

  private static final String SPIN = "(func (export \"_start\") (loop (br 0)))";
  private static final TaskOutcome LEASE_OVER = new TaskOutcome.Stopped("lease over");

  private static final String READ_STREAM =
      WasmExecutorTest.WASI
          + """
          (data (i32.const 100) "thermometer")
          (func (export "_start") (local $fd i32) (local $n i32)
            (local.set $fd (call $stream_open (i32.const 100) (i32.const 11)))
            (loop $next
              (local.set $n (call $read (local.get $fd) (i32.const 1000) (i32.const 100)))
              (if (local.get $n)
                (then (call $write (i32.const 1) (i32.const 1000) (local.get $n)) (br $next)))))
          """;

  /** Waits without listening to interrupts, as badly written code of a node would. */
  private static void hang(CountDownLatch release) {
    boolean done = false;
    while (!done) {
      try {
        release.await();
        done = true;
      } catch (InterruptedException e) {
        // goes on hanging
      }
    }
  }

  @Test
  void endsWhenTheLeaseIsOver() throws Exception {
    try (Bench bench = bench()) {
      Execution execution = bench.wat(SPIN).lease(Bench.START.plusSeconds(10)).start();
      execution.leaseUntil(Bench.START.plusSeconds(99));
      execution.leaseUntil(Bench.START.plusSeconds(20));
      bench.now.set(Bench.START.plusSeconds(19));
      awaitLog(execution, 100);
      assertThat(bench.executor.running()).hasSize(1);
      bench.now.set(Bench.START.plusSeconds(20));
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
      execution.leaseUntil(Bench.START.plusSeconds(99));
      execution.stop(Duration.ZERO);
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
      assertThat(bench.executor.leftBehind()).isZero();
    }
  }

  /** Lets some time go by. */
  private static void awaitLog(Execution execution, long millis) throws InterruptedException {
    assertThat(execution.channel().awaitLog(Duration.ofMillis(millis))).isEmpty();
  }

  @Test
  void aLeaseThatIsOverBeforeTheStartEndsAtOnce() throws Exception {
    try (Bench bench = bench()) {
      assertThat(bench.wat(SPIN).lease(Bench.START).run()).isEqualTo(LEASE_OVER);
    }
  }

  @Test
  void aClockThatIsSetBackGivesNoMoreTime() throws Exception {
    try (Bench bench = bench()) {
      bench.now.set(Bench.START.plusSeconds(100));
      Execution first = bench.wat(SPIN).lease(Bench.START.plusSeconds(101)).start();
      awaitLog(first, 100);
      bench.now.set(Bench.START);
      awaitLog(first, 100);
      assertThat(bench.wat(SPIN).lease(Bench.START.plusSeconds(99)).run()).isEqualTo(LEASE_OVER);
      first.close();
    }
  }

  @Test
  void endsThoughTheClockHangs() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean hang = new AtomicBoolean();
    InstantSource clock =
        () -> {
          if (hang.get()) {
            hang(release);
          }
          return Bench.START;
        };
    try (Bench bench = bench(clock)) {
      // The clock stands still, so this ends only by the watchdog's own count of time.
      Execution execution = bench.wat(SPIN).lease(Bench.START.plusSeconds(2)).start();
      awaitLog(execution, 100);
      hang.set(true);
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
      assertThat(bench.wat(SPIN).wallMillis(100).run()).isEqualTo(new TaskOutcome.TimedOut(100));
      assertThat(bench.executor.leftBehind()).isZero();
    } finally {
      release.countDown();
    }
  }

  @Test
  void endsThoughTheClockFails() throws Exception {
    AtomicBoolean fail = new AtomicBoolean();
    InstantSource clock =
        () -> {
          if (fail.get()) {
            throw new IllegalStateException("no time server");
          }
          return Bench.START;
        };
    try (Bench bench = bench(clock)) {
      Execution execution = bench.wat(SPIN).lease(Bench.START.plusSeconds(2)).start();
      awaitLog(execution, 100);
      fail.set(true);
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
    }
  }

  @Test
  void endsThoughAllOtherThreadsHang() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<Thread> node = new ArrayList<>();
    try (Bench bench = bench()) {
      Execution execution = bench.wat(SPIN).lease(Bench.START.plusSeconds(10)).start();
      for (int i = 0; i < 8; i++) {
        // They hang while they hold what the executor might be thought to need.
        node.add(
            Thread.ofPlatform()
                .daemon()
                .start(
                    () -> {
                      synchronized (execution) {
                        hang(release);
                      }
                    }));
      }
      bench.now.set(Bench.START.plusSeconds(10));
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
    } finally {
      release.countDown();
    }
    for (Thread thread : node) {
      thread.join();
    }
  }

  @Test
  void aMeterThatWaitsIsInterrupted() throws Exception {
    try (Bench bench = bench()) {
      CountDownLatch waits = new CountDownLatch(1);
      Execution execution =
          bench
              .wat(READ_STREAM)
              .capability("thermometer", 1, StreamTest.session("21.5", "21.6"))
              .meter(
                  (kind, units) -> {
                    waits.countDown();
                    new CountDownLatch(1).await();
                  })
              .lease(Bench.START.plusSeconds(10))
              .start();
      assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(execution.usage().messages()).isEmpty();
      bench.now.set(Bench.START.plusSeconds(10));
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
      assertThat(bench.executor.leftBehind()).isZero();
    }
  }

  @Test
  void aMeterThatHearsNothingIsLeftBehind() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    try (Bench bench = bench(WasmLimits.DEFAULTS.withExecutions(1))) {
      Execution execution =
          bench
              .wat(READ_STREAM)
              .capability("thermometer", 1, StreamTest.session("21.5"))
              .meter(
                  (kind, units) -> {
                    entered.countDown();
                    hang(release);
                    left.countDown();
                  })
              .lease(Bench.START.plusSeconds(10))
              .start();
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      bench.now.set(Bench.START.plusSeconds(10));
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
      assertThat(bench.executor.leftBehind()).isEqualTo(1);
      assertThat(bench.executor.running()).isEmpty();
      var usage = execution.usage();
      // Its place stays taken until its thread is free.
      assertThat(bench.executor.admit(bench.wat(SPIN).workload(), Bench.LIMITS).toString())
          .contains("taken");
      release.countDown();
      assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(execution.usage()).isEqualTo(usage);
      assertThat(execution.await()).isEqualTo(LEASE_OVER);
    }
  }

  @Test
  void codeThatSwallowsTheInterruptIsInterruptedAgain() throws Exception {
    try (Bench bench = bench()) {
      CountDownLatch waits = new CountDownLatch(1);
      AtomicLong swallowed = new AtomicLong();
      Execution execution =
          bench
              .wat(READ_STREAM)
              .capability("thermometer", 1, StreamTest.session("1", "2"))
              .meter(
                  (kind, units) -> {
                    waits.countDown();
                    while (swallowed.get() < 3) {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        swallowed.incrementAndGet();
                      }
                    }
                  })
              .start();
      assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
      execution.stop(Duration.ZERO);
      assertThat(execution.await()).isEqualTo(new TaskOutcome.Stopped("stopped"));
      assertThat(bench.executor.leftBehind()).isZero();
    }
  }

  @Test
  void pauseHoldsAtTheNextCallOfTheHost() throws Exception {
    String program =
        WasmExecutorTest.WASI
            + """
            (data (i32.const 100) "x")
            (func (export "_start")
              (loop $l (call $write (i32.const 2) (i32.const 100) (i32.const 1)) (br $l)))
            """;
    try (Bench bench = bench()) {
      Execution execution = bench.wat(program).start();
      assertThat(execution.channel().awaitLog(Duration.ofSeconds(30))).isPresent();
      execution.pause();
      execution.pause();
      // What was on its way comes through, then nothing more.
      awaitQuiet(execution);
      awaitLog(execution, 200);
      long cpu = execution.usage().cpuNanos();
      awaitLog(execution, 100);
      assertThat(execution.usage().cpuNanos()).isEqualTo(cpu);
      execution.resume();
      assertThat(execution.channel().awaitLog(Duration.ofSeconds(30))).isPresent();
      execution.pause();
      awaitQuiet(execution);
      execution.stop(Duration.ZERO);
      assertThat(execution.await()).isEqualTo(new TaskOutcome.Stopped("stopped"));
    }
  }

  private static void awaitQuiet(Execution execution) throws InterruptedException {
    while (execution.channel().awaitLog(Duration.ofMillis(200)).isPresent()) {
      // goes on until the program is held
    }
  }

  @Test
  void pausesCountAsWallTime() throws Exception {
    String program =
        WasmExecutorTest.WASI
            + "(func (export \"_start\") (loop $l"
            + " (call $write (i32.const 2) (i32.const 0) (i32.const 1)) (br $l)))";
    try (Bench bench = bench()) {
      Execution execution = bench.wat(program).wallMillis(300).start();
      execution.pause();
      assertThat(execution.await()).isEqualTo(new TaskOutcome.TimedOut(300));
    }
  }

  @Test
  void aGraceLetsAProgramFinish() throws Exception {
    try (Bench bench = bench()) {
      CountDownLatch waits = new CountDownLatch(2);
      Execution execution =
          bench
              .wat(READ_STREAM)
              .capability("thermometer", 1, StreamTest.waiting(waits, "21.5"))
              .start();
      assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
      execution.stop(Duration.ofSeconds(30));
      TaskOutcome outcome = execution.await();
      assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(bench.text(outcome.output().orElseThrow())).isEqualTo("21.5");

      Execution spinning = bench.wat(SPIN).start();
      spinning.stop(Duration.ofMillis(50));
      assertThat(spinning.await()).isEqualTo(new TaskOutcome.Stopped("stopped"));
    }
  }

  @Test
  void interruptedWaitingDoesNotEndTheExecution() throws Exception {
    try (Bench bench = bench()) {
      Execution execution = bench.wat(SPIN).start();
      Thread.currentThread().interrupt();
      boolean interrupted = false;
      try {
        execution.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
      assertThat(interrupted).isTrue();
      assertThat(bench.executor.running()).hasSize(1);
    }
  }

  @Test
  void theWatchdogsThreadsEnd() throws Exception {
    List<Thread> threads = new ArrayList<>();
    WasmExecutor executor =
        WasmExecutor.create(
            work -> {
              Thread thread = Bench.threads().newThread(work);
              threads.add(thread);
              return thread;
            },
            () -> Instant.EPOCH,
            WasmLimits.DEFAULTS);
    executor.close();
    assertThat(threads).hasSize(2);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}

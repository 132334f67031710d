package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What must be true of a guest whose fuel is paid for. Says what is not, so that the same is asked
 * of executors with a mistake in them.
 */
public final class PaidFuel {
  private static final long LIMIT = 3_000_000;
  private static final long MUCH = 3_000_000_000L;
  private static final long TICK = 1_000_003;

  /** Says one letter after some work, for ever. */
  private static final String SAYS =
      WasmExecutorTest.WASI
          + """
          (data (i32.const 100) "x")
          (func (export "_start") (local $i i32)
            (loop $l
              (local.set $i (i32.const 1000))
              (loop $w (br_if $w (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
              (call $write (i32.const 2) (i32.const 100) (i32.const 1))
              (br $l)))
          """;

  /** Tries to grow by more than there is, and by what there is, between some work. */
  private static final String GROWS =
      """
      (memory 1) (table 1 funcref)
      (func (export "_start") (local $i i32) (local $k i32)
        (loop $l
          (drop (memory.grow (i32.const 60000)))
          (drop (memory.grow (i32.const 1)))
          (drop (table.grow (ref.null_func) (i32.const 90000000)))
          (drop (table.grow (ref.null_func) (i32.const 10)))
          (local.set $k (i32.const 5000))
          (loop $w (br_if $w (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                              (i32.const 100)))))
      """;

  /** Comes back with all that it has used in its last function, which looks at nothing. */
  private static final String RETURNS =
      """
      (func (export "_start") (local $i i32)
        (local.set $i (i32.const 2000))
        (loop $w (br_if $w (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
      """;

  /** Traps behind a function that has looked at nothing when it returned. */
  private static final String TRAPS =
      RETURNS.replace("(export \"_start\")", "$w")
          + "(func (export \"_start\") (call $w) (unreachable))";

  private static final String SPINS = "(func (export \"_start\") (loop (br 0)))";

  private static final String CALLS =
      """
      (func $f (param $n i32) (if (local.get $n) (then
        (call $f (i32.sub (local.get $n) (i32.const 1)))
        (call $f (i32.sub (local.get $n) (i32.const 1))))))
      (func (export "_start") (call $f (i32.const 200)))
      """;

  private static final String ASKS =
      WasmExecutorTest.WASI
          + """
          (import "edgebeat" "stream_open" (func $open (param i32 i32) (result i32)))
          (data (i32.const 100) "bell")
          (func (export "_start") (local $i i32) (local $k i32) (local $fd i32)
            (local.set $fd (call $open (i32.const 100) (i32.const 4)))
            (loop $l
              (local.set $k (i32.const 10000))
              (loop $w (br_if $w (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
              (call $write (local.get $fd) (i32.const 100) (i32.const 1))
              (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                                  (i32.const 20)))))
          """;

  private final Bench bench;
  private final long millis;

  private PaidFuel(Bench bench, long millis) {
    this.bench = bench;
    this.millis = millis;
  }

  /** One thing that must be true; says what is not. */
  private interface Check {
    List<String> look() throws Exception;
  }

  /** The first thing that is not as it must be, in this JVM; found without much patience. */
  public static String problem() throws Exception {
    try (Bench bench = new Bench()) {
      return problem(bench, 1_500);
    }
  }

  /**
   * The first thing that is not as it must be; empty when everything is.
   *
   * @param millis how long something may take to happen
   */
  static String problem(Bench bench, long millis) throws Exception {
    PaidFuel here = new PaidFuel(bench, millis);
    for (Check check : here.checks()) {
      List<String> found = check.look();
      if (!found.isEmpty()) {
        return String.join("\n", found);
      }
    }
    return "";
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(() -> held(SPINS));
    checks.add(() -> held(CALLS));
    checks.add(this::says);
    checks.add(() -> sameInPieces(FuelTest.WORK, MUCH, 1, 100_000, 1L << 40));
    checks.add(() -> sameInPieces(GROWS, MUCH, 20_000, 1L << 40));
    checks.add(() -> sameInPieces(GROWS, 500_000_000, 20_000, 1L << 40));
    checks.add(() -> sameInPieces(TRAPS, MUCH, 10, 1L << 40));
    checks.add(() -> sameInPieces(RETURNS, MUCH, 10, 1L << 40));
    checks.add(() -> unpaidResult(RETURNS));
    checks.add(() -> unpaidResult(TRAPS));
    checks.add(this::otherUnits);
    FuelTest.hungry()
        .forEach(
            program ->
                checks.add(() -> sameInPieces(program.text(), LIMIT, 77_919, LIMIT - 1, LIMIT)));
    return checks;
  }

  private Bench.Start start(String text, Meter meter) {
    return bench.wat(text).limits(Bench.LIMITS.withFuel(MUCH)).meter(meter);
  }

  /** A guest goes as far as is paid, is held there, and goes on as far as is paid then. */
  private List<String> held(String text) throws Exception {
    List<String> found = new ArrayList<>();
    TickTill till = new TickTill(TICK, false);
    till.pay(3);
    try (Execution execution = start(text, till).start()) {
      for (int ticks = 3; ticks <= 5; ticks++) {
        if (!till.isAwaited(millis)) {
          found.add("nobody waits when " + ticks + " ticks are paid");
          break;
        }
        same(found, "used when held", ticks * TICK, used(execution, ticks * TICK));
        till.pay(1);
        for (int i = 0; i < millis && till.asked() <= (ticks + 1) * TICK; i++) {
          Thread.sleep(1);
        }
      }
      execution.stop(Duration.ZERO);
      if (!(execution.await() instanceof TaskOutcome.Stopped)) {
        found.add("ended as " + execution.await());
      }
      same(found, "used in the end", till.ticks() * TICK, execution.usage().fuel());
    }
    return found;
  }

  /** A child tells it a moment later. */
  private static long used(Execution execution, long expected) throws InterruptedException {
    long used = 0;
    for (int i = 0; i < 100 && used != expected; i++) {
      used = execution.usage().fuel();
      Thread.sleep(5);
    }
    return used;
  }

  /** What leaves a guest that is held is what leaves one that may have no more fuel. */
  private List<String> says() throws Exception {
    List<String> found = new ArrayList<>();
    TickTill till = new TickTill(TICK, false);
    till.pay(3);
    int limited;
    try (Execution execution =
        start(SAYS, Meter.FREE).limits(Bench.LIMITS.withFuel(3 * TICK)).start()) {
      execution.await();
      limited = said(execution);
    }
    try (Execution execution = start(SAYS, till).start()) {
      if (!till.isAwaited(millis)) {
        found.add("nobody waits who says something");
      }
      execution.stop(Duration.ZERO);
      execution.await();
      same(found, "letters said", limited, said(execution));
    }
    return found;
  }

  private static int said(Execution execution) throws InterruptedException {
    int count = 0;
    Optional<Blob> more = execution.channel().awaitLog(Duration.ofSeconds(9));
    while (more.isPresent()) {
      count += more.get().size();
      more = execution.channel().awaitLog(Duration.ofSeconds(9));
    }
    return count;
  }

  /** Paid in ticks of any size it comes to the same, and no tick is begun that is not used. */
  private List<String> sameInPieces(String text, long limit, long... sizes) throws Exception {
    List<String> found = new ArrayList<>();
    TaskOutcome outcome;
    long fuel;
    try (Execution execution = bench.wat(text).limits(Bench.LIMITS.withFuel(limit)).start()) {
      outcome = execution.await();
      fuel = execution.usage().fuel();
    }
    for (long size : sizes) {
      TickTill till = new TickTill(size, true);
      Bench.Start paid = bench.wat(text).limits(Bench.LIMITS.withFuel(limit)).meter(till);
      try (Execution execution = paid.start()) {
        String where = " in ticks of " + size + ": " + text;
        TaskOutcome ended = ended(execution);
        if (ended == null) {
          found.add("it does not end" + where);
          continue;
        }
        same(found, "outcome" + where, outcome, ended);
        same(found, "fuel" + where, fuel, execution.usage().fuel());
        same(found, "ticks" + where, Math.ceilDiv(fuel, size), till.ticks());
      }
    }
    return found;
  }

  private TaskOutcome ended(Execution execution) throws Exception {
    FutureTask<TaskOutcome> end = new FutureTask<>(execution::await);
    Thread.ofVirtual().start(end);
    try {
      return end.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    }
  }

  /** An end that was not paid for is not seen before it is. */
  private List<String> unpaidResult(String text) throws Exception {
    List<String> found = new ArrayList<>();
    TickTill till = new TickTill(50, false);
    till.pay(1);
    try (Execution execution = start(text, till).start()) {
      if (!till.isAwaited(millis)) {
        found.add("an end is seen before it is paid for: " + execution.await());
      }
      till.pay(1L << 20);
      TaskOutcome outcome = execution.await();
      TaskOutcome free = bench.wat(text).run();
      same(found, "outcome when it is paid", free, outcome);
    }
    return found;
  }

  /** Messages and fuel together never come to more than is paid, and all of both is counted. */
  private List<String> otherUnits() throws Exception {
    List<String> found = new ArrayList<>();
    long units = 5_000;
    long fuel;
    try (Execution execution = bell(Meter.FREE, units)) {
      execution.await();
      fuel = execution.usage().fuel();
    }
    for (long size : new long[] {units, 77_777, 1L << 40}) {
      TickTill till = new TickTill(size, true);
      try (Execution execution = bell(till, units)) {
        if (!(execution.await() instanceof TaskOutcome.Completed)) {
          found.add("with messages it ended as " + execution.await());
        }
        same(found, "fuel with messages", fuel, execution.usage().fuel());
        same(found, "ticks with messages", Math.ceilDiv(fuel + 20 * units, size), till.ticks());
      }
    }
    // The work before the first message leaves of the tick less than that counts.
    TickTill till = new TickTill(350_000, false);
    till.pay(1);
    try (Execution execution = bell(till, 50_000)) {
      if (!till.isAwaited(millis)) {
        found.add("messages pass that fuel has used up");
      }
      same(found, "messages of an unpaid tick", 0L, messages(execution));
      execution.stop(Duration.ZERO);
      execution.await();
    }
    return found;
  }

  private static long messages(Execution execution) {
    return execution.usage().messages().getOrDefault("bell", 0L);
  }

  private Execution bell(Meter meter, long units) {
    return start(ASKS, meter)
        .capability(
            "bell",
            units,
            new CapabilitySession() {
              @Override
              public Optional<Blob> read() {
                return Optional.of(Blob.of("rung".getBytes(UTF_8)));
              }

              @Override
              public void write(Blob message) {}

              @Override
              public void close() {}
            })
        .start();
  }

  private static void same(List<String> found, String what, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      found.add(what + ": expected " + expected + ", found " + actual);
    }
  }
}

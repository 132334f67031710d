package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an execution has used is billed exactly, and it gets no more than its limit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuelTest {
  private static final long LIMIT = 3_000_000;

  private final Bench bench = bench();

  /** What is tested; the other engine is tested by the same tests. */
  Bench bench() {
    return new Bench();
  }

  @AfterAll
  void close() {
    bench.close();
  }

  record Program(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Program> hungry() {
    return Stream.of(
        new Program("a loop", "(func (export \"_start\") (loop (br 0)))"),
        new Program(
            "a loop that counts for ever",
            """
            (func (export "_start") (local $i i32)
              (loop $l (br_if $l (i32.ne
                (local.tee $i (i32.add (local.get $i) (i32.const 2))) (i32.const 5)))))
            """),
        new Program(
            "a tree of calls",
            """
            (func $f (param $n i32) (if (local.get $n) (then
              (call $f (i32.sub (local.get $n) (i32.const 1)))
              (call $f (i32.sub (local.get $n) (i32.const 1))))))
            (func (export "_start") (call $f (i32.const 200)))
            """),
        new Program(
            "a tree of calls through a table",
            """
            (table 1 funcref) (elem (i32.const 0) $f)
            (func $f (param $n i32) (if (local.get $n) (then
              (call_indirect (param i32) (i32.sub (local.get $n) (i32.const 1)) (i32.const 0))
              (call_indirect (param i32) (i32.sub (local.get $n) (i32.const 1)) (i32.const 0)))))
            (func (export "_start") (call $f (i32.const 200)))
            """),
        new Program(
            "its start function", "(func $s (loop (br 0))) (start $s) (func (export \"_start\"))"),
        new Program(
            "filling memory",
            """
            (memory 16) (func (export "_start") (loop $l
              (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576)) (br $l)))
            """),
        new Program(
            "copying memory",
            """
            (memory 16) (func (export "_start") (loop $l
              (memory.copy (i32.const 0) (i32.const 1) (i32.const 1000000)) (br $l)))
            """),
        new Program(
            "growing memory",
            """
            (memory 1) (func (export "_start")
              (loop $l (drop (memory.grow (i32.const 1))) (br $l)))
            """),
        new Program(
            "growing a table",
            """
            (table 1 funcref) (func (export "_start")
              (loop $l (drop (table.grow (ref.null_func) (i32.const 100))) (br $l)))
            """),
        new Program(
            "functions of its host",
            """
            (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
            (memory 1) (func (export "_start") (loop $l (drop (call $yield)) (br $l)))
            """),
        new Program(
            "bytes that its host moves",
            """
            (import "wasi_snapshot_preview1" "fd_write"
              (func $write (param i32 i32 i32 i32) (result i32)))
            (memory 16) (func (export "_start") (loop $l
              (i32.store (i32.const 4) (i32.const 1000000))
              (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
              (br $l)))
            """));
  }

  @ParameterizedTest
  @MethodSource("hungry")
  void whatUsesUpItsFuelIsBilledAllOfIt(Program program) throws Exception {
    Bench.Start start = bench.wat(program.text()).limits(Bench.LIMITS.withFuel(LIMIT));
    start.prepare();
    try (Execution execution = start.start()) {
      assertThat(execution.await()).isEqualTo(new TaskOutcome.OutOfFuel());
      assertThat(execution.usage().fuel()).isEqualTo(LIMIT);
    }
  }

  static final String WORK =
      """
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (memory 1 4)
      (func $f (param $n i32) (result i32) (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
        (then (local.get $n))
        (else (i32.add (call $f (i32.sub (local.get $n) (i32.const 1)))
                       (call $f (i32.sub (local.get $n) (i32.const 2)))))))
      (func (export "_start") (local $i i32)
        (drop (memory.grow (i32.const 2)))
        (drop (memory.grow (i32.const 2)))
        (loop $l
          (i32.store (i32.const 100) (call $f (local.get $i)))
          (i32.store (i32.const 0) (i32.const 100))
          (i32.store (i32.const 4) (i32.const 4))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                              (i32.const 12)))))
      """;

  @Test
  void justEnoughIsEnoughAndOneLessIsNot() throws Exception {
    long used;
    TaskOutcome done;
    try (Execution execution = bench.wat(WORK).start()) {
      done = execution.await();
      assertThat(done).isInstanceOf(TaskOutcome.Completed.class);
      used = execution.usage().fuel();
    }
    for (int again = 0; again < 3; again++) {
      try (Execution execution = bench.wat(WORK).limits(Bench.LIMITS.withFuel(used)).start()) {
        assertThat(execution.await()).isEqualTo(done);
        assertThat(execution.usage().fuel()).isEqualTo(used);
      }
      try (Execution execution = bench.wat(WORK).limits(Bench.LIMITS.withFuel(used - 1)).start()) {
        assertThat(execution.await()).isEqualTo(new TaskOutcome.OutOfFuel());
        assertThat(execution.usage().fuel()).isEqualTo(used - 1);
      }
    }
  }

  @Test
  void aTrapIsBilledWhatWasCharged() throws Exception {
    String text =
        """
        (func (export "_start") (local $i i32)
          (loop $l (br_if $l (i32.lt_u
            (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000))))
          unreachable)
        """;
    try (Execution execution = bench.wat(text).start()) {
      assertThat(execution.await()).isEqualTo(new TaskOutcome.Trapped("unreachable"));
      long fuel = execution.usage().fuel();
      assertThat(fuel).isGreaterThan(5_000_000);
      try (Execution again = bench.wat(text).start()) {
        again.await();
        assertThat(again.usage().fuel()).isEqualTo(fuel);
      }
    }
  }

  @Test
  void usageOnlyGrowsWhileAGuestRuns() throws Exception {
    try (Execution execution =
        bench.wat("(func (export \"_start\") (loop (br 0)))").wallMillis(60_000).start()) {
      long before = 0;
      // However long the guest takes to begin on a machine that has other work.
      for (int grown = 0; grown < 5; ) {
        assertThat(bench.executor.running()).contains(execution.id());
        assertThat(execution.channel().awaitLog(Duration.ofMillis(10))).isEmpty();
        long now = execution.usage().fuel();
        assertThat(now).isGreaterThanOrEqualTo(before);
        grown += now > before ? 1 : 0;
        before = now;
      }
      execution.stop(Duration.ZERO);
      execution.await();
      assertThat(execution.usage().fuel()).isGreaterThanOrEqualTo(before);
    }
  }

  static Stream<Program> tampering() {
    return Stream.of(
        new Program(
            "exports the counter's name",
            "(global $g (mut i32) (i32.const 0)) (func (export \"edgebeat:fuel\"))"
                + "(func (export \"_start\"))"),
        new Program(
            "exports a name like those of the meter",
            "(func (export \"edgebeat:mine\")) (func (export \"_start\"))"));
  }

  @ParameterizedTest
  @MethodSource("tampering")
  void namesOfTheMeterAreRefused(Program program) {
    assertThatThrownBy(() -> bench.wat(program.text()).prepare())
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
        .hasMessageContaining("\"edgebeat:\" are not for guests");
  }

  @Test
  void aGuestCannotReachTheCounter() {
    String one = "(global $g (mut i64) (i64.const 0)) ";
    for (int index = 1; index < 4; index++) {
      String text = one + "(func (export \"_start\") (global.set " + index + " (i64.const 99)))";
      assertThatThrownBy(() -> bench.wat(text).prepare())
          .isInstanceOfSatisfying(
              EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_WORKLOAD));
    }
  }

  @Test
  void theEntryCannotBeOneOfTheMeter() {
    assertThatThrownBy(
            () ->
                bench
                    .wat("(func $s) (start $s) (func (export \"f\"))")
                    .call("edgebeat:start")
                    .prepare())
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining("exports no function");
  }

  /**
   * The bits of a NaN as the guest sees them: of its arithmetic the canonical one, else its own.
   */
  @Test
  void nansHaveOneForm() throws Exception {
    String text =
        """
        (func $d (param $a f64) (param $b f64) (result f64) (f64.div (local.get $a) (local.get $b)))
        (func (export "made") (result i64)
          (i64.reinterpret_f64 (call $d (f64.const 0) (f64.const 0))))
        (func (export "negated") (result i64)
          (i64.reinterpret_f64 (f64.neg (f64.div (f64.const 0) (f64.const 0)))))
        (func (export "own") (result i64) (local $x f64)
          (local.set $x (f64.reinterpret_i64 (i64.const 0x7ff4000000000123)))
          (i64.reinterpret_f64 (local.get $x)))
        (func (export "passed") (result i64) (local $x f64)
          (local.set $x (f64.reinterpret_i64 (i64.const 0x7ff4000000000123)))
          (local.set $x (f64.add (local.get $x) (f64.const 1)))
          (i64.reinterpret_f64 (local.get $x)))
        """;
    assertThat(bench.wat(text).call("made").output()).isEqualTo(0x7ff8_0000_0000_0000L + "\n");
    assertThat(bench.wat(text).call("negated").output()).isEqualTo(0xfff8_0000_0000_0000L + "\n");
    assertThat(bench.wat(text).call("own").output()).isEqualTo(0x7ff4_0000_0000_0123L + "\n");
    assertThat(bench.wat(text).call("passed").output()).isEqualTo(0x7ff8_0000_0000_0000L + "\n");
  }

  /** How deep calls can be nested is the same wherever they come from. */
  @Test
  void theDepthOfCallsIsCounted() throws Exception {
    String text =
        """
        (table 1 funcref) (elem (i32.const 0) $g)
        (func $f (param $n i32) (result i32)
          (if (result i32) (local.get $n)
            (then (i32.add (i32.const 1) (call $f (i32.sub (local.get $n) (i32.const 1)))))
            (else (i32.const 0))))
        (func $g (param $n i32) (result i32)
          (if (result i32) (local.get $n)
            (then (i32.add (i32.const 1) (call_indirect (param i32) (result i32)
              (i32.sub (local.get $n) (i32.const 1)) (i32.const 0))))
            (else (i32.const 0))))
        (func (export "direct") (param i32) (result i32) (call $f (local.get 0)))
        (func (export "table") (param i32) (result i32) (call $g (local.get 0)))
        """;
    assertThat(bench.wat(text).call("direct", "8000").output()).isEqualTo("8000\n");
    assertThat(bench.wat(text).call("table", "3000").output()).isEqualTo("3000\n");
    assertThat(bench.wat(text).call("direct", "9000").run())
        .isEqualTo(new TaskOutcome.Trapped("call stack exhausted"));
    assertThat(bench.wat(text).call("table", "5000").run())
        .isEqualTo(new TaskOutcome.Trapped("call stack exhausted"));
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that want to hurt their host: each ends as said, and leaves the executor as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileProgramsTest {
  private static final long MEMORY = 1 << 20;
  private static final ExecutionLimits LIMITS =
      new ExecutionLimits(MEMORY, Duration.ofMinutes(2), 1 << 10, 1 << 16);

  private final Bench bench = bench();

  /** What is tested; the other engine is tested by the same tests. */
  Bench bench() {
    return new Bench();
  }

  @AfterAll
  void close() {
    bench.close();
    assertThat(bench.executor.leftBehind()).isZero();
  }

  record Program(String name, String text, TaskOutcome expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static TaskOutcome trapped(String reason) {
    return new TaskOutcome.Trapped(reason);
  }

  private static final TaskOutcome TIMED_OUT = new TaskOutcome.TimedOut(400);

  private static final String WRITE =
      """
      (import "wasi_snapshot_preview1" "fd_write"
        (func $fd_write (param i32 i32 i32 i32) (result i32)))
      """;

  static Stream<Program> programs() {
    return Stream.of(
        new Program("runs for ever", "(func (export \"_start\") (loop (br 0)))", TIMED_OUT),
        new Program(
            "runs for ever in a loop that computes",
            """
            (func (export "_start") (local $i i64)
              (loop $l (local.set $i (i64.add (local.get $i) (i64.const 1)))
                (br_if $l (i64.eqz (i64.const 0)))))
            """,
            TIMED_OUT),
        new Program(
            "runs for ever by a jump table",
            "(func (export \"_start\") (loop $a (loop $b (br_table $a $b $a (i32.const 1)))))",
            TIMED_OUT),
        new Program(
            "runs for ever while it is started",
            "(func $s (loop (br 0))) (start $s) (func (export \"_start\"))",
            TIMED_OUT),
        new Program(
            "runs for ever in a function too large for the compiler",
            "(global $g (mut i32) (i32.const 0)) (func (export \"_start\") (loop $l "
                + "(global.set $g (i32.add (global.get $g) (i32.const 1)))".repeat(7_000)
                + "(br $l)))",
            TIMED_OUT),
        new Program(
            "fills its memory for ever",
            """
            (memory 16) (func (export "_start")
              (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576)) (br $l)))
            """,
            TIMED_OUT),
        new Program(
            "calls its host for ever",
            WRITE
                + """
                (memory 1) (func (export "_start") (loop $l
                  (i32.store (i32.const 4) (i32.const 65536))
                  (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
                  (br $l)))
                """,
            TIMED_OUT),
        new Program(
            "recurses for ever",
            "(func $f (export \"_start\") (call $f))",
            trapped("call stack exhausted")),
        new Program(
            "recurses for ever through a table",
            """
            (table 1 funcref) (elem (i32.const 0) $f)
            (func $f (export "_start") (call_indirect (i32.const 0)))
            """,
            trapped("call stack exhausted")),
        new Program(
            "recurses for ever with large frames",
            "(func $f (param i64) (result i64) (local "
                + "i64 ".repeat(3_900)
                + ") (i64.add (local.get 7) (call $f (local.get 0))))"
                + "(func (export \"_start\") (drop (call $f (i64.const 1))))",
            trapped("call stack exhausted")),
        new Program(
            "recurses for ever in a function too large for the compiler",
            "(global $g (mut i32) (i32.const 0)) (func $f (export \"_start\") (call $f)"
                + "(global.set $g (i32.add (global.get $g) (i32.const 1)))".repeat(7_000)
                + ")",
            trapped("call stack exhausted")),
        new Program(
            "recurses for ever with as many operands as are possible",
            "(func $f (export \"_start\") "
                + "(i64.const 1) ".repeat(CodeReader.MOST_OPERANDS)
                + "(call $f)"
                + "drop ".repeat(CodeReader.MOST_OPERANDS)
                + ")",
            trapped("call stack exhausted")),
        new Program(
            "calls its host at the bottom of the stack",
            WRITE
                + """
                (memory 1) (func $f (export "_start")
                  (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 8)))
                  (call $f))
                """,
            trapped("call stack exhausted")),
        new Program(
            "ends by itself", "(func (export \"_start\") unreachable)", trapped("unreachable")),
        new Program(
            "divides by zero",
            "(func (export \"_start\") (drop (i32.div_s (i32.const 1) (i32.const 0))))",
            trapped("integer divide by zero")),
        new Program(
            "divides the smallest number by -1",
            "(func (export \"_start\")"
                + " (drop (i32.div_s (i32.const -2147483648) (i32.const -1))))",
            trapped("integer overflow")),
        new Program(
            "makes an integer of a large number",
            "(func (export \"_start\") (drop (i32.trunc_f64_s (f64.const 1e300))))",
            trapped("integer overflow")),
        new Program(
            "reads behind its memory",
            "(memory 1) (func (export \"_start\") (drop (i32.load (i32.const 65533))))",
            trapped("out of bounds memory access")),
        new Program(
            "reads far behind its memory",
            "(memory 1) (func (export \"_start\")"
                + " (drop (i64.load offset=0xfffffff0 (i32.const -1))))",
            trapped("out of bounds memory access")),
        new Program(
            "copies with sizes that wrap around",
            "(memory 1) (func (export \"_start\")"
                + " (memory.copy (i32.const 65535) (i32.const 1) (i32.const 0x7fffffff)))",
            trapped("out of bounds memory access")),
        new Program(
            "fills with sizes that wrap around",
            "(memory 1) (func (export \"_start\")"
                + " (memory.fill (i32.const 65535) (i32.const 1) (i32.const 0x7fffffff)))",
            trapped("out of bounds memory access")),
        new Program(
            "calls what is not in its table",
            "(table 1 funcref) (func (export \"_start\") (call_indirect (i32.const 5)))",
            trapped("undefined element")),
        new Program(
            "calls an empty entry of its table",
            "(table 1 funcref) (func (export \"_start\") (call_indirect (i32.const 0)))",
            trapped("uninitialized element")),
        new Program(
            "calls a function as another",
            """
            (table 1 funcref) (elem (i32.const 0) $f) (func $f (param i32))
            (func (export "_start") (call_indirect (i32.const 0)))
            """,
            trapped("indirect call type mismatch")),
        new Program(
            "grows until there is no more",
            """
            (memory 1) (func (export "_start") (loop $l
              (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable)
            """,
            new TaskOutcome.OutOfMemory(MEMORY)),
        new Program(
            "puts data behind its memory",
            "(memory 1) (data (i32.const 65535) \"ab\") (func (export \"_start\"))",
            trapped("out of bounds memory access")),
        new Program(
            "floods its output",
            WRITE
                + """
                (memory 1) (func (export "_start") (loop $l
                  (i32.store (i32.const 4) (i32.const 1000))
                  (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                  (br $l)))
                """,
            trapped("output larger than its limit of 65536 bytes")),
        new Program(
            "writes from outside of its memory",
            WRITE
                + """
                (memory 1) (func (export "_start")
                  (i32.store (i32.const 0) (i32.const 65535))
                  (i32.store (i32.const 4) (i32.const -1))
                  (if (i32.ne (i32.const 21)
                      (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                    (then unreachable))
                  (if (i32.ne (i32.const 21)
                      (call $fd_write (i32.const 1) (i32.const -4) (i32.const 2) (i32.const 8)))
                    (then unreachable))
                  (if (i32.ne (i32.const 28)
                      (call $fd_write (i32.const 1) (i32.const 0) (i32.const -1) (i32.const 8)))
                    (then unreachable))
                  (i32.div_s (i32.const 1) (i32.const 0)) drop)
                """,
            trapped("integer divide by zero")));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void endsAsItMust(Program program) throws Exception {
    endsAsItMust(bench, program);
  }

  static void endsAsItMust(Bench bench, Program program) throws Exception {
    Bench.Start start = bench.wat(program.text()).limits(LIMITS);
    if (program.expected().equals(TIMED_OUT)) {
      start.wallMillis(400); // only these: nothing else may depend on how busy the machine is
    }
    start.prepare(); // compiling is not part of the time it has
    assertThat(start.run()).isEqualTo(program.expected());
    // The same again: nothing of the first run is left.
    assertThat(start.run()).isEqualTo(program.expected());
    assertThat(bench.wat("(func (export \"f\") (result i32) (i32.const 1))").call("f").output())
        .isEqualTo("1\n");
  }

  record Module(String name, Blob image, String part) {
    Module(String name, byte[] image, String part) {
      this(name, Blob.of(image), part);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Module> modules() {
    String start = " (func (export \"_start\"))";
    String huge = "i64 ".repeat(4_001);
    return Stream.of(
        new Module("too much memory", Wat.assemble("(memory 5000)" + start), "327680000"),
        new Module(
            "a huge table", Wat.assemble("(table 4000000000 funcref)" + start), "4000000000"),
        new Module(
            "many huge tables",
            Wat.assemble("(table 60000 funcref)(table 60000 funcref)" + start),
            "120000"),
        new Module("two memories", Wat.assemble("(memory 1)(memory 1)" + start), "2 memories"),
        new Module(
            "many locals",
            Wat.assemble("(func (export \"_start\") (local " + huge + "))"),
            "4001 locals"),
        new Module(
            "so many operands that the JVM would not survive",
            Wat.assemble(
                "(func $f (export \"_start\") "
                    + "(i32.const 1) ".repeat(30_000)
                    + "(call $f)"
                    + "drop ".repeat(30_000)
                    + ")"),
            "1000 values on the operand stack"),
        new Module(
            "deeply nested blocks",
            Wat.assemble(
                "(func (export \"_start\") " + "block ".repeat(5_000) + "end ".repeat(5_000) + ")"),
            "2000 blocks"),
        new Module(
            "vectors",
            Wat.assemble("(func (export \"_start\") v128.const0 drop)"),
            "vectors (the instruction at offset 3"),
        new Module(
            "vectors as locals", Wat.assemble("(func (export \"_start\") (local v128))"), "0x7b"),
        new Module(
            "atomics",
            Wat.assemble("(memory 1)(func (export \"_start\") atomic.fence)"),
            "atomics"),
        new Module(
            "an imported memory",
            new byte[] {
              0, 'a', 's', 'm', 1, 0, 0, 0, 2, 8, 1, 1, 'e', 1, 'm', 2, 0, 1,
            },
            "e.m, which is a memory"),
        new Module(
            "a shared memory",
            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 3, 1, 2},
            "shared"),
        new Module(
            "a shared 64-bit memory",
            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 7, 1, 2},
            "shared"),
        new Module(
            "a 64-bit memory that may become too large",
            Wat.assemble("(memory i64 1 65537)"),
            "65536 (4 GiB)"),
        new Module(
            "garbage-collected types",
            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x5e, 0x7f, 1},
            "form 0x5e"),
        new Module(
            "billions of types",
            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, -1, -1, -1, -1, 15},
            "4294967295 types"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void isRefused(Module module) {
    assertThatThrownBy(() -> bench.module(module.image().toBytes()).prepare())
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED))
        .hasMessageContaining(module.part());
  }

  @ParameterizedTest
  @MethodSource("limits")
  void memoryStopsAtItsLimit(long bytes, int pages) throws Exception {
    String program =
        """
        (memory 1 100) (func (export "f") (result i32 i32 i32)
          (memory.grow (i32.const %d)) (memory.grow (i32.const 1)) (memory.size))
        """
            .formatted(pages - 1);
    assertThat(bench.wat(program).call("f").limits(Bench.LIMITS.withMemoryBytes(bytes)).output())
        .isEqualTo("1\n-1\n" + pages + "\n");
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> limits() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of(3L * 65_536, 3),
        org.junit.jupiter.params.provider.Arguments.of(4L * 65_536 - 1, 3),
        org.junit.jupiter.params.provider.Arguments.of(200L * 65_536, 100));
  }
}

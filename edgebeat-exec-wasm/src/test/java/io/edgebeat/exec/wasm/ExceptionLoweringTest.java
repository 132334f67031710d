package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exceptions of both proposals, lowered to branches. */
class ExceptionLoweringTest {
  private static final String TAGS =
      """
      (tag $a (param i32)) (tag $b (param i64 i32 i32)) (tag $none) (tag $c (param f64 i32))
      (func $throw_a (param $x i32) (result i32)
        (if (i32.gt_u (local.get $x) (i32.const 9)) (then (throw $a (local.get $x))))
        (i32.mul (local.get $x) (i32.const 3)))
      (func $throw_b (throw $b (i64.const 5) (i32.const 6) (i32.const 7)))
      (func $any (param $x i32)
        (if (i32.eq (local.get $x) (i32.const 1)) (then (throw $a (i32.const 11))))
        (if (i32.eq (local.get $x) (i32.const 2)) (then (call $throw_b)))
        (if (i32.eq (local.get $x) (i32.const 3)) (then (throw $none)))
        (if (i32.eq (local.get $x) (i32.const 4))
          (then (throw $c (f64.const 2.5) (i32.const 44)))))
      """;

  record Call(long argument, long result) {}

  record Program(String name, String body, String more, List<Call> calls) {
    Program(String name, String body, Call... calls) {
      this(name, body, "", List.of(calls));
    }

    Program(String name, String body, String more, Call... calls) {
      this(name, body, more, List.of(calls));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Argument and result, the result {@link #TRAP} for a trap, after which nothing is called. */
  private static Call call(long argument, long result) {
    return new Call(argument, result);
  }

  private static final long TRAP = Long.MIN_VALUE;

  static Stream<Program> programs() {
    return Stream.of(
        new Program(
            "catches what a call throws, with operands below",
            """
            i32.const 100
            try (result i32) (i32.const 5) (call $throw_a (local.get $x)) i32.add
            catch $a (i32.const 1000) i32.add end
            i32.add
            """,
            call(2, 111),
            call(20, 1120)),
        new Program(
            "takes the clause of its tag",
            """
            try (result i32) (call $any (local.get $x)) (i32.const 0)
            catch $b i32.sub drop_i64
            catch $none (i32.const 30)
            catch $a
            catch_all (i32.const 99) end
            """
                .replace("drop_i64", "(local.set $y) drop (local.get $y)"),
            call(0, 0),
            call(1, 11),
            call(2, -1),
            call(3, 30),
            call(4, 99)),
        new Program(
            "lets through what it does not catch",
            """
            try (result i32)
              try (result i32) (call $any (local.get $x)) (i32.const 0)
              catch $a (i32.const 1) i32.add end
            catch_all (i32.const -7) end
            """,
            call(0, 0),
            call(1, 12),
            call(2, -7)),
        new Program(
            "rethrows what it caught after others came and went",
            """
            try (result i32)
              try (result i32) (call $any (local.get $x)) (i32.const 0)
              catch $a
                drop
                try (call $any (i32.const 4)) catch_all end
                try (throw $a (i32.const 500)) catch $a drop end
                rethrow 0
              catch_all
                try (call $any (i32.const 4)) catch $c drop drop end
                try (throw $a (i32.const 500)) catch_all end
                rethrow 0
              end
            catch $a (i32.const 1000) i32.add
            catch $b i32.add (local.set $y) drop (local.get $y)
            catch $none (i32.const 3)
            catch $c (local.set $y) drop (local.get $y) end
            """,
            call(0, 0),
            call(1, 1011),
            call(2, 13),
            call(3, 3),
            call(4, 44)),
        new Program(
            "rethrows to an outer catch from an inner one",
            """
            try (result i32)
              try (result i32) (call $any (i32.const 1)) (i32.const 0)
              catch $a
                drop
                try (result i32) (throw $a (i32.const 77))
                catch $a drop rethrow 1 end
              end
            catch $a end
            """,
            call(0, 11)),
        new Program(
            "delegates past the catch between",
            """
            try $outer (result i32)
              try $middle (result i32)
                try (result i32) (call $any (local.get $x)) (i32.const 0) delegate $outer
              catch_all (i32.const -1) end
            catch_all (i32.const 5) end
            """,
            call(0, 0),
            call(1, 5)),
        new Program(
            "delegates to the try around a block, and to its caller",
            """
            (call $delegates (local.get $x))
            """,
            """
            (func $delegates (param $x i32) (result i32)
              try (result i32)
                (call $leaves (local.get $x))
              catch $a (i32.const 2) i32.mul end)
            (func $leaves (param $x i32) (result i32)
              try (result i32)
                block $in (result i32)
                  try (result i32) (call $any (local.get $x)) (i32.const 4) delegate $in
                end
              catch $none (i32.const 8) end
              drop
              try
                try (call $any (local.get $x)) delegate 1
              catch_all end
              (i32.const 6))
            """,
            call(0, 6),
            call(1, 22),
            call(3, TRAP)),
        new Program(
            "branches out of a body and of a catch",
            """
            block $done (result i32)
              loop $again
                try (call $any (local.get $x))
                  (br_if $done (i32.const 70) (i32.eqz (local.get $x))) drop
                catch $a
                  (i32.const 10) i32.add br $done
                catch_all
                  (local.set $x (i32.const 1)) br $again
                end
              end
              (i32.const 0)
            end
            """,
            call(0, 70),
            call(1, 21),
            call(2, 21),
            call(5, 0)),
        new Program(
            "returns out of a body and of a catch",
            """
            try (result i32) (call $any (local.get $x))
              (if (i32.eqz (local.get $x)) (then (return (i32.const 8))))
              (i32.const 9)
            catch_all (return (i32.const 10)) end
            (i32.const 100) i32.add
            """,
            call(0, 8),
            call(5, 109),
            call(3, 10)),
        new Program(
            "throws through a table",
            """
            try (result i32) (call_indirect (param i32) (result i32) (local.get $x) (i32.const 0))
            catch $a (i32.const 1) i32.shl end
            """,
            "(table 1 funcref) (elem (i32.const 0) $throw_a)",
            call(2, 6),
            call(12, 24)),
        new Program(
            "unwinds a deep recursion",
            """
            try (result i32) (call $down (local.get $x)) catch $a end
            """,
            """
            (func $down (param $n i32) (result i32)
              (if (i32.eqz (local.get $n)) (then (throw $a (i32.const 31))))
              (i32.add (i32.const 1) (call $down (i32.sub (local.get $n) (i32.const 1)))))
            """,
            call(500, 31)),
        new Program(
            "ends when nobody catches",
            "(call $any (local.get $x)) (i32.const 1)",
            call(0, 1),
            call(1, TRAP)),
        new Program(
            "a try without a catch lets through",
            """
            try (result i32)
              try (result i32) (call $any (local.get $x)) (i32.const 2) end
            catch $a end
            """,
            call(0, 2),
            call(1, 11)),
        new Program(
            "a catch that throws goes outwards",
            """
            try (result i32)
              try (result i32) (call $any (local.get $x)) (i32.const 2)
              catch $a (throw $a (i32.add (i32.const 1)))
              catch_all (throw $a (i32.const 60)) end
            catch $a end
            """,
            call(0, 2),
            call(1, 12),
            call(2, 60)),
        new Program(
            "a tail call leaves the try",
            """
            try (result i32) (call $tail (local.get $x)) catch $a (i32.const 5) i32.add end
            """,
            """
            (func $tail (param $x i32) (result i32)
              try (local.get $x) return_call $throw_a catch_all end (i32.const 0))
            """,
            call(3, 9),
            call(30, 35)),
        new Program(
            "the newer proposal",
            """
            block $a_h (result i32)
              block $rest
                try_table (catch $a $a_h) (catch_all $rest)
                  (call $any (local.get $x))
                  (return (i32.const 1))
                end
              end
              (return (i32.const 2))
            end
            (i32.const 100) i32.add
            """,
            call(0, 1),
            call(1, 111),
            call(2, 2)),
        new Program(
            "the newer proposal within the older",
            """
            try (result i32)
              block $b_h (result i64 i32 i32)
                try_table (catch $b $b_h) (call $any (local.get $x)) end
                (return (i32.const 0))
              end
              i32.mul (local.set $y) drop (local.get $y)
            catch $a (i32.const 3) i32.mul end
            """,
            call(0, 0),
            call(1, 33),
            call(2, 42)));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void isRunAsTheSpecificationSays(Program program) {
    byte[] module =
        Wat.assemble(
            TAGS
                + program.more()
                + "(func (export \"f\") (param $x i32) (result i32) (local $y i32)"
                + program.body()
                + ")");
    Guest compiled = Guest.compiled(module);
    Guest interpreted = Guest.interpreted(module);
    for (Call call : program.calls()) {
      if (call.result() == TRAP) {
        assertThat(compiled.call("f", call.argument())).isEqualTo("unreachable");
        assertThat(interpreted.call("f", call.argument())).isEqualTo("trap");
        return;
      }
      String expected = "[" + call.result() + "]";
      assertThat(low(compiled.call("f", call.argument())))
          .as("f(%s)", call.argument())
          .isEqualTo(expected);
      assertThat(low(interpreted.call("f", call.argument())))
          .as("f(%s)", call.argument())
          .isEqualTo(expected);
    }
  }

  /** An i32 in the engine's 64 bits. */
  private static String low(String results) {
    return results.startsWith("[")
        ? "[" + (int) Long.parseLong(results.substring(1, results.length() - 1)) + "]"
        : results;
  }

  /** C++ from a compiler, in a 64-bit memory; the numbers are those of another engine. */
  @Test
  void programsOfACompilerUnwind() throws Exception {
    byte[] module = SameResult.resource("unwind64.wasm");
    long[][] calls = {{5, 2, 1211}, {5, 9, 30151}, {0, 0, 20071}, {9, 7, 1211}, {3, 1, 1211}};
    for (Guest guest : new Guest[] {Guest.compiled(module), Guest.interpreted(module)}) {
      for (long[] call : calls) {
        assertThat(guest.call("run", call[0], call[1])).isEqualTo("[" + call[2] + "]");
      }
    }
    assertThat(Guest.compiled(module).call("leak", 3)).isEqualTo("unreachable");
  }

  @Test
  void aStartThatThrowsIsATrap() throws Exception {
    try (Bench bench = new Bench()) {
      assertThat(
              bench
                  .wat("(tag $t) (func $s (throw $t)) (start $s) (func (export \"_start\"))")
                  .run()
                  .toString())
          .contains("unreachable");
    }
  }

  record Refused(String text, ErrorCode code, String part) {}

  static Stream<Refused> refused() {
    ErrorCode no = ErrorCode.WORKLOAD_REFUSED;
    ErrorCode bad = ErrorCode.BAD_WORKLOAD;
    return Stream.of(
        new Refused("(func throw_ref)", no, "references to exceptions"),
        new Refused(
            "(func (result i32) (i32.const 3) try (param i32) (result i32) catch_all (i32.const 1)"
                + " end)",
            no,
            "a block that takes values"),
        new Refused(
            "(func block $l try_table (catch_all_ref $l) end end)", no, "references to exceptions"),
        new Refused("(func block catch_all end)", bad, "belongs to no try"),
        new Refused("(func rethrow 0)", bad, "belongs to no try"),
        new Refused("(func try rethrow 0 catch_all end)", bad, "in no catch"),
        new Refused("(func try catch_all catch_all end)", bad, "in no try"),
        new Refused("(tag $t (result i32))", bad, "gives results"),
        new Refused("(tag $t (param i32)) (func (throw $t))", bad, "type"),
        new Refused("(tag $t (param i64)) (func try catch $t end)", bad, "type"),
        new Refused("(tag $t) (func (throw $t)) (func (drop (global.get 0)))", bad, "unknown"),
        new Refused(
            "(tag $t) (func (throw $t)) (func (global.set 0 (i32.const 1)))", bad, "global"),
        new Refused("(func try delegate 7)", bad, "unknown label 7"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefused(Refused module) {
    try (Bench bench = new Bench()) {
      assertThatThrownBy(() -> bench.wat(module.text() + "(func (export \"_start\"))").prepare())
          .isInstanceOfSatisfying(
              EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(module.code()))
          .hasMessageContaining(module.part());
    }
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.lower.Lowering;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest with a 64-bit memory can see is what the specification says. */
class LoweringTest {
  private static final String OUT = "out of bounds memory access";

  private static Guest wat(String text) {
    return Guest.compiled(Wat.assemble(text));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {65_536, 65_533, 1L << 31, 1L << 32, (1L << 32) + 8, 1L << 33, 1L << 63, -8, -1})
  void everyBitOfAnAddressCounts(long address) {
    Guest guest =
        wat(
            """
            (memory i64 1)
            (func (export "load") (param $a i64) (result i32) (i32.load (local.get $a)))
            (func (export "store") (param $a i64) (i32.store (local.get $a) (i32.const 7)))
            (func (export "wide") (param $a i64) (i64.store (local.get $a) (i64.const 7)))
            (func (export "copy") (param $a i64)
              (memory.copy (i64.const 0) (local.get $a) (i64.const 1024)))
            (func (export "into") (param $a i64)
              (memory.copy (local.get $a) (i64.const 0) (i64.const 1024)))
            (func (export "fill") (param $a i64)
              (memory.fill (local.get $a) (i32.const 7) (i64.const 1024)))
            (func (export "long") (param $a i64)
              (memory.fill (i64.const 8) (i32.const 7) (local.get $a)))
            (func (export "init") (param $a i64)
              (memory.init (local.get $a) (i32.const 0) (i32.const 4)))
            (func (export "sum") (result i64)
              (i64.or4 (i64.load (i64.const 0)) (i64.load (i64.const 8))))
            (data "abcd")
            """
                .replace("i64.or4", "i64.add"));
    for (String function :
        List.of("load", "store", "wide", "copy", "into", "fill", "long", "init")) {
      assertThat(guest.call(function, address)).as(function).isEqualTo(OUT);
    }
    assertThat(guest.call("sum")).as("nothing was written").isEqualTo("[0]");
  }

  @Test
  void offsetsAreAddedIn64Bits() {
    Guest guest =
        wat(
            """
            (memory i64 1)
            (func (export "far") (param $a i64) (result i32)
              (i32.load offset=4294967296 (local.get $a)))
            (func (export "most") (param $a i64) (result i64)
              (i64.load offset=18446744073709551615 (local.get $a)))
            (func (export "store") (param $a i64)
              (i64.store offset=4294967300 (local.get $a) (i64.const -1)))
            (func (export "near") (param $a i64) (result i32)
              (i32.load offset=65528 (local.get $a)))
            (func (export "set") (i32.store offset=65532 (i64.const 0) (i32.const 77)))
            """);
    assertThat(guest.call("set")).isEqualTo("[]");
    assertThat(guest.call("near", 4)).isEqualTo("[77]");
    for (long address : new long[] {5, 1L << 32, -4, -65_528}) {
      assertThat(guest.call("near", address)).isEqualTo(OUT);
    }
    for (long address : new long[] {0, 1, 5, -4294967296L, -1}) {
      assertThat(guest.call("far", address)).isEqualTo(OUT);
      assertThat(guest.call("most", address)).isEqualTo(OUT);
      assertThat(guest.call("store", address)).isEqualTo(OUT);
    }
  }

  /** The engine adds addresses in 32 bits; 0x40000000 + 0xc0000010 must not be 16. */
  @Test
  void farOffsetsOf32BitMemoriesDoNotWrap() {
    Guest guest =
        wat(
            """
            (memory 1)
            (func (export "load") (param $a i32) (result i32)
              (i32.load offset=3221225488 (local.get $a)))
            (func (export "store") (param $a i32)
              (i32.store8 offset=3221225488 (local.get $a) (i32.const 1)))
            """);
    assertThat(guest.call("load", 0x4000_0000)).isEqualTo(OUT);
    assertThat(guest.call("store", 0x4000_0000)).isEqualTo(OUT);
  }

  @Test
  void sizesAreOf64Bits() {
    Guest guest =
        wat(
            """
            (memory i64 1 8)
            (func (export "size") (result i64) (memory.size))
            (func (export "grow") (param $n i64) (result i64) (memory.grow (local.get $n)))
            """);
    for (long pages : new long[] {8, 1L << 31, 1L << 32, (1L << 32) + 1, 1L << 63, -1}) {
      assertThat(guest.call("grow", pages)).as("" + pages).isEqualTo("[-1]");
    }
    assertThat(guest.call("grow", 2)).isEqualTo("[1]");
    assertThat(guest.call("size")).isEqualTo("[3]");
    assertThat(guest.call("grow", 5)).isEqualTo("[3]");
    assertThat(guest.call("grow", 1)).isEqualTo("[-1]");
    assertThat(guest.call("grow", 0)).isEqualTo("[8]");
  }

  @Test
  void withoutAMaximumTheExecutionsLimitIsTheMaximum() throws Exception {
    try (Bench bench = new Bench()) {
      String text =
          """
          (memory i64 1) (func (export "f") (result i64 i64 i64)
            (memory.grow (i64.const 3)) (memory.grow (i64.const 1)) (memory.size))
          """;
      assertThat(
              bench.wat(text).call("f").limits(Bench.LIMITS.withMemoryBytes(4 * 65_536)).output())
          .isEqualTo("1\n-1\n4\n");
    }
  }

  @Test
  void segmentsLieWhereTheyBelong() {
    Guest guest =
        wat(
            """
            (memory i64 1) (global $base i64 (i64.const 1000))
            (data (i64.const 5) "hello") (data (global.get $base) "\\2a")
            (func (export "at") (param $a i64) (result i32) (i32.load8_u (local.get $a)))
            """);
    assertThat(guest.call("at", 9)).isEqualTo("[" + (int) 'o' + "]");
    assertThat(guest.call("at", 1000)).isEqualTo("[42]");
    assertThatThrownBy(() -> wat("(memory i64 1) (data (i64.const 4294967296) \"x\")"))
        .hasMessageContaining(OUT);
  }

  @Test
  void tablesOf64BitsWork() {
    Guest guest =
        wat(
            """
            (table i64 3 6 funcref) (elem (i64.const 1) $one $two)
            (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
            (func (export "call") (param $i i64) (result i32)
              (call_indirect (result i32) (local.get $i)))
            (func (export "size") (result i64) (table.size))
            (func (export "grow") (param $n i64) (result i64)
              (table.grow (ref.null_func) (local.get $n)))
            (func (export "set") (param $to i64) (param $from i64)
              (table.set (local.get $to) (table.get (local.get $from))))
            (func (export "copy") (param $to i64) (param $from i64) (param $n i64)
              (table.copy (local.get $to) (local.get $from) (local.get $n)))
            (func (export "fill") (param $to i64) (param $n i64)
              (table.fill (local.get $to) (ref.null_func) (local.get $n)))
            """);
    long far = 1L << 32;
    assertThat(guest.call("call", 2)).isEqualTo("[2]");
    assertThat(guest.call("call", far + 2)).isEqualTo("undefined element");
    assertThat(guest.call("set", 0, 2)).isEqualTo("[]");
    assertThat(guest.call("call", 0)).isEqualTo("[2]");
    assertThat(guest.call("set", far, 2)).isEqualTo("out of bounds table access");
    assertThat(guest.call("set", 0, far + 1)).isEqualTo("out of bounds table access");
    assertThat(guest.call("grow", far)).isEqualTo("[-1]");
    assertThat(guest.call("grow", 2)).isEqualTo("[3]");
    assertThat(guest.call("size")).isEqualTo("[5]");
    assertThat(guest.call("copy", 3, 1, 2)).isEqualTo("[]");
    assertThat(guest.call("call", 3)).isEqualTo("[1]");
    assertThat(guest.call("copy", 0, 1, far)).isEqualTo("out of bounds table access");
    assertThat(guest.call("fill", 4, far + 1)).isEqualTo("out of bounds table access");
    assertThat(guest.call("fill", 4, 1)).isEqualTo("[]");
    assertThat(guest.call("call", 4)).isNotEqualTo("[2]");
  }

  @Test
  void programsOfACompilerGiveWhatTheyGiveIn32Bits() throws Exception {
    Guest narrow = Guest.compiled(SameResult.resource("wide32.wasm"));
    Guest wide = Guest.compiled(SameResult.resource("wide64.wasm"));
    // The numbers are those of another engine, which runs both without lowering.
    assertThat(wide.call("sorted", 7, 900)).isEqualTo("[7398920145094217110]");
    assertThat(wide.call("primes", 60_000)).isEqualTo("[6057]");
    assertThat(wide.call("grown", 1)).isEqualTo("[4005]");
    assertThat(wide.call("peek", 1L << 32)).isEqualTo(OUT);
    for (long seed = 1; seed < 5; seed++) {
      assertThat(wide.call("sorted", seed, 500)).isEqualTo(narrow.call("sorted", seed, 500));
      assertThat(wide.call("heat", seed)).isEqualTo(narrow.call("heat", seed));
    }
  }

  record Refused(String text, ErrorCode code, String part) {}

  static Stream<Refused> refused() {
    ErrorCode no = ErrorCode.WORKLOAD_REFUSED;
    ErrorCode bad = ErrorCode.BAD_WORKLOAD;
    return Stream.of(
        new Refused("(memory i64 1 65537)", no, "declares 65537 pages; up to 65536 (4 GiB)"),
        new Refused("(memory i64 1 281474976710656)", no, "declares 281474976710656 pages"),
        new Refused("(memory i64 65537)", no, "declares 65537 pages"),
        new Refused("(memory i64 5000)", no, "bytes; the limit is 268435456"),
        new Refused("(memory i64 3 2)", bad, "maximum 2 below its minimum 3"),
        new Refused("(memory i64 1) (data (i32.const 0) \"x\")", bad, "no constant i64"),
        new Refused("(table i64 4294967297 funcref)", no, "4294967297 entries"),
        new Refused("(memory i64 1) (func (drop (i32.load (i32.const 0))))", bad, "type mismatch"),
        new Refused(
            "(memory i64 1) (func (i32.store (i64.const 0) (i64.const 0)))", bad, "type mismatch"),
        new Refused("(memory i64 1) (func (drop (memory.grow (i32.const 0))))", bad, "mismatch"),
        new Refused("(memory 1) (func (drop (i32.load (i64.const 0))))", bad, "type mismatch"));
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

  @Test
  void whatNeedsNoLoweringStaysAsItIs() throws Exception {
    byte[] module = SameResult.resource("wide32.wasm");
    assertThat(ModuleGate.admit(module, WasmLimits.DEFAULTS).image()).isSameAs(module);
    byte[] wide = SameResult.resource("wide64.wasm");
    assertThat(ModuleGate.admit(wide, WasmLimits.DEFAULTS).image()).isEqualTo(Lowering.lower(wide));
  }
}

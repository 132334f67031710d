package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.task.ExecutionLimits;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is frozen and resumed, in another mode, goes on like what was never frozen. */
class FrozenTwinsTest {
  private static final int ENOUGH = 60;

  @Test
  void twinsAreEqual() {
    int before = FrozenTwins.RESUMED.get();
    assertThat(FrozenTwins.differences(0, ENOUGH)).isEmpty();
    assertThat(FrozenTwins.RESUMED.get() - before).isGreaterThan(ENOUGH);
  }

  @Test
  void recursionEndsAtTheSameDepth() {
    byte[] deep =
        Wat.assemble(
            "(global $g (mut i32) (i32.const 0)) (func $f (export \"f\") (result i32)"
                + " (global.set $g (i32.add (global.get $g) (i32.const 1)))"
                + " (i32.add (call $f) (i32.const 1)))");
    FrozenTwins.Call call = new FrozenTwins.Call("f", List.of());
    FrozenTwins.Case once = new FrozenTwins.Case(deep, List.of(call));
    assertThat(FrozenTwins.difference(once, ExecutionLimits.DEFAULTS)).isEmpty();
  }

  /** A reactor, and modules that were lowered: exceptions and a 64-bit memory. */
  @ParameterizedTest
  @CsvSource({
    "pixels.wasm, xorshift, 1000, 2000",
    "unwind64.wasm, run, 5 2, 9 7",
    "wide64.wasm, sorted, 7 900, 8 20"
  })
  void programsOfACompilerGoOn(String file, String function, String first, String second)
      throws Exception {
    FrozenTwins.Call one = new FrozenTwins.Call(function, List.of(first.split(" ")));
    FrozenTwins.Call other = new FrozenTwins.Call(function, List.of(second.split(" ")));
    FrozenTwins.Case program =
        new FrozenTwins.Case(SameResult.resource(file), List.of(one, other, one, other));
    int before = FrozenTwins.RESUMED.get();
    assertThat(FrozenTwins.difference(program, ExecutionLimits.DEFAULTS)).isEmpty();
    assertThat(FrozenTwins.RESUMED.get() - before).isEqualTo(3);
  }

  @Test
  void otherTwinsAreEqual() {
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000));
    System.out.println("FrozenTwinsTest seed=" + seed);
    assertThat(FrozenTwins.differences(seed, ENOUGH)).isEmpty();
  }
}

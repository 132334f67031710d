package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.task.TaskOutcome;
import org.junit.jupiter.api.Test;

/** Guests in GraalWasm end, log, are refused and are charged as in Chicory. */
class GraalParityTest extends Parity {
  @Override
  Bench there() {
    return Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS);
  }

  /** Wherever the fuel ends, it ends there in both. */
  @Test
  void whatIsLeftUndoneIsTheSame() throws Exception {
    Seen whole = same(bench -> bench.wat(SameFuelTest.WORK).call("work", "2"));
    assertThat(whole.outcome()).isInstanceOf(TaskOutcome.Completed.class);
    for (long limit = whole.fuel() - 1; limit > 0; limit /= 2) {
      long fuel = limit;
      Seen part =
          same(
              bench ->
                  bench
                      .wat(SameFuelTest.WORK)
                      .call("work", "2")
                      .limits(Bench.LIMITS.withFuel(fuel)));
      assertThat(part.outcome()).isEqualTo(new TaskOutcome.OutOfFuel());
      assertThat(part.fuel()).isEqualTo(fuel);
    }
  }

  @Test
  void compiledProgramsDoTheSame() throws Exception {
    byte[] pixels = SameResult.resource("pixels.wasm");
    same(bench -> bench.module(pixels).call("xorshift", "100003"));
    same(bench -> bench.module(pixels).call("mandelbrot", "-0.74364388", "0.13182590", "200"));
    same(bench -> bench.module(pixels).call("mandelbrot", "nan", "0.1", "5"));
  }
}

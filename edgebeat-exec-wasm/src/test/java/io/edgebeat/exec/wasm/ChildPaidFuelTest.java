package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guests in children go as far as is paid, too, and are ended while they are held. */
@ResourceLock(Bench.CHILDREN)
@Timeout(300)
class ChildPaidFuelTest {
  @Test
  void aGuestInAChildGoesAsFarAsIsPaid() throws Exception {
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      assertThat(PaidFuel.problem(bench, PaidFuelTest.PATIENCE)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("io.edgebeat.exec.wasm.PaidFuelTest#endings")
  void aGuestThatIsHeldIsEnded(PaidFuelTest.Ending ending) throws Exception {
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      PaidFuelTest.isEnded(bench, ending);
    }
  }
}

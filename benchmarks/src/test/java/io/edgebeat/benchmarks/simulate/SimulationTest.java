package io.edgebeat.benchmarks.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A few of the seeds that {@code -Pprove -Dprove=simulation} runs by the thousand. */
class SimulationTest {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  @BeforeAll
  static void quiet() {
    QUIET.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    QUIET.setLevel(null);
  }

  @Test
  void noSeedBreaksAPromise() {
    int opened = 0;
    for (long seed = 1; seed <= 40; seed++) {
      SimulatedMarket.Report report = SimulatedMarket.run(seed);
      assertThat(report.violations()).as("seed %s", seed).isEmpty();
      opened += report.opened();
    }
    assertThat(opened).as("agreements that were funded").isGreaterThan(20);
  }
}

package io.edgebeat.benchmarks.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.benchmarks.ProgramContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A few of the seeds that {@code -Pprove -Dprove=simulation} runs by the thousand. */
class SimulationTest {
  private static final long TWO_EXECUTIONS = 57;
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

  /** The fee goes back to the buyer while the seller still stops what ran under a lost channel. */
  @Test
  void aSellerEndsWhatWasCancelledWhileItWasBeingStopped() {
    assertThat(SimulatedMarket.run(10_799).violations()).isEmpty();
  }

  /** Where a seller comes back with two executions, which it must always end in the same order. */
  @Test
  void aSeedGivesTheSameTraceAgainAndInAJvmThatIsUnlikeThisOne() throws Exception {
    String once = SimulatedMarket.run(TWO_EXECUTIONS).hash();
    assertThat(SimulatedMarket.run(TWO_EXECUTIONS).hash()).as("here again").isEqualTo(once);
    try (OtherJvm other = OtherJvm.start(TWO_EXECUTIONS, 1, 1)) {
      assertThat(other.traces()).as("elsewhere").isEqualTo(Map.of(TWO_EXECUTIONS, once));
    }
  }

  @Test
  void whatWasHardlyEverShownIsNamed() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ProgramContext context =
        new ProgramContext(new PrintStream(printed, true, StandardCharsets.UTF_8), key -> null);
    Coverage coverage = new Coverage();
    for (int i = 0; i < 2_000; i++) {
      Set<String> faults = i < 50 ? Set.of("seldom", "often") : Set.of("often");
      coverage.add(i, new SimulatedMarket.Report("", 100, i % 2, faults, List.of()), context);
    }
    coverage.print(context);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("MISSED fault seldom in 2.5 % of the seeds")
        .doesNotContain("MISSED fault often")
        .contains("MISSED buyer's work: ENDING OPEN_RETRACTED ENDING was taken")
        .contains("MISSED half of the seeds have 100 events")
        .contains("MISSED 50.0 % of the seeds open a channel");
  }
}

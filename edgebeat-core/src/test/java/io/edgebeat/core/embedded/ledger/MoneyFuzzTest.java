package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories against the invariants of the market. {@code -Dedgebeat.seed=n} runs one history
 * again; {@code -Dedgebeat.nightly=true} runs twenty-five times as many.
 */
final class MoneyFuzzTest {
  private static final int STEPS = 60;
  private static final int HISTORIES = Boolean.getBoolean("edgebeat.nightly") ? 50_000 : 2_000;
  private static final int UNTIL_FOUND = 2_000;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // for a night's count
  void everyInvariantHoldsInEveryHistory(TestReporter reporter) {
    Long only = Long.getLong("edgebeat.seed");
    if (only != null) {
      Fuzz.run(only, STEPS, UnaryOperator.identity());
      return;
    }
    for (long seed = 0; seed < HISTORIES; seed++) {
      Fuzz.run(seed, STEPS, UnaryOperator.identity());
    }
    reporter.publishEntry("histories", HISTORIES + " of " + STEPS + " steps");
  }

  /** A safety test that cannot fail proves nothing: each planted mistake has to be found. */
  @TestFactory
  Stream<DynamicTest> everyPlantedMistakeIsFound() {
    Map<String, UnaryOperator<Rules>> mutants = Mutants.all();
    assertThat(mutants).hasSize(15);
    List<DynamicTest> tests = new ArrayList<>();
    mutants.forEach((name, m) -> tests.add(DynamicTest.dynamicTest(name, () -> found(name, m))));
    return tests.stream();
  }

  private static void found(String name, UnaryOperator<Rules> mutant) {
    for (long seed = 0; seed < UNTIL_FOUND; seed++) {
      try {
        Fuzz.run(seed, STEPS, mutant);
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("seed " + seed);
        assertThat(e.getCause()).as("found by an invariant").isInstanceOf(AssertionError.class);
        return;
      }
    }
    throw new AssertionError(
        "the mistake \"" + name + "\" was not found in " + UNTIL_FOUND + " histories");
  }
}

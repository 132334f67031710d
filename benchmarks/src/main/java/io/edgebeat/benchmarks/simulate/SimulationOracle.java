package io.edgebeat.benchmarks.simulate;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The simulation as one that judges rules in which a mistake was planted: ends with exit code
 * {@link ExplorationOracle#FOUND} at the first violation, with 0 when there is none.
 */
public final class SimulationOracle {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private SimulationOracle() {}

  /** Runs some seeds: each argument says the first, and after a blank how many. */
  public static void main(String[] args) {
    QUIET.setLevel(Level.OFF);
    for (String seeds : args) {
      int blank = seeds.indexOf(' ');
      long first = Long.parseLong(seeds.substring(0, blank));
      long count = Long.parseLong(seeds.substring(blank + 1));
      for (long seed = first; seed < first + count; seed++) {
        SimulatedMarket.Report report = SimulatedMarket.run(seed);
        if (!report.violations().isEmpty()) {
          System.out.println("seed " + seed + ": " + report.violations().getFirst());
          System.exit(ExplorationOracle.FOUND);
        }
      }
    }
    System.out.println("no violation in seeds (first, how many) " + List.of(args));
  }
}

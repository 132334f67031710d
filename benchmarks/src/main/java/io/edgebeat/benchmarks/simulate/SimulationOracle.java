package io.edgebeat.benchmarks.simulate;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The simulation as one that judges rules in which a mistake was planted: ends with exit code
 * {@link ExplorationOracle#FOUND} at the first violation, with 0 when there is none.
 */
public final class SimulationOracle {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private SimulationOracle() {}

  /** Runs the seeds from the first argument on, as many as the second says. */
  public static void main(String[] args) {
    QUIET.setLevel(Level.OFF);
    // One argument, as in the head of a patch: the first seed, a blank, and how many.
    int blank = args[0].indexOf(' ');
    long first = Long.parseLong(args[0].substring(0, blank));
    long count = Long.parseLong(args[0].substring(blank + 1));
    for (long seed = first; seed < first + count; seed++) {
      SimulatedMarket.Report report = SimulatedMarket.run(seed);
      if (!report.violations().isEmpty()) {
        System.out.println("seed " + seed + ": " + report.violations().getFirst());
        System.exit(ExplorationOracle.FOUND);
      }
    }
    System.out.println(count + " seeds from " + first + ", no violation");
  }
}

package io.edgebeat.benchmarks.crash;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The losses of power as one that judges rules in which a mistake was planted: ends with exit code
 * {@link ExplorationOracle#FOUND} at the first violation, with 0 when there is none.
 */
public final class PowerLossOracle {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private PowerLossOracle() {}

  /** Each argument says how the node and the point begin: {@code seller journal.sync}. */
  public static void main(String[] args) {
    QUIET.setLevel(Level.OFF);
    PowerLoss.Round round = new PowerLoss.Round(0);
    int runs = 0;
    for (String where : args) {
      int before = runs;
      for (int i = 0; i < round.size(); i++) {
        PowerLoss.Planned planned = round.get(i);
        String here = planned.strike().node() + " " + planned.strike().point();
        if (here.startsWith(where)) {
          runs++;
          PowerMarket.Report report =
              PowerMarket.run(planned.errand(), round.marketSeed(), planned.strike());
          if (!report.violations().isEmpty()) {
            System.out.println("at " + here + ": " + report.violations().getFirst());
            System.exit(ExplorationOracle.FOUND);
          }
        }
      }
      if (runs == before) {
        throw new IllegalArgumentException("no node comes to a point that begins like " + where);
      }
    }
    System.out.println(runs + " losses of power, no violation, at " + List.of(args));
  }
}

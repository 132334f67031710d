package io.edgebeat.benchmarks.simulate;

import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.agreement.Table;
import io.edgebeat.core.agreement.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all seeds have shown together, and whether that is enough to prove anything. */
final class Coverage {
  /** How many seeds it takes for a row of the tables to be taken once. */
  private static final int SEEDS_A_ROW = 1_000;

  private static final double FAULT_PERCENT = 5;
  private static final long EVENTS = 200;
  private static final double OPENED_PERCENT = 90;

  private final List<Long> events = new ArrayList<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private long opened;
  private long agreements;

  synchronized void add(long seed, SimulatedMarket.Report report, ProgramContext context) {
    context.ran();
    report.violations().forEach(v -> context.violation(seed, v));
    events.add(report.events());
    opened += report.opened() > 0 ? 1 : 0;
    agreements += report.opened();
    report.faults().forEach(f -> faults.merge(f, 1L, Long::sum));
  }

  synchronized int seeds() {
    return events.size();
  }

  /** Prints everything; in a run that is long enough whatever is missing is a broken promise. */
  synchronized void print(ProgramContext context) {
    int seeds = events.size();
    boolean enough = seeds >= SEEDS_A_ROW;
    faults.forEach(
        (fault, count) -> {
          double percent = 100.0 * count / seeds;
          context.say(String.format("  %-22s in %5.1f %% of the seeds", fault, percent));
          if (enough && percent < FAULT_PERCENT) {
            context.missed(
                String.format(
                    "fault %s in %.1f %% of the seeds, %.0f are wanted",
                    fault, percent, FAULT_PERCENT));
          }
        });
    long least = enough ? seeds / SEEDS_A_ROW : 0;
    long rarest = rows(context, Tables.DEAL, least);
    rarest = Math.min(rarest, rows(context, Tables.SELLER, least));
    rarest = Math.min(rarest, rows(context, Tables.BUYER, least));
    long[] sorted = events.stream().mapToLong(Long::longValue).sorted().toArray();
    long median = seeds == 0 ? 0 : sorted[seeds / 2];
    double openedPercent = seeds == 0 ? 0 : 100.0 * opened / seeds;
    if (enough && median < EVENTS) {
      context.missed("half of the seeds have " + median + " events or less, wanted " + EVENTS);
    }
    if (enough && openedPercent < OPENED_PERCENT) {
      context.missed(
          String.format(
              "%.1f %% of the seeds open a channel, wanted %.0f", openedPercent, OPENED_PERCENT));
    }
    context.result("agreements", agreements);
    context.result("events_p50", median);
    context.result("opened_percent", (long) openedPercent);
    context.result("rarest_row", rarest);
  }

  private static <S extends Enum<S>, E extends Enum<E>> long rows(
      ProgramContext context, Table<S, E> table, long least) {
    long rarest = Long.MAX_VALUE;
    for (Table.Row<S, E> row : table.rows()) {
      long taken = table.taken(row);
      rarest = Math.min(rarest, taken);
      context.say(
          String.format(
              "  %-13s %-12s %-17s %-12s %9d", table, row.from(), row.event(), row.to(), taken));
      if (taken < least) {
        context.missed(
            String.format(
                "%s: %s %s %s was taken %d times, wanted %d",
                table, row.from(), row.event(), row.to(), taken, least));
      }
    }
    return rarest;
  }
}

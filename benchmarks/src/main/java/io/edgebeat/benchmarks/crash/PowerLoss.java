package io.edgebeat.benchmarks.crash;

import io.edgebeat.MarketFaults;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A node loses its power at every point at which it touches anything outside of its own memory, on
 * either side, with everything that may become of what was not synced; it comes back, and
 * everything must end as if nothing had happened, to the base unit.
 *
 * <p>A round goes through all of that once; the seed of a run is its number, the rounds one after
 * the other. From round to round the seeds of the markets change, and the how manieth time a point
 * is reached.
 */
public final class PowerLoss implements Program {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  /** Made by the list of programs. */
  public PowerLoss() {}

  @Override
  public String name() {
    return "power-loss";
  }

  @Override
  public String summary() {
    return "a node loses its power at every point, synced or not: nothing is lost, nothing double";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    QUIET.setLevel(Level.OFF);
    if (context.seed().isPresent()) {
      long seed = context.seed().getAsLong();
      int size = new Round(0).size();
      judge(context, new Round(seed / size), (int) (seed % size), new Tally());
      return;
    }
    long rounds = context.option("count", context.nightly() ? 1_000 : 1);
    long seconds = context.option("seconds", context.nightly() ? 7_200 : 150);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Tally tally = new Tally();
    for (long i = 0; i < rounds && System.nanoTime() < end; i++) {
      Round round = new Round(i);
      round.violations().forEach(v -> context.violation(-1, "nobody dies: " + v));
      AtomicLong next = new AtomicLong();
      onAllProcessors(
          () -> {
            for (int k = (int) next.getAndIncrement();
                k < round.size() && System.nanoTime() < end;
                k = (int) next.getAndIncrement()) {
              judge(context, round, k, tally);
            }
          });
      if (i == 0) {
        tally.missed(round).forEach(context::missed);
      }
    }
    context.result("points", tally.points());
    context.result("sides", tally.sides());
    context.result("closed", tally.closed);
  }

  private static void judge(ProgramContext context, Round round, int number, Tally tally) {
    Planned planned = round.get(number);
    PowerMarket.Report report = PowerMarket.run(planned.errand, round.marketSeed(), planned.strike);
    synchronized (context) {
      context.ran();
      tally.add(planned, report);
      long seed = round.number * round.size() + number;
      if (!report.struck()) {
        context.violation(seed, planned + ": the point was never reached");
      }
      report.violations().forEach(v -> context.violation(seed, planned + ": " + v));
    }
  }

  private static void onAllProcessors(Runnable work) throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(workers.submit(work));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  /** A power loss, and what is going on. */
  record Planned(Errand errand, Strike strike) {
    @Override
    public String toString() {
      return errand + ", " + strike;
    }
  }

  /** Every point of every node, once with each that may become of what was not synced. */
  static final class Round {
    private static final int CHEAPEST = 5;

    private final long number;
    private final List<Planned> all = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final SortedSet<String> reached = new TreeSet<>();

    Round(long number) {
      this.number = number;
      Map<Errand, Map<String, Map<String, Integer>>> seen = new EnumMap<>(Errand.class);
      for (Errand errand : Errand.values()) {
        PowerMarket.Report report = PowerMarket.survey(errand, marketSeed());
        report.violations().forEach(v -> violations.add(errand + ": " + v));
        seen.put(errand, report.reached());
        report.reached().values().forEach(points -> reached.addAll(points.keySet()));
      }
      for (String node : PowerMarket.NAMES) {
        for (String point : Points.wantedInVirtualTime()) {
          plan(seen, node, point);
        }
      }
    }

    private void plan(
        Map<Errand, Map<String, Map<String, Integer>>> seen, String node, String point) {
      Map<Errand, Integer> where = new TreeMap<>();
      seen.forEach(
          (errand, nodes) -> {
            int count = nodes.getOrDefault(node, Map.of()).getOrDefault(point, 0);
            if (count > 0) {
              where.put(errand, count);
            }
          });
      if (where.isEmpty()) {
        return;
      }
      // Those in which little else happens take the least time.
      List<Errand> errands =
          where.keySet().stream()
              .sorted(Comparator.comparing(size(seen)::get))
              .limit(CHEAPEST)
              .toList();
      SplittableRandom chance = new SplittableRandom(marketSeed() ^ (node + point).hashCode());
      for (MarketFaults.Unsynced unsynced : MarketFaults.Unsynced.values()) {
        Errand errand = errands.get(chance.nextInt(errands.size()));
        int nth = 1 + chance.nextInt(where.getOrDefault(errand, 1));
        all.add(new Planned(errand, new Strike(node, point, nth, unsynced)));
      }
    }

    private static Map<Errand, Integer> size(Map<Errand, Map<String, Map<String, Integer>>> seen) {
      Map<Errand, Integer> size = new EnumMap<>(Errand.class);
      seen.forEach(
          (errand, nodes) ->
              nodes
                  .values()
                  .forEach(
                      points ->
                          size.merge(
                              errand,
                              points.values().stream().mapToInt(Integer::intValue).sum(),
                              Integer::sum)));
      return size;
    }

    long marketSeed() {
      return number + 1;
    }

    int size() {
      return all.size();
    }

    Planned get(int index) {
      return all.get(index);
    }

    /** What went wrong where nobody died. */
    List<String> violations() {
      return violations;
    }
  }

  /** What was done so far. */
  static final class Tally {
    private final SortedSet<String> struck = new TreeSet<>();
    private long closed;

    void add(Planned planned, PowerMarket.@Nullable Report report) {
      if (report != null && report.struck()) {
        Strike strike = planned.strike;
        struck.add(strike.point() + " " + strike.node() + " " + strike.unsynced());
        closed += report.closed();
      }
    }

    long points() {
      return struck.stream().map(s -> s.substring(0, s.indexOf(' '))).distinct().count();
    }

    long sides() {
      return struck.stream().map(s -> s.substring(0, s.lastIndexOf(' '))).distinct().count();
    }

    List<String> missed(Round round) {
      List<String> missed = new ArrayList<>();
      for (String point : Points.wantedInVirtualTime()) {
        if (!round.reached.contains(point)) {
          missed.add("no errand comes to " + point);
        }
      }
      for (Planned planned : round.all) {
        Strike s = planned.strike;
        if (!struck.contains(s.point() + " " + s.node() + " " + s.unsynced())) {
          missed.add("not run: " + planned);
        }
      }
      for (String point : round.reached) {
        if (!Points.wantedInVirtualTime().contains(point)) {
          missed.add(point + " was reached, though it is said that nothing calls it");
        }
      }
      return missed;
    }
  }
}

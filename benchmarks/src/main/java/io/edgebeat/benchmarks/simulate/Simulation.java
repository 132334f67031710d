package io.edgebeat.benchmarks.simulate;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.agreement.Table;
import io.edgebeat.core.agreement.Tables;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Whole markets in virtual time, one a seed, with every fault and cheat there is; nothing may break
 * a promise, and when the faults are over everything must come to its end.
 */
public final class Simulation implements Program {
  private static final int REPEATED = 40;
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public String summary() {
    return "markets under faults and cheats, one a seed: no promise is broken, all come to an end";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    // Faults are what is wanted here, and each would be reported.
    QUIET.setLevel(Level.OFF);
    if (context.seed().isPresent()) {
      long seed = context.seed().getAsLong();
      SimulatedMarket.Report report = SimulatedMarket.run(seed, context::say);
      report.violations().forEach(v -> context.violation(seed, v));
      context.ran();
      context.say(
          "events "
              + report.events()
              + ", opened "
              + report.opened()
              + ", faults "
              + report.faults());
      context.result("trace", report.hash());
      return;
    }
    long count = context.option("count", context.nightly() ? 100_000 : 3_000);
    long seconds = context.option("seconds", context.nightly() ? 36_000 : 270);
    long first = context.option("first", 1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong next = new AtomicLong(first);
    Tally tally = new Tally();
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            workers.submit(
                () -> {
                  for (long seed = next.getAndIncrement();
                      seed < first + count && System.nanoTime() < end;
                      seed = next.getAndIncrement()) {
                    tally.add(seed, SimulatedMarket.run(seed), context);
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    tally.print(context);
    if (context.nightly() || context.option("repeat").isPresent()) {
      sameInAnotherJvm(context, first);
    }
  }

  /** Other hash seeds, another time zone, one processor: a seed must give the very same market. */
  private static void sameInAnotherJvm(ProgramContext context, long first) throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=1",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2",
                "-Duser.timezone=Pacific/Apia",
                "-Duser.language=tr",
                "-cp",
                System.getProperty("java.class.path"),
                Simulation.class.getName(),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> there;
    try (BufferedReader lines = other.inputReader()) {
      there = lines.lines().toList();
    }
    if (other.waitFor() != 0 || there.size() != REPEATED) {
      throw new IllegalStateException("the other JVM ended with " + other.exitValue());
    }
    for (int i = 0; i < REPEATED; i++) {
      String here = SimulatedMarket.run(first + i).hash();
      if (!here.equals(there.get(i))) {
        context.violation(first + i, "trace " + here + ", in another JVM " + there.get(i));
      }
    }
    context.result("repeated_in_another_jvm", REPEATED);
  }

  /** Prints the traces of some seeds, for a comparison between JVMs. */
  public static void main(String[] arguments) {
    QUIET.setLevel(Level.OFF);
    long first = Long.parseLong(arguments[0]);
    for (int i = 0; i < REPEATED; i++) {
      System.out.println(SimulatedMarket.run(first + i).hash());
    }
  }

  /** What all seeds have shown together. */
  private static final class Tally {
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

    synchronized void print(ProgramContext context) {
      int seeds = events.size();
      long[] sorted = events.stream().mapToLong(Long::longValue).toArray();
      Arrays.sort(sorted);
      faults.forEach(
          (fault, count) ->
              context.say(
                  String.format("  %-22s in %5.1f %% of the seeds", fault, 100.0 * count / seeds)));
      long least = Long.MAX_VALUE;
      least = Math.min(least, rows(context, Tables.DEAL));
      least = Math.min(least, rows(context, Tables.SELLER));
      least = Math.min(least, rows(context, Tables.BUYER));
      context.result("agreements", agreements);
      context.result("events_p50", sorted[seeds / 2]);
      context.result("opened_percent", 100 * opened / seeds);
      context.result("rarest_row", least);
    }

    private static <S extends Enum<S>, E extends Enum<E>> long rows(
        ProgramContext context, Table<S, E> table) {
      long least = Long.MAX_VALUE;
      for (Table.Row<S, E> row : table.rows()) {
        long taken = table.taken(row);
        least = Math.min(least, taken);
        context.say(
            String.format(
                "  %-12s %-14s %-18s %-14s %9d", table, row.from(), row.event(), row.to(), taken));
      }
      return least;
    }
  }
}

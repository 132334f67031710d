package io.edgebeat.benchmarks.simulate;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Whole markets in virtual time, one a seed, with every fault and cheat there is; nothing may break
 * a promise, and when the faults are over everything must come to its end.
 */
public final class Simulation implements Program {
  /** One of so many seeds is run again. */
  private static final int REPEATED = 100;

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
      SimulatedMarket.Report report = SimulatedMarket.run(seed, line -> context.say(line.get()));
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
    long count = context.option("count", context.nightly() ? 1_000_000 : 10_000);
    long seconds = context.option("seconds", context.nightly() ? 36_000 : 420);
    long first = context.option("first", 1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Coverage coverage = new Coverage();
    Map<Long, String> traces = new ConcurrentHashMap<>();
    List<Long> repeated =
        LongStream.range(first, first + count).filter(Simulation::isRepeated).boxed().toList();
    try (OtherJvm other = start(repeated)) {
      AtomicLong next = new AtomicLong(first);
      onAllProcessors(
          () -> {
            for (long seed = next.getAndIncrement();
                seed < first + count && System.nanoTime() < end;
                seed = next.getAndIncrement()) {
              SimulatedMarket.Report report = SimulatedMarket.run(seed);
              coverage.add(seed, report, context);
              if (isRepeated(seed)) {
                traces.put(seed, report.hash());
              }
            }
          });
      coverage.print(context);
      if (coverage.seeds() < count) {
        context.missed(
            coverage.seeds() + " of " + count + " seeds were run in " + seconds + " seconds");
      }
      repeat(context, repeated, traces, other.traces());
    }
  }

  private static boolean isRepeated(long seed) {
    return seed % REPEATED == 0;
  }

  private static OtherJvm start(List<Long> seeds) throws IOException {
    return OtherJvm.start(seeds.isEmpty() ? 0 : seeds.getFirst(), REPEATED, seeds.size());
  }

  /** Now that many others have run here, and in a JVM that is unlike this one. */
  private static void repeat(
      ProgramContext context, List<Long> seeds, Map<Long, String> before, Map<Long, String> there)
      throws Exception {
    Queue<Long> left = new ConcurrentLinkedQueue<>(seeds);
    onAllProcessors(
        () -> {
          for (Long seed = left.poll(); seed != null; seed = left.poll()) {
            String trace = before.get(seed);
            if (trace != null) {
              same(context, seed, trace, SimulatedMarket.run(seed).hash(), "the same JVM");
              same(context, seed, trace, there.get(seed), "another JVM");
            }
          }
        });
    context.result("repeated", before.size());
  }

  private static void same(
      ProgramContext context, long seed, String trace, @Nullable String again, String where) {
    if (!trace.equals(again)) {
      synchronized (context) {
        context.violation(seed, "trace " + trace + ", again in " + where + " " + again);
      }
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
}

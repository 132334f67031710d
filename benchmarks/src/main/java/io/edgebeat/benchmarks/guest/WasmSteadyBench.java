package io.edgebeat.benchmarks.guest;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How fast metered guests compute: five kernels beside the same without metering, node's V8 and
 * native C, in turns, by processor time.
 */
public final class WasmSteadyBench implements Program {
  private static final String METERED = "metered";
  private static final String BARE = "bare";
  private static final String V8 = "v8";
  private static final String C = "c";

  private static final int LEAST_WARM = 4;
  private static final int LEAST_COUNTED = 5;

  /** What the loop kernels have in common: the geometric mean of their rates. */
  private static final String LOOPS = "loops";

  @Override
  public String name() {
    return "wasm-steady";
  }

  @Override
  public String summary() {
    return "metered WebAssembly beside unmetered, V8 and C, on five kernels";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    long seconds = context.option("seconds", context.nightly() ? 240 : 30);
    Path directory = Rounds.directory(context, "kernels");
    try (Sides sides = new Sides(directory)) {
      Rounds rounds = new Rounds();
      long begin = System.nanoTime();
      repeat(sides, rounds, begin + TimeUnit.SECONDS.toNanos(seconds) / 3, LEAST_WARM);
      rounds.clear();
      int count = repeat(sides, rounds, begin + TimeUnit.SECONDS.toNanos(seconds), LEAST_COUNTED);
      context.result("rounds", count);
      report(context, rounds, sides);
    } finally {
      Rounds.remove(directory);
    }
  }

  private static int repeat(Sides sides, Rounds rounds, long untilNanos, int least)
      throws IOException {
    int count = 0;
    while (count < least || System.nanoTime() - untilNanos < 0) {
      sides.round(rounds);
      count++;
    }
    return count;
  }

  private static void report(ProgramContext context, Rounds rounds, Sides sides) {
    if (sides.v8.isPresent()) {
      rounds.ratio(context, "ratio_v8", V8 + LOOPS, METERED + LOOPS);
    } else {
      context.result("v8", "absent");
    }
    if (sides.haveC()) {
      rounds.ratio(context, "ratio_c", C + LOOPS, METERED + LOOPS);
    } else {
      context.result("c", "absent");
    }
    rounds.overhead(context, "metering_overhead", BARE + LOOPS, METERED + LOOPS);
    rounds.overhead(context, "call_overhead", BARE + Kernel.FIB, METERED + Kernel.FIB);
    for (Kernel kernel : Kernel.values()) {
      String key = kernel.file();
      if (sides.v8.isPresent()) {
        rounds.ratio(context, key + "_v8", V8 + kernel, METERED + kernel);
      }
      if (sides.haveC()) {
        rounds.ratio(context, key + "_c", C + kernel, METERED + kernel);
      }
      rounds.overhead(context, key + "_overhead", BARE + kernel, METERED + kernel);
    }
  }

  /** A kernel and those who run it here. */
  private record Ours(
      Kernel kernel, Guest.Fresh metered, Guest.Fresh bare, Optional<Outside> compiled) {}

  /** Everybody who runs the kernels. */
  private static final class Sides implements AutoCloseable {
    private final List<Ours> kernels = new ArrayList<>();
    private final Optional<Outside> v8;

    Sides(Path directory) throws IOException, InterruptedException {
      Kernel.unpack(directory);
      v8 = Outside.start("node", directory.resolve("kernels.mjs").toString(), directory.toString());
      for (Kernel kernel : Kernel.values()) {
        kernels.add(
            new Ours(
                kernel,
                new Guest(kernel.module(), true).instance(),
                new Guest(kernel.module(), false).instance(),
                Outside.compiled(kernel, directory)));
      }
    }

    boolean haveC() {
      return kernels.stream().allMatch(each -> each.compiled().isPresent());
    }

    /** Every kernel once, by everybody. */
    void round(Rounds rounds) throws IOException {
      Mean means = new Mean();
      for (Ours each : kernels) {
        Kernel kernel = each.kernel();
        long before = Rounds.processorNanos();
        int result = each.metered().run(kernel.size);
        long between = Rounds.processorNanos();
        int same = each.bare().run(kernel.size);
        long after = Rounds.processorNanos();
        check(kernel, result, same);
        means.add(rounds, METERED, kernel, between - before);
        means.add(rounds, BARE, kernel, after - between);
        if (v8.isPresent()) {
          Outside.Turn turn = v8.get().turn(kernel.file() + " " + kernel.size);
          check(kernel, result, turn.result());
          means.add(rounds, V8, kernel, turn.nanos());
        }
        if (each.compiled().isPresent()) {
          Outside.Turn turn = each.compiled().get().turn(String.valueOf(kernel.size));
          check(kernel, result, turn.result());
          means.add(rounds, C, kernel, turn.nanos());
        }
      }
      means.end(rounds);
    }

    private static void check(Kernel kernel, int one, int other) {
      if (one != other) {
        throw new IllegalStateException(kernel + " gives " + one + " and " + other);
      }
    }

    @Override
    public void close() throws IOException {
      if (v8.isPresent()) {
        v8.get().close();
      }
      for (Ours each : kernels) {
        if (each.compiled().isPresent()) {
          each.compiled().get().close();
        }
      }
    }
  }

  /** Collects the rates of one round. */
  private static final class Mean {
    private final Map<String, Double> logarithms = new java.util.LinkedHashMap<>();
    private int loops;

    void add(Rounds rounds, String side, Kernel kernel, long nanos) {
      double rate = 1e9 / Math.max(1, nanos);
      rounds.add(side + kernel, rate);
      if (kernel.loops()) {
        logarithms.merge(side, Math.log(rate), Double::sum);
        loops += side.equals(METERED) ? 1 : 0;
      }
    }

    void end(Rounds rounds) {
      logarithms.forEach((side, sum) -> rounds.add(side + LOOPS, Math.exp(sum / loops)));
    }
  }
}

package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.exec.wasm.WasmExecutor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Modules made of seeds give the same results, the same memory and the same fuel interpreted and
 * compiled, a share of them in GraalWasm, and the same results without the meter, for what the
 * published prices say.
 */
public final class DifferentialProof implements Program {
  /** What the modules must come to, or they would prove little. */
  private static final long LEAST_MEDIAN = 10_000;

  private static final double LEAST_ENDED = 0.3;

  /** So many violations are enough to look at. */
  private static final int MOST_SHRUNK = 3;

  private static final int SHRINK_SECONDS = 20;

  /** Made by the list of programs. */
  public DifferentialProof() {}

  @Override
  public String name() {
    return "wasm-differential";
  }

  @Override
  public String summary() {
    return "modules of seeds, interpreted, compiled, in GraalWasm, unmetered: equal results and"
        + " fuel";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    Differential differential =
        new Differential(Differential.METER, Optional.of(Differential.HOSTING));
    if (context.seed().isPresent()) {
      Tally tally = new Tally(context, 1);
      onLargeStacks(1, () -> tally.one(differential, context.seed().getAsLong()));
      return;
    }
    long count = context.option("count", context.nightly() ? 100_000 : 10_000);
    long seconds = context.option("seconds", context.nightly() ? 7_200 : 150);
    long first = context.option("first", 1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong next = new AtomicLong(first);
    Tally tally = new Tally(context, (int) count);
    onLargeStacks(
        Runtime.getRuntime().availableProcessors(),
        () -> {
          for (long seed = next.getAndIncrement();
              seed < first + count && System.nanoTime() < end;
              seed = next.getAndIncrement()) {
            tally.one(differential, seed);
          }
        });
    tally.print();
    if (context.runs() < count) {
      context.missed(context.runs() + " of " + count + " modules within " + seconds + " s");
    }
  }

  /** On threads like those that run guests in production. */
  static void onLargeStacks(int count, Runnable work) throws InterruptedException {
    AtomicLong failed = new AtomicLong();
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      threads[i] =
          Thread.ofPlatform()
              .stackSize(WasmExecutor.STACK_BYTES)
              .uncaughtExceptionHandler(
                  (thread, e) -> {
                    failed.incrementAndGet();
                    e.printStackTrace();
                  })
              .start(work);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " threads ended by an exception");
    }
  }

  private static final class Tally {
    private final ProgramContext context;
    private final Map<Ending.Kind, Integer> kinds = new EnumMap<>(Ending.Kind.class);
    private final BitSet executed = new BitSet();
    private final long[] counts;
    private int shrunk;
    private int graal;

    Tally(ProgramContext context, int most) {
      this.context = context;
      this.counts = new long[most];
    }

    void one(Differential differential, long seed) {
      Generated generated = ModuleGenerator.of(seed);
      Differential.Result result;
      try {
        result = differential.compare(generated);
      } catch (RuntimeException | LinkageError | AssertionError e) {
        synchronized (this) {
          context.ran();
          context.violation(seed, "throws " + e);
        }
        return;
      }
      boolean shrinks = add(result, differential.isHosted(generated));
      result.difference().ifPresent(what -> report(differential, generated, what, shrinks));
    }

    private synchronized boolean add(Differential.Result result, boolean inGraal) {
      graal += inGraal ? 1 : 0;
      counts[(int) context.runs()] = result.toll().count();
      context.ran();
      kinds.merge(result.kind(), 1, Integer::sum);
      List<Op> all = Op.all();
      for (int i = 0; i < all.size(); i++) {
        if (result.toll().executed(all.get(i))) {
          executed.set(i);
        }
      }
      return result.difference().isPresent() && shrunk++ < MOST_SHRUNK;
    }

    private void report(
        Differential differential, Generated generated, String what, boolean shrinks) {
      String module = "";
      if (shrinks) {
        byte[] small =
            Shrinker.shrink(
                generated.module(),
                smaller -> differs(differential, generated.with(smaller)),
                SHRINK_SECONDS);
        module = "; smallest module that differs: " + HexFormat.of().formatHex(small);
      }
      synchronized (this) {
        context.violation(generated.seed(), what + module);
      }
    }

    private static boolean differs(Differential differential, Generated generated) {
      try {
        return differential.compare(generated).difference().isPresent();
      } catch (RuntimeException | AssertionError e) {
        return false; // no valid module
      }
    }

    void print() {
      long[] sorted = Arrays.copyOf(counts, (int) context.runs());
      Arrays.sort(sorted);
      long median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
      int ended =
          kinds.entrySet().stream()
              .filter(kind -> kind.getKey() != Ending.Kind.RETURNED)
              .mapToInt(Map.Entry::getValue)
              .sum();
      double share = (double) ended / Math.max(1, context.runs());
      List<Op> all = Op.all();
      context.say("ended: " + kinds);
      context.result("median_instructions", median);
      context.result("trap_or_fuel", String.format(Locale.ROOT, "%.2f", share));
      context.result("graalwasm_modules", graal);
      context.result("opcodes", executed.cardinality() + "/" + all.size());
      if (median < LEAST_MEDIAN) {
        context.missed("the median module executes " + median + " of " + LEAST_MEDIAN);
      }
      if (share < LEAST_ENDED) {
        context.missed("only " + share + " end in a trap or without fuel, not " + LEAST_ENDED);
      }
      Optional<String> missing =
          Optional.of(
                  all.stream()
                      .filter(op -> !executed.get(all.indexOf(op)))
                      .map(Op::name)
                      .collect(Collectors.joining(" ")))
              .filter(names -> !names.isEmpty());
      missing.ifPresent(names -> context.missed("never executed: " + names));
    }
  }
}

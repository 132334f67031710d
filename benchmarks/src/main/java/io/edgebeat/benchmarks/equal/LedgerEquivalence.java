package io.edgebeat.benchmarks.equal;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.chain.evm.Devnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Made-up histories of a market, honest and hostile, with jumps of time and reorganisations, come
 * to the same on the embedded ledger and on the contracts: every result, event, record and balance.
 */
public final class LedgerEquivalence implements Program {
  /** Calls in a sequence. */
  static final int LENGTH = 50;

  private static final int SHORTEN_SECONDS = 60;

  /** So many differences are enough to look at. */
  private static final int MOST_SHORTENED = 3;

  /** Made by the list of programs. */
  public LedgerEquivalence() {}

  @Override
  public String name() {
    return "ledger-equivalence";
  }

  @Override
  public String summary() {
    return "histories of a market, on the embedded ledger and on anvil: equal results and events";
  }

  /** Why it cannot run; then that is said, and missed where all components must be there. */
  static boolean skipped(ProgramContext context) {
    Optional<String> absent = Devnet.unavailable();
    absent.ifPresent(
        why -> {
          context.say("SKIPPED all of it: " + why);
          context.result("skipped", "all");
          if (context.option("components").orElse("").equals("required")) {
            context.missed("anvil is required: " + why);
          }
        });
    return absent.isPresent();
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    if (skipped(context)) {
      return;
    }
    Tally tally = new Tally();
    if (context.seed().isPresent()) {
      try (Arena arena = new Arena()) {
        one(context, tally, arena, context.seed().getAsLong());
      }
      return;
    }
    long count = context.option("count", context.nightly() ? 2_000 : 200);
    long seconds = context.option("seconds", context.nightly() ? 7_200 : 240);
    long first = context.option("first", 1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong next = new AtomicLong(first);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            workers.submit(
                () -> {
                  try (Arena arena = new Arena()) {
                    for (long seed = next.getAndIncrement();
                        seed < first + count && System.nanoTime() < end;
                        seed = next.getAndIncrement()) {
                      one(context, tally, arena, seed);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> worker : all) {
        worker.get();
      }
    }
    tally.report(context, context.nightly() ? 50 : 5);
    if (context.runs() < count) {
      context.missed(context.runs() + " of " + count + " sequences within " + seconds + " s");
    }
  }

  private int shortened;

  private void one(ProgramContext context, Tally tally, Arena arena, long seed) {
    Sequence sequence = Author.write(seed, LENGTH);
    Optional<String> difference = Duel.fight(sequence, arena, tally);
    synchronized (this) {
      context.ran();
      if (difference.isEmpty()) {
        return;
      }
      if (shortened++ >= MOST_SHORTENED) {
        context.violation(seed, difference.get());
        return;
      }
    }
    Sequence shorter =
        Shorter.of(
            sequence,
            candidate -> Duel.fight(candidate, arena, new Tally()).isPresent(),
            SHORTEN_SECONDS);
    String what = Duel.fight(shorter, arena, new Tally()).orElse(difference.get());
    synchronized (this) {
      context.violation(seed, what + "\nshortest sequence that differs: " + shorter);
    }
  }
}

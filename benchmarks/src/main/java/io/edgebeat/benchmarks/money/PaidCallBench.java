package io.edgebeat.benchmarks.money;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A call of a workload that a tick pays for, beside the same call of the same workload with a meter
 * that lets everything pass. Every call is a tick: hashed, journaled on both sides, acknowledged.
 */
public final class PaidCallBench implements Program {
  private static final int ROUNDS = 9;

  @Override
  public String name() {
    return "paid-call";
  }

  @Override
  public String summary() {
    return "a call paid by a tick, beside the same call unpaid";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int calls = (int) context.option("count", context.nightly() ? 100_000 : 8_000);
    int window = (int) context.option("window", 512);
    byte[] result = "done".getBytes(StandardCharsets.UTF_8);
    CallExecutor executor = new CallExecutor(ContentId.ofRaw(result), calls);
    ListingSpec listing =
        new ListingSpec(
            "local",
            new ResourceSpec(2_000, 1L << 32, 0),
            new Price(Edg.of("0.001"), new TickUnit(TickUnit.Kind.CALLS, 1), Edg.of("0.000001")),
            Duration.ofDays(1));
    Rounds rounds = new Rounds();
    Path directory = Rounds.directory(context, "calls");
    try (LocalMarket market =
        EdgeBeat.local()
            .noIndex()
            .directory(directory)
            .funds(Edg.of("1000000"))
            .executor(executor)
            .option("buyer.window", Integer.toString(window))
            .option("buyer.depositTicks", Integer.toString(calls + 2 * window))
            .seller("seller", listing)
            .realTime()) {
      ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
      for (int i = 0; i <= ROUNDS; i++) {
        if (i == 1) {
          rounds.clear();
        }
        unpaid(market, executor, image, i);
        measure(rounds, "unpaid", executor);
        paid(market, image, calls, window);
        measure(rounds, "paid", executor);
      }
    } finally {
      Rounds.remove(directory);
    }
    context.result("calls", calls);
    context.result("window", window);
    micros(context, rounds, "unpaid p50");
    micros(context, rounds, "paid p50");
    micros(context, rounds, "unpaid p99");
    micros(context, rounds, "paid p99");
    rounds.ratio(context, "p50_ratio", "paid p50", "unpaid p50");
    rounds.ratio(context, "p99_ratio", "paid p99", "unpaid p99");
    rounds.rate(context, "paid_calls_per_s", "paid per second");
    // A call that has to wait is one of many: what all of them cost together shows it.
    rounds.ratio(context, "total_ratio", "paid total", "unpaid total");
  }

  private static void micros(ProgramContext context, Rounds rounds, String name) {
    context.result(name.replace(' ', '_') + "_us", Rounds.hundredths(rounds.median(name) / 1e3));
  }

  private static void measure(Rounds rounds, String name, CallExecutor executor) {
    long[] times = executor.times();
    double total = 0;
    for (long time : times) {
      total += time;
    }
    rounds.add(name + " p50", (double) times[times.length / 2]);
    rounds.add(name + " p99", (double) times[times.length * 99 / 100]);
    rounds.add(name + " total", total);
    rounds.add(name + " per second", times.length * 1e9 / total);
  }

  private static void unpaid(LocalMarket market, CallExecutor executor, ContentId image, int round)
      throws InterruptedException {
    try (Execution run =
        executor.start(
            new ExecutionRequest(
                new ExecutionId(new AgreementId(Bytes32.ZERO), round + 1),
                Workload.wasm(image),
                Optional.empty(),
                ExecutionLimits.DEFAULTS,
                HostProfile.NOTHING,
                Map.of(),
                Map.of(),
                Instant.MAX,
                Meter.FREE,
                market.content()))) {
      completed(run.await());
    }
  }

  private static void paid(LocalMarket market, ContentId image, int calls, int window) {
    Task task =
        market
            .buyer()
            .submit(
                TaskSpec.wasm(image)
                    .limits(ExecutionLimits.DEFAULTS.withWallTime(Duration.ofMinutes(10))),
                Budget.upTo(Edg.of("10")));
    completed(task.await(Duration.ofMinutes(2)));
    // What is paid ahead when it ends is within the window.
    if (task.ticks() < calls || task.ticks() > calls + window) {
      throw new IllegalStateException(task.ticks() + " ticks were paid for " + calls + " calls");
    }
  }

  private static void completed(TaskOutcome outcome) {
    if (!(outcome instanceof TaskOutcome.Completed)) {
      throw new IllegalStateException("the calls ended with " + outcome);
    }
  }
}

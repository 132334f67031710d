package io.edgebeat.benchmarks;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whole agreements a second: negotiated, opened, one task ordered, paid and ended, settled. Real
 * signatures, journals of both nodes and the ledger's file on disk and synced; the workload itself
 * takes no time. Both nodes and the ledger share the machine. In turns with it, the arithmetic that
 * an agreement cannot do without is measured alone, so that the figures carry their own baseline.
 */
final class Lifecycle implements Program {
  private static final int OUTSTANDING = 64;
  private static final int ROUNDS = 5;
  private static final int FLOOR_COUNT = 200;

  /** What a stretch of agreements took. */
  private record Measured(int count, long wall, long processor, List<Long> times) {}

  @Override
  public String name() {
    return "lifecycle";
  }

  @Override
  public String summary() {
    return "whole agreements a second, with real signatures and synced journals";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 20_000 : 3_000);
    Path directory = Files.createTempDirectory("edgebeat-lifecycle");
    byte[] result = "done".getBytes(StandardCharsets.UTF_8);
    InstantExecutor executor = new InstantExecutor(ContentId.ofRaw(result));
    ListingSpec listing =
        new ListingSpec(
            "local",
            new ResourceSpec(1_000_000, 1L << 50, 0),
            new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002")),
            Duration.ofDays(1));
    try (LocalMarket market =
        EdgeBeat.local()
            .noIndex()
            .directory(directory)
            .funds(Edg.of("1000000"))
            .executor(executor)
            .seller("seller", listing)
            .realTime()) {
      ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
      LifecycleFloor floor = new LifecycleFloor();
      int ticks = (int) TaskSpec.wasm(image).limits().wallTime().toSeconds() + 2;
      floor.perSecond(FLOOR_COUNT, ticks);
      measure(context, market, image, count / 3);
      List<Measured> rounds = new ArrayList<>();
      List<Double> floors = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        Measured round = measure(context, market, image, (count + i) / ROUNDS);
        rounds.add(round);
        floors.add(floor.perSecond(FLOOR_COUNT, ticks));
        ratios.add(perSecond(round.count, round.processor) / floors.getLast());
      }
      List<Long> times = new ArrayList<>();
      rounds.forEach(round -> times.addAll(round.times));
      times.sort(Comparator.naturalOrder());
      long wall = rounds.stream().mapToLong(Measured::wall).sum();
      long processor = rounds.stream().mapToLong(Measured::processor).sum();
      context.result("agreements", count);
      context.result("agreements_per_s", whole(perSecond(count, wall)));
      context.result("agreements_per_core_s", whole(perSecond(count, processor)));
      context.result("floor_agreements_per_core_s", whole(median(floors)));
      context.result("ratio", hundredths(median(ratios)));
      context.result("ratio_min", hundredths(ratios.getFirst()));
      context.result("ratio_max", hundredths(ratios.getLast()));
      context.result(
          "p50_ms", String.format(Locale.ROOT, "%.1f", times.get(times.size() / 2) / 1e6));
      context.result("signatures", EdgeBeat.signatures().name());
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static double perSecond(int count, long nanos) {
    return count * 1e9 / nanos;
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Sorts them. */
  private static double median(List<Double> values) {
    values.sort(Comparator.naturalOrder());
    return values.get(values.size() / 2);
  }

  private static Measured measure(
      ProgramContext context, LocalMarket market, ContentId image, int count) {
    record Running(Task task, long since) {}

    Deque<Running> running = new ArrayDeque<>();
    List<Long> times = new ArrayList<>();
    long wall = System.nanoTime();
    long cpu = processorNanos();
    long compiling = compilingMillis();
    for (int i = 0; i < count || !running.isEmpty(); ) {
      if (i < count && running.size() < OUTSTANDING) {
        running.add(
            new Running(
                market.buyer().submit(TaskSpec.wasm(image), Budget.upTo(Edg.of("0.5"))),
                System.nanoTime()));
        i++;
      } else {
        Running oldest = running.removeFirst();
        oldest.task.await(Duration.ofMinutes(1));
        times.add(System.nanoTime() - oldest.since);
      }
    }
    Measured measured =
        new Measured(count, System.nanoTime() - wall, processorNanos() - cpu, times);
    context.say(
        String.format(
            Locale.ROOT,
            "%d agreements in %.2f s, %.2f s of processor time, %.2f s of compiling",
            count,
            measured.wall / 1e9,
            measured.processor / 1e9,
            (compilingMillis() - compiling) / 1e3));
    return measured;
  }

  /** Roughly: the JVM counts it by the clock on the wall. */
  private static long compilingMillis() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
  }

  private static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}

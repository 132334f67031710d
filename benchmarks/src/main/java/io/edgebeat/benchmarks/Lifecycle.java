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
 * takes no time. Both nodes and the ledger share the machine.
 */
final class Lifecycle implements Program {
  private static final int OUTSTANDING = 64;

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
            .directory(directory)
            .funds(Edg.of("1000000"))
            .executor(executor)
            .seller("seller", listing)
            .realTime()) {
      ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
      measure(context, market, image, count / 3);
      long[] nanos = measure(context, market, image, count);
      context.result("agreements", count);
      context.result("agreements_per_s", rate(count, nanos[0]));
      context.result("agreements_per_core_s", rate(count, nanos[1]));
      context.result("p50_ms", String.format(Locale.ROOT, "%.1f", nanos[2] / 1e6));
      context.result("signatures", EdgeBeat.signatures().name());
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static String rate(int count, long nanos) {
    return String.format(Locale.ROOT, "%.0f", count * 1e9 / nanos);
  }

  /**
   * Wall nanoseconds, processor nanoseconds, and the median of one agreement's wall nanoseconds.
   */
  private static long[] measure(
      ProgramContext context, LocalMarket market, ContentId image, int count) {
    record Running(Task task, long since) {}

    Deque<Running> running = new ArrayDeque<>();
    List<Long> times = new ArrayList<>();
    long wall = System.nanoTime();
    long cpu = processorNanos();
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
    long[] result = {System.nanoTime() - wall, processorNanos() - cpu, 0};
    times.sort(Comparator.naturalOrder());
    result[2] = times.get(times.size() / 2);
    context.say(
        String.format(
            Locale.ROOT,
            "%d agreements in %.2f s, %.2f s of processor time",
            count,
            result[0] / 1e9,
            result[1] / 1e9));
    return result;
  }

  private static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}

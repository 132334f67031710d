package io.edgebeat.benchmarks.embed;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What {@link IdleSellerBench} starts in JVMs of their own: prints {@code key=number}. */
final class IdleSeller {
  static final String FIRST_RESULT = "first-result";
  static final String HEAP = "heap";

  /** Adds two numbers, as in README.md. */
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  private static final Duration LONG = Duration.ofMinutes(1);

  /** What one collection leaves only because of finalizers and references goes with the next. */
  private static final int COLLECTIONS = 4;

  private IdleSeller() {}

  /** Takes what to do, and a directory for the market. */
  public static void main(String[] args) throws IOException {
    long began = System.nanoTime();
    long processor = processorNanos();
    long bare = args[0].equals(HEAP) ? heap() : 0;
    try (LocalMarket market = EdgeBeat.local().directory(Path.of(args[1])).realTime()) {
      if (args[0].equals(HEAP)) {
        System.out.println("bare=" + bare);
        System.out.println("idle=" + heap());
      }
      ContentId image = market.content().put(ContentSource.of(ADD), Progress.NONE);
      Workload workload = new Workload("wasm", image, Optional.of("add"), List.of("2", "40"));
      Task task = market.buyer().submit(TaskSpec.of(workload), Budget.upTo(Edg.of("0.50")));
      var unused = task.await(LONG);
      String sum = new String(task.result().readAllBytes(), StandardCharsets.UTF_8).strip();
      long ended = System.nanoTime();
      long processorEnded = processorNanos();
      if (!sum.equals("42")) {
        throw new IllegalStateException("2 and 40 is " + sum);
      }
      if (args[0].equals(HEAP)) {
        System.out.println("used=" + heap());
      } else {
        System.out.println("first=" + (ended - began));
        System.out.println("processor=" + (processorEnded - processor));
      }
    }
  }

  /** Of all threads of this JVM, its compilers included. */
  private static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}

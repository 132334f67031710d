package io.edgebeat.benchmarks.costs;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the kernels of {@code src/main/c/costs} as tasks, and looks at what they have used. */
final class Kernels implements AutoCloseable {
  private static final String RESOURCE = "costs.wasm";
  private static final int WARM = 8;
  private static final Pattern NAME = Pattern.compile("(?:fit|judge|beside)_[a-z]+");

  private final ContentStore content = EmbeddedContent.inMemory();
  private final WasmExecutor executor =
      WasmExecutor.create(
          Thread.ofPlatform().daemon().stackSize(8 << 20).factory(),
          WallClock.MACHINE,
          WasmLimits.DEFAULTS);
  private final ContentId image;
  private int tasks;

  Kernels() throws IOException {
    image = content.put(ContentSource.of(module()), Progress.NONE);
  }

  static byte[] module() throws IOException {
    try (InputStream stream =
        Kernels.class.getResourceAsStream("/io/edgebeat/benchmarks/costs/" + RESOURCE)) {
      if (stream == null) {
        throw new IOException("no resource " + RESOURCE);
      }
      return stream.readAllBytes();
    }
  }

  /** The kernels' names, in order: beside, fit, judge. */
  static List<String> names() throws IOException {
    Matcher matcher = NAME.matcher(new String(module(), StandardCharsets.ISO_8859_1));
    TreeSet<String> names = new TreeSet<>();
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return List.copyOf(names);
  }

  /** What so many turns of a kernel use. */
  Usage run(String kernel, int turns) throws InterruptedException {
    ExecutionRequest request =
        new ExecutionRequest(
            new ExecutionId(new AgreementId(Bytes32.ZERO), ++tasks),
            new Workload(
                Workload.WASM, image, Optional.of(kernel), List.of(Integer.toString(turns))),
            Optional.empty(),
            ExecutionLimits.DEFAULTS,
            HostProfile.NOTHING,
            Map.of(),
            Map.of(),
            Instant.MAX,
            Meter.FREE,
            content);
    try (Execution execution = executor.start(request)) {
      TaskOutcome outcome = execution.await();
      if (!(outcome instanceof TaskOutcome.Completed)) {
        throw new IllegalStateException(kernel + " ended as " + outcome);
      }
      return execution.usage();
    }
  }

  /**
   * Turns that take some time, found by doubling. A kernel that has only begun to be compiled needs
   * fewer than one that is, so it is looked for again when the kernel has run for a while.
   */
  int turns(String kernel, long nanos) throws InterruptedException {
    int turns = 1;
    for (int pass = 0; pass < 3; pass++) {
      while (nanos(kernel, turns, 1) < nanos && turns < 1 << 20) {
        turns *= 2;
      }
      for (int i = 0; i < WARM; i++) {
        double unused = nanos(kernel, turns, 1);
      }
    }
    return turns;
  }

  /**
   * The median processor time of some turns, without what starting and ending takes.
   *
   * @param rounds how often it is measured
   */
  double nanos(String kernel, int turns, int rounds) throws InterruptedException {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      nanos.add(run(kernel, turns).cpuNanos() - run(kernel, 0).cpuNanos());
    }
    nanos.sort(null);
    return nanos.get(rounds / 2);
  }

  /** The fuel of some turns, without that of none. */
  long fuel(String kernel, int turns) throws InterruptedException {
    return run(kernel, turns).fuel() - run(kernel, 0).fuel();
  }

  @Override
  public void close() {
    executor.close();
    content.close();
  }
}

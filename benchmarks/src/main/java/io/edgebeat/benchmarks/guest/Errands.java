package io.edgebeat.benchmarks.guest;

import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
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
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has an executor call {@code run} of one module again and again. */
final class Errands implements AutoCloseable {
  private final ContentStore content = EmbeddedContent.inMemory();
  private final ContentId module;
  private int number;
  private String last = "";

  Errands(byte[] module) {
    this.module = content.put(ContentSource.of(module), Progress.NONE);
  }

  /** One task, from its order to its result; how many nanoseconds it took. */
  long run(Executor executor, int argument) throws InterruptedException {
    long before = System.nanoTime();
    ExecutionRequest request =
        new ExecutionRequest(
            new ExecutionId(new AgreementId(Bytes32.ZERO), ++number),
            new Workload(
                Workload.WASM, module, Optional.of("run"), List.of(String.valueOf(argument))),
            Optional.empty(),
            ExecutionLimits.DEFAULTS,
            HostProfile.NOTHING,
            Map.of(),
            Map.of(),
            Instant.MAX,
            Meter.FREE,
            content);
    TaskOutcome outcome = executor.start(request).await();
    long nanos = System.nanoTime() - before;
    ContentId result =
        outcome.output().orElseThrow(() -> new IllegalStateException("no result: " + outcome));
    last = new String(content.open(result).readAll(100), StandardCharsets.UTF_8).strip();
    return nanos;
  }

  /** What the last task has said. */
  String last() {
    return last;
  }

  @Override
  public void close() {
    content.close();
  }
}

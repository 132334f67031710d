package io.edgebeat.benchmarks.child;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Blob;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives an executor one small thing to do after the other, and looks at what comes out. */
final class Desk implements AutoCloseable {
  /** Adds two numbers. */
  private static final String ADD =
      "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";

  /** Reads a capability to its end, and says how many messages there were. */
  private static final String COPY =
      "0061736d0100000001130360027f7f017f60047f7f7f7f017f6000017f0239020865646765626561740b73747265"
          + "616d5f6f70656e000016776173695f736e617073686f745f70726576696577310766645f726561640001030201"
          + "02050301000107110204636f70790002066d656d6f727902000a40013e01027f41e40041061000210041104"
          + "1e80736000041144180203600000340200041104101411810011a41182800000440200141016a21010c010b0b"
          + "20010b0b0d010041e4000b0673656e736f72";

  private final ContentStore content = EmbeddedContent.inMemory();
  private final Workload add = workload(ADD, "add", List.of("2", "40"));
  private final Workload copy = workload(COPY, "copy", List.of());
  private int tasks;

  private Workload workload(String hex, String entry, List<String> arguments) {
    ContentId id = content.put(ContentSource.of(HexFormat.of().parseHex(hex)), Progress.NONE);
    return new Workload(Workload.WASM, id, Optional.of(entry), arguments);
  }

  /** Gives hundreds of messages of 16 bytes, and then no more. */
  private static final class Sensor implements CapabilitySession {
    private long left;

    Sensor(long messages) {
      left = messages;
    }

    @Override
    public Optional<Blob> read() {
      return left-- <= 0 ? Optional.empty() : Optional.of(Blob.of(new byte[16]));
    }

    @Override
    public void write(Blob message) {}

    @Override
    public void close() {}
  }

  /** Prepares both programs. */
  void prepare(Executor executor) {
    executor.prepare(add, content, Progress.NONE);
    executor.prepare(copy, content, Progress.NONE);
  }

  /** Starts an addition under an agreement and waits for its result; the nanoseconds it took. */
  long add(Executor executor, int agreement) throws InterruptedException {
    long before = System.nanoTime();
    String sum = run(executor, add, agreement, Map.of());
    long nanos = System.nanoTime() - before;
    if (!sum.equals("42\n")) {
      throw new IllegalStateException("2 and 40 is " + sum);
    }
    return nanos;
  }

  /** Lets a program read some messages. */
  long messages(Executor executor, int agreement, long count) throws InterruptedException {
    String read = run(executor, copy, agreement, Map.of("sensor", new Sensor(count)));
    if (!read.equals(count + "\n")) {
      throw new IllegalStateException(count + " messages, and " + read + " were read");
    }
    return count;
  }

  private String run(
      Executor executor, Workload workload, int agreement, Map<String, CapabilitySession> sensors)
      throws InterruptedException {
    byte[] digest = ContentId.sha256(ByteBuffer.allocate(4).putInt(agreement).array()).toBytes();
    ExecutionRequest request =
        new ExecutionRequest(
            new ExecutionId(new AgreementId(io.edgebeat.api.identity.Bytes32.of(digest)), ++tasks),
            workload,
            Optional.empty(),
            ExecutionLimits.DEFAULTS,
            HostProfile.NOTHING,
            sensors,
            Map.of(),
            Instant.MAX,
            Meter.FREE,
            content);
    try (Execution execution = executor.start(request)) {
      TaskOutcome outcome = execution.await();
      ContentId result =
          outcome.output().orElseThrow(() -> new IllegalStateException("no result: " + outcome));
      return new String(content.open(result).readAll(100), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    content.close();
  }
}

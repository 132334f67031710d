package io.edgebeat.benchmarks.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
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
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The executor as a node has it, with a store for what it runs. */
final class Host implements AutoCloseable {
  private volatile ContentStore content = EmbeddedContent.inMemory();
  private final AtomicInteger tasks = new AtomicInteger();
  private final WasmExecutor executor;

  Host(WasmLimits maxima) {
    executor =
        WasmExecutor.create(
            Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory(),
            InstantSource.system(),
            maxima);
  }

  /** Drops everything that was put or written; what runs still writes to where it has begun. */
  void forget() {
    content = EmbeddedContent.inMemory();
  }

  /** Puts a module where it can be started. */
  ContentId put(byte[] module) {
    return content.put(ContentSource.of(module), Progress.NONE);
  }

  /** A command, which is called by {@code _start}. */
  static Workload command(ContentId image) {
    return new Workload(Workload.WASM, image, Optional.empty(), List.of());
  }

  /** An exported function, and what it is given. */
  static Workload call(ContentId image, String function, String... arguments) {
    return new Workload(Workload.WASM, image, Optional.of(function), List.of(arguments));
  }

  /** Compiles it, or says why not. */
  void prepare(Workload workload) {
    executor.prepare(workload, content, Progress.NONE);
  }

  /** Starts a guest that sees nothing of its host. */
  Execution start(Workload workload, ExecutionLimits limits) {
    return start(workload, limits, HostProfile.NOTHING, Map.of(), Meter.FREE);
  }

  Execution start(
      Workload workload,
      ExecutionLimits limits,
      HostProfile profile,
      Map<String, CapabilitySession> capabilities,
      Meter meter) {
    Map<String, Long> units = new HashMap<>();
    capabilities.keySet().forEach(name -> units.put(name, 1L));
    return executor.start(
        new ExecutionRequest(
            new ExecutionId(new AgreementId(Bytes32.ZERO), tasks.incrementAndGet()),
            workload,
            Optional.empty(),
            limits,
            profile,
            capabilities,
            units,
            Instant.MAX,
            meter,
            content));
  }

  /** Runs to the end. */
  TaskOutcome run(Workload workload, ExecutionLimits limits) throws InterruptedException {
    try (Execution execution = start(workload, limits)) {
      return execution.await();
    }
  }

  /** Whether this is no module at all, whatever else would keep it from being run. */
  boolean isBad(byte[] module) {
    ContentId image = put(module);
    try {
      prepare(call(image, ""));
      return false;
    } catch (EdgeBeatException e) {
      return e.code() == ErrorCode.BAD_WORKLOAD && !isMissingEntry(e);
    } finally {
      content.unpin(image);
    }
  }

  /** The module is right, but does not export what is to be called. */
  static boolean isMissingEntry(EdgeBeatException e) {
    return String.valueOf(e.getMessage()).contains("exports no function");
  }

  ContentStore content() {
    return content;
  }

  WasmExecutor executor() {
    return executor;
  }

  @Override
  public void close() {
    executor.close();
    content.close();
  }
}

package io.edgebeat.benchmarks.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.WasmLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A value: a program and what it may do.
 *
 * @param module its bytes
 * @param maxima of the executor that runs it
 * @param limits its own
 * @param profile what it sees of its host
 * @param capability whether it is granted a stream named {@link #STREAM}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Trial(
    byte[] module,
    WasmLimits maxima,
    ExecutionLimits limits,
    HostProfile profile,
    boolean capability) {
  static final String STREAM = "sensor";

  /** What is called; a module without it is a command. */
  static final String FUNCTION = "f";

  /** Long enough for every program that ends. */
  private static final Duration WALL = Duration.ofSeconds(60);

  private static final ExecutionLimits LIMITS =
      new ExecutionLimits(1 << 20, WALL, 1 << 10, 1 << 16);

  static Trial of(byte[] module) {
    return new Trial(module, WasmLimits.DEFAULTS, LIMITS, HostProfile.NOTHING, false);
  }

  /** With little time. */
  Trial hurried() {
    return new Trial(
        module, maxima, limits.withWallTime(Duration.ofMillis(150)), profile, capability);
  }

  Trial maxima(UnaryOperator<WasmLimits> change) {
    return new Trial(module, change.apply(maxima), limits, profile, capability);
  }

  Trial memoryBytes(long bytes) {
    return new Trial(module, maxima, limits.withMemoryBytes(bytes), profile, capability);
  }

  Trial outputBytes(long bytes) {
    return new Trial(
        module,
        maxima,
        new ExecutionLimits(limits.memoryBytes(), limits.wallTime(), limits.inputBytes(), bytes),
        profile,
        capability);
  }

  Trial profile(HostProfile other) {
    return new Trial(module, maxima, limits, other, capability);
  }

  Trial granted() {
    return new Trial(module, maxima, limits, profile, true);
  }

  /** What comes of it, such as {@code trapped unreachable}, {@code completed 5}. */
  String run(Host host) throws InterruptedException {
    ContentId image = host.put(module);
    try {
      Workload workload = Host.call(image, FUNCTION);
      try {
        host.prepare(workload);
      } catch (EdgeBeatException e) {
        if (!Host.isMissingEntry(e)) {
          throw e;
        }
        workload = Host.command(image);
        host.prepare(workload);
      }
      Map<String, CapabilitySession> sessions =
          capability ? Map.of(STREAM, new Silent()) : Map.of();
      try (Execution execution = host.start(workload, limits, profile, sessions, Meter.FREE)) {
        return text(execution.await(), host);
      }
    } catch (EdgeBeatException e) {
      return "refused " + e.code() + " " + e.getMessage();
    }
  }

  private static String text(TaskOutcome outcome, Host host) {
    return switch (outcome) {
      case TaskOutcome.Completed done -> "completed " + output(done.result(), host);
      case TaskOutcome.Exited exited -> "exited " + exited.code();
      case TaskOutcome.Trapped trapped -> "trapped " + trapped.reason();
      case TaskOutcome.OutOfFuel none -> "out of fuel";
      case TaskOutcome.OutOfMemory none -> "out of memory";
      case TaskOutcome.TimedOut late -> "timed out";
      case TaskOutcome.Stopped stopped -> "stopped " + stopped.reason();
      case TaskOutcome.Failed failed -> "failed " + failed.code() + " " + failed.message();
    };
  }

  /** Results, or how many bytes there are when they are many. */
  private static String output(ContentId id, Host host) {
    try (ContentReader reader = host.content().open(id)) {
      byte[] bytes = reader.readAll(1 << 24);
      return bytes.length > 1_000
          ? bytes.length + " bytes"
          : new String(bytes, StandardCharsets.UTF_8).strip().replace('\n', ' ');
    }
  }

  /** A stream that is at its end. */
  private static final class Silent implements CapabilitySession {
    @Override
    public Optional<Blob> read() {
      return Optional.empty();
    }

    @Override
    public void write(Blob message) {}

    @Override
    public void close() {}
  }
}

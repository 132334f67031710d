package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** An executor on a clock that stands still until told, and what is needed to start something. */
final class Bench implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final ExecutionLimits LIMITS =
      ExecutionLimits.DEFAULTS.withWallTime(Duration.ofSeconds(30)).withMemoryBytes(4 << 20);

  private static final AtomicInteger TASKS = new AtomicInteger();

  final MemoryContent content = new MemoryContent();
  final AtomicReference<Instant> now = new AtomicReference<>(START);
  final WasmExecutor executor;

  Bench() {
    this(WasmLimits.DEFAULTS);
  }

  Bench(WasmLimits maxima) {
    executor = WasmExecutor.create(threads(), now::get, maxima);
  }

  /** Guests run in one mode. */
  static Bench of(WasmMode mode, WasmLimits maxima) {
    return new Bench(clock -> WasmExecutor.create(threads(), clock, maxima, mode));
  }

  Bench(InstantSource clock) {
    executor = WasmExecutor.create(threads(), clock, WasmLimits.DEFAULTS);
  }

  Bench(WasmExecutor executor) {
    this.executor = executor;
  }

  Bench(Function<InstantSource, WasmExecutor> executors) {
    executor = executors.apply(now::get);
  }

  /** Guests in children. */
  static Bench inChildren(WasmLimits maxima, ChildOptions options) {
    return new Bench(clock -> WasmExecutor.inChildren(threads(), clock, maxima, options));
  }

  /** What classes lock that start child JVMs, so that the others' are not taken for left behind. */
  static final String CHILDREN = "children";

  /** A process that was killed takes a moment to die; one that nobody has killed stays. */
  static void noChildIsLeft() throws Exception {
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      child.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  static java.util.concurrent.ThreadFactory threads() {
    return Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory();
  }

  /** What to start, with everything at its simplest. */
  final class Start {
    private final ContentId image;
    private Optional<String> entry = Optional.empty();
    private List<String> arguments = List.of();
    private Optional<ContentId> input = Optional.empty();
    private ExecutionLimits limits = LIMITS;
    private HostProfile profile = HostProfile.NOTHING;
    private final Map<String, CapabilitySession> capabilities = new HashMap<>();
    private final Map<String, Long> units = new HashMap<>();
    private Instant lease = START.plusSeconds(3600);
    private Meter meter = Meter.FREE;
    private Bytes32 agreement = Bytes32.ZERO;

    private Start(byte[] module) {
      image = content.put(module);
    }

    Start call(String function, String... words) {
      entry = Optional.of(function);
      arguments = List.of(words);
      return this;
    }

    Start arguments(String... words) {
      arguments = List.of(words);
      return this;
    }

    Start input(String text) {
      input = Optional.of(content.put(text.getBytes(StandardCharsets.UTF_8)));
      return this;
    }

    Start limits(ExecutionLimits value) {
      limits = value;
      return this;
    }

    Start wallMillis(long millis) {
      limits = limits.withWallTime(Duration.ofMillis(millis));
      return this;
    }

    Start profile(HostProfile value) {
      profile = value;
      return this;
    }

    Start capability(String name, long unitsPerMessage, CapabilitySession session) {
      capabilities.put(name, session);
      units.put(name, unitsPerMessage);
      return this;
    }

    Start lease(Instant until) {
      lease = until;
      return this;
    }

    Start meter(Meter value) {
      meter = value;
      return this;
    }

    /** Of which agreement it is a task; by default all are of one. */
    Start agreement(int number) {
      byte[] digest = new byte[32];
      digest[31] = (byte) number;
      agreement = Bytes32.of(digest);
      return this;
    }

    Workload workload() {
      return new Workload(Workload.WASM, image, entry, arguments);
    }

    void prepare() {
      executor.prepare(workload(), content, Progress.NONE);
    }

    ExecutionRequest request() {
      return new ExecutionRequest(
          new ExecutionId(new AgreementId(agreement), TASKS.incrementAndGet()),
          workload(),
          input,
          limits,
          profile,
          capabilities,
          units,
          lease,
          meter,
          content);
    }

    Execution start() {
      return executor.start(request());
    }

    TaskOutcome run() throws InterruptedException {
      return start().await();
    }

    /** The output of a program that must complete. */
    String output() throws InterruptedException {
      TaskOutcome outcome = run();
      if (!(outcome instanceof TaskOutcome.Completed done)) {
        throw new AssertionError("expected Completed, found " + outcome);
      }
      return text(done.result());
    }
  }

  Start wat(String text) {
    return new Start(Wat.assemble(text));
  }

  Start module(byte[] bytes) {
    return new Start(bytes);
  }

  String text(ContentId id) {
    return new String(content.get(id), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    executor.close();
  }
}

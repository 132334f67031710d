package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs a guest in this JVM, on the execution's own thread. */
final class LocalRun implements GuestRun {
  /** Read once: the first reading loads much of the management classes. */
  private static final @Nullable ThreadMXBean THREADS = threadTimes();

  private final ExecutionRequest request;
  private final WasmEngine.Compiled compiled;
  private final boolean hasStart;
  private final ModuleShape shape;
  private final EntryCall entry;
  private final WasmLimits maxima;
  private final long memoryPages;
  private volatile @Nullable Thread thread;
  private volatile WasmEngine.@Nullable Instance instance;
  private volatile LongSupplier files = () -> 0;
  private volatile @Nullable GuestControl control;
  private volatile @Nullable FuelSupply fuel;

  LocalRun(
      ExecutionRequest request,
      WasmEngine.Compiled compiled,
      boolean hasStart,
      ModuleShape shape,
      EntryCall entry,
      WasmLimits maxima) {
    this.request = request;
    this.compiled = compiled;
    this.hasStart = hasStart;
    this.shape = shape;
    this.entry = entry;
    this.maxima = maxima;
    this.memoryPages = request.limits().memoryBytes() / ModuleShape.PAGE_BYTES;
  }

  private static @Nullable ThreadMXBean threadTimes() {
    try {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      return threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
          ? threads
          : null;
    } catch (RuntimeException | LinkageError e) {
      return null; // a JVM without management: processor time is not counted
    }
  }

  @Override
  public TaskOutcome run(GuestControl wishes, Counters counters, ExecutionLog log) {
    thread = Thread.currentThread();
    control = wishes;
    if (request.input().isEmpty()) {
      return run(wishes, counters, log, InputStream.nullInputStream());
    }
    try (ContentReader reader = request.content().open(request.input().get())) {
      long limit = request.limits().inputBytes();
      if (reader.sizeBytes() > limit) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_TOO_LARGE,
            "the input has " + reader.sizeBytes() + " bytes; the limit is " + limit);
      }
      return run(wishes, counters, log, reader.stream());
    }
  }

  private TaskOutcome run(
      GuestControl wishes, Counters counters, ExecutionLog log, InputStream input) {
    FuelSupply supply = new FuelSupply(request.meter(), request.limits().fuel(), wishes);
    fuel = supply;
    WasiHost host =
        new WasiHost(
            asking(supply),
            new PaidControl(wishes, supply),
            counters,
            log,
            input,
            maxima.messageBytes(),
            maxima.files());
    files = host::fileBytes;
    int code = 0;
    try {
      List<WasmEngine.HostCall> imports = shape.imports().stream().map(host::call).toList();
      WasmEngine.Instance started = compiled.instantiate(imports, memoryPages, wishes::gate);
      supply.begin(started);
      instance = started;
      if (hasStart) {
        started.call(MeteredModule.START, new long[0]);
      }
      if (request.workload().entry().isPresent()
          && shape.functionExports().containsKey(EntryCall.INITIALIZE)
          && !entry.function().equals(EntryCall.INITIALIZE)) {
        started.call(EntryCall.INITIALIZE, new long[0]);
      }
      long[] results = started.call(entry.function(), entry.arguments());
      supply.end(); // before anything of its result is seen
      host.appendOutput(entry.text(results).getBytes(StandardCharsets.US_ASCII));
    } catch (GuestEnd.Exit e) {
      code = e.code;
      supply.end();
    } catch (GuestEnd e) {
      return GuestOutcome.of(supply.end(e), instance, shape, request.limits());
    }
    if (wishes.isEnding()) {
      return WasmExecution.STOPPED; // replaced by what wanted the end
    }
    ContentId result = request.content().put(ContentSource.of(host.output()), Progress.NONE);
    return code == 0 ? new TaskOutcome.Completed(result) : new TaskOutcome.Exited(code, result);
  }

  /** The request of a guest that asks its meter through its supply of fuel. */
  private ExecutionRequest asking(FuelSupply supply) {
    return new ExecutionRequest(
        request.id(),
        request.workload(),
        request.input(),
        request.limits(),
        request.hostProfile(),
        request.capabilities(),
        request.unitsPerMessage(),
        request.leaseUntil(),
        supply,
        request.content());
  }

  @Override
  public void changed() {
    GuestControl wishes = control;
    if (wishes != null && wishes.isEnding()) {
      kill();
    }
  }

  @Override
  public void kill() {
    WasmEngine.Instance current = instance;
    if (current != null) {
      current.stop();
    }
  }

  @Override
  public void release() {
    WasmEngine.Instance ended = instance;
    if (ended != null) {
      ended.release();
    }
  }

  @Override
  public long memoryBytes() {
    WasmEngine.Instance current = instance;
    return current != null
        ? current.memoryBytes() + files.getAsLong()
        : shape.memory().map(size -> size.min() * ModuleShape.PAGE_BYTES).orElse(0L);
  }

  @Override
  public long cpuNanos() {
    return cpuNanos(thread);
  }

  /** The time on a core of a thread, as far as that is known. */
  static long cpuNanos(@Nullable Thread guest) {
    // -1 when the thread has ended or not begun
    return THREADS == null || guest == null
        ? 0
        : Math.max(0, THREADS.getThreadCpuTime(guest.threadId()));
  }

  @Override
  public long fuel() {
    FuelSupply supply = fuel;
    return supply == null ? 0 : supply.used();
  }
}

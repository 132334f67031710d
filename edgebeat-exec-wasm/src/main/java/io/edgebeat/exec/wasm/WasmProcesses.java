package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import io.edgebeat.exec.wasm.snapshot.Snapshot;
import io.edgebeat.exec.wasm.snapshot.SnapshotReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens long-lived guests in this JVM and resumes frozen ones: a module whose exported functions
 * are called one after another, and which keeps its state between them.
 *
 * <p>A guest sees what one of {@link WasmExecutor} sees, but no arguments and no capabilities:
 * messages for it are arguments and inputs of calls.
 *
 * <p>Threads: calls may overlap. After close: {@code CLOSED}.
 */
public final class WasmProcesses implements AutoCloseable {
  /** What a snapshot may have besides memory and files. */
  private static final long SLACK_BYTES = 64L << 20;

  private final ThreadFactory threads;
  private final WasmLimits maxima;
  private final ContentStore content;
  private final Watchdog watchdog;
  private final ModuleCache modules;
  private final Set<WasmProcess> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean closed;

  private WasmProcesses(
      ThreadFactory threads,
      InstantSource clock,
      WasmLimits maxima,
      WasmMode mode,
      ContentStore content) {
    this.threads = threads;
    this.maxima = maxima;
    this.content = content;
    this.modules = new ModuleCache(threads, maxima, WasmEngines.of(mode, maxima, threads));
    this.watchdog = new Watchdog(threads, clock);
  }

  /**
   * Creates what processes are opened with.
   *
   * @param threads makes platform threads: two at once, one more while a module is compiled, and
   *     one for each call, with stacks of {@link WasmExecutor#STACK_BYTES}
   * @param clock the time of the node
   * @param maxima the most that is given to any process; {@link WasmLimits#executions()} is how
   *     many may be open
   * @param mode how guests' code is run; with {@link WasmMode#GRAAL} freezing and resuming are
   *     {@code UNSUPPORTED}
   * @param content where modules, inputs and snapshots are, and results go; not closed here
   * @return the processes, none yet
   * @throws EdgeBeatException {@code BACKEND_MISSING} when the jars of a mode are not there
   */
  public static WasmProcesses create(
      ThreadFactory threads,
      InstantSource clock,
      WasmLimits maxima,
      WasmMode mode,
      ContentStore content) {
    return new WasmProcesses(threads, clock, maxima, mode, content);
  }

  /**
   * Opens a process. No code of the module runs before its first call.
   *
   * <p>Threads: calls may overlap. Blocking: while the module is fetched and compiled; an interrupt
   * ends it with {@code INTERRUPTED} and stays set. Errors: as listed below, and what the content
   * store throws. After close: {@code CLOSED}.
   *
   * @param module the module
   * @param limits what it may use: fuel in all its life, time, input and output in each call
   * @param profile what it may see of its host
   * @return the process, which the caller closes
   * @throws EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}, {@code
   *     LIMIT_EXCEEDED} naming the limit
   */
  public WasmProcess open(ContentId module, ExecutionLimits limits, HostProfile profile) {
    return placed(() -> guest(module, limits, profile));
  }

  /**
   * Goes on from a snapshot, which is read and checked in full before anything of it is used.
   *
   * <p>Threads: calls may overlap. Blocking: as {@link #open}, and while the snapshot is read.
   * Errors: as listed below, and what the content store throws; nothing was opened then. After
   * close: {@code CLOSED}.
   *
   * @param snapshot what {@link WasmProcess#freeze} gave, in this mode or another, here or
   *     elsewhere
   * @return the process, which the caller closes
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when it is no snapshot, or does not fit its
   *     module, naming the value; {@code UNKNOWN_VERSION} of the form or the prices; {@code
   *     LIMIT_EXCEEDED} naming the limit; {@code CONTENT_MISMATCH}; as {@link #open}
   */
  public WasmProcess resume(ContentId snapshot) {
    return placed(
        () -> {
          Snapshot frozen = read(snapshot);
          ProcessGuest guest = guest(frozen.module(), frozen.limits(), frozen.profile());
          boolean restored = false;
          try {
            guest.restore(frozen);
            restored = true;
            return guest;
          } finally {
            if (!restored) {
              guest.close();
            }
          }
        });
  }

  /**
   * What a snapshot says of itself; its module is not looked at.
   *
   * <p>Threads: calls may overlap. Blocking: while it is read. Errors: as listed below, and what
   * the content store throws. After close: {@code CLOSED}.
   *
   * @param snapshot the snapshot
   * @return what it says
   * @throws EdgeBeatException {@code BAD_WORKLOAD}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public WasmSnapshot describe(ContentId snapshot) {
    checkOpen();
    Snapshot frozen = read(snapshot);
    return new WasmSnapshot(
        snapshot,
        frozen.module(),
        frozen.limits(),
        frozen.profile(),
        frozen.fuelUsed(),
        (long) frozen.machine().pages() * MachineState.PAGE_BYTES);
  }

  private Snapshot read(ContentId id) {
    long files = Math.min(maxima.fileBytes(), 1L << 40);
    SnapshotReader.Limits limits =
        new SnapshotReader.Limits(
            maxima.memoryBytes() + 2 * files + SLACK_BYTES,
            maxima.memoryBytes(),
            maxima.tableEntries());
    Snapshot snapshot;
    try (ContentReader reader = content.open(id)) {
      snapshot = SnapshotReader.read(reader, limits);
    }
    if (snapshot.costsVersion() != CostTable.CURRENT.version()) {
      throw new EdgeBeatException(
          ErrorCode.UNKNOWN_VERSION,
          "the snapshot counts fuel by prices of version "
              + snapshot.costsVersion()
              + "; those here are of version "
              + CostTable.CURRENT.version());
    }
    return snapshot;
  }

  private ProcessGuest guest(ContentId module, ExecutionLimits limits, HostProfile profile) {
    EdgeBeatException over = WasmExecutor.overLimits(limits, maxima);
    if (over != null) {
      throw over;
    }
    WasmExecutor.checkEnvironment(profile);
    ModuleCache.Prepared prepared = modules.prepared(module, content, Progress.NONE);
    WasmExecutor.checkMemory(prepared.shape(), limits.memoryBytes());
    // An entry, so that the guest finds no arguments but its name.
    Workload workload =
        new Workload(Workload.WASM, module, Optional.of(EntryCall.INITIALIZE), List.of());
    return new ProcessGuest(request(workload, limits, profile), prepared, maxima);
  }

  /** Of no agreement, without a lease: whoever opens a process ends it by closing it. */
  private ExecutionRequest request(Workload workload, ExecutionLimits limits, HostProfile profile) {
    return new ExecutionRequest(
        new ExecutionId(new AgreementId(Bytes32.ZERO), calls.incrementAndGet()),
        workload,
        Optional.empty(),
        limits,
        profile,
        Map.of(),
        Map.of(),
        Instant.MAX,
        Meter.FREE,
        content);
  }

  private interface Opening {
    ProcessGuest open();
  }

  private WasmProcess placed(Opening opening) {
    checkOpen();
    if (places.incrementAndGet() > maxima.executions()) {
      places.decrementAndGet();
      throw new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "all places for " + maxima.executions() + " processes are taken",
          null);
    }
    WasmProcess process = null;
    try {
      process = new WasmProcess(this, opening.open());
      open.add(process);
    } finally {
      if (process == null) {
        places.decrementAndGet();
      }
    }
    if (closed) {
      process.close(); // who closed all has not seen it
      checkOpen();
    }
    return process;
  }

  /** Starts one call of a process. */
  WasmExecution start(Workload workload, ExecutionRequest order, ProcessRun run) {
    ExecutionRequest request = request(workload, order.limits(), order.hostProfile());
    WasmExecution execution = new WasmExecution(request, run, owner);
    boolean started = false;
    try {
      WasmExecutor.begin(execution, threads, watchdog);
      started = true;
      return execution;
    } finally {
      if (!started) {
        execution.neverRan();
      }
    }
  }

  private final WasmExecution.Owner owner =
      new WasmExecution.Owner() {
        @Override
        public void ended(WasmExecution execution) {}

        @Override
        public void left(WasmExecution execution) {}

        @Override
        public void abandoned(WasmExecution execution) {
          watchdog.warn(execution + WasmExecutor.LEFT_BEHIND);
        }
      };

  /** A process is closed. */
  void closed(WasmProcess process) {
    if (open.remove(process)) {
      places.decrementAndGet();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the WebAssembly processes are closed");
    }
  }

  /**
   * Closes all processes; idempotent.
   *
   * <p>Threads: at any time; calls that are under way are stopped. Blocking: until they have ended,
   * for some seconds at most. Errors: none. After close: nothing happens.
   */
  @Override
  public void close() {
    closed = true;
    List.copyOf(open).forEach(WasmProcess::close);
    watchdog.close();
    modules.clear();
  }
}

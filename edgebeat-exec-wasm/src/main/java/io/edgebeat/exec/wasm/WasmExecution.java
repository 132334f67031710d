package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One guest on one thread of its own. Its end is decided once: by the guest, or by whoever is first
 * to want it ended. A guest that is wanted to end is interrupted again and again until it has; if
 * it has not after {@link #PATIENCE}, it is given up: its outcome stands, its thread is left behind
 * and keeps its place among the executions that may run.
 *
 * <p>Pausing holds the guest at its next call of a host function, and at its next instruction where
 * it is interpreted. Compiled code that only computes is not held; its lease bounds how long it can
 * go on.
 */
final class WasmExecution implements Execution, HostControl, Watchdog.Watched {
  static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PATIENCE_NANOS = PATIENCE.toNanos();

  private static final String STOPPED = "stopped";

  /** Read once: the first reading loads much of the management classes. */
  private static final @Nullable ThreadMXBean THREADS = threadTimes();

  /** What an execution needs of its executor. */
  interface Owner {
    /** The outcome is decided. */
    void ended(WasmExecution execution);

    /** The guest has left its thread. */
    void left(WasmExecution execution);

    /** The guest did not end when it had to. */
    void abandoned(WasmExecution execution);
  }

  private record Ending(TaskOutcome outcome, long sinceNanos) {}

  private final ExecutionRequest request;
  private final WasmEngine.Compiled compiled;
  private final ModuleShape shape;
  private final EntryCall entry;
  private final WasmLimits maxima;
  private final Owner owner;
  private final ExecutionLog log = new ExecutionLog();
  private final Counters counters = new Counters();
  private final GuestEvent event = new GuestEvent();
  private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final long startNanos = System.nanoTime();
  private final long wallNanos;
  private final long memoryPages;
  private final Object pauseLock = new Object();
  private final Object waitLock = new Object();
  private final Object usageLock = new Object();

  private volatile @Nullable Thread thread;
  private volatile WasmEngine.@Nullable Instance instance;
  private volatile LongSupplier files = () -> 0;
  private volatile Instant leaseUntil;
  private volatile boolean paused;
  private volatile boolean draining;
  private volatile long forceAtNanos;
  private boolean waiting; // by waitLock

  private long memorySampledNanos = startNanos; // by usageLock, and so are the following
  private long memorySampledBytes;
  private long kibMicros;
  private long cpuNanos;
  private @Nullable Usage finalUsage;

  WasmExecution(
      ExecutionRequest request,
      WasmEngine.Compiled compiled,
      ModuleShape shape,
      EntryCall entry,
      WasmLimits maxima,
      Owner owner) {
    this.request = request;
    this.compiled = compiled;
    this.shape = shape;
    this.entry = entry;
    this.maxima = maxima;
    this.owner = owner;
    this.event.begin();
    this.leaseUntil = request.leaseUntil();
    this.wallNanos = request.limits().wallTime().toNanos();
    this.memoryPages = request.limits().memoryBytes() / ModuleShape.PAGE_BYTES;
    this.memorySampledBytes =
        shape.memory().map(size -> size.min() * ModuleShape.PAGE_BYTES).orElse(0L);
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

  /** Says which thread will call {@link #run}, before it does. */
  void runsOn(Thread guestThread) {
    thread = guestThread;
  }

  /** Ends an execution whose thread could not be started. */
  void neverRan() {
    finish(new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, "it could not be started"));
  }

  /** The life of the guest's thread. */
  void run() {
    TaskOutcome how = guest();
    owner.left(this); // before the outcome is seen: who waited for it may start the next at once
    finish(how);
  }

  private TaskOutcome guest() {
    TaskOutcome ended;
    try {
      ended = runGuest();
    } catch (EdgeBeatException e) {
      ended = failed(e);
    } catch (OutOfMemoryError e) {
      ended =
          new TaskOutcome.Failed(
              ErrorCode.EXECUTOR_FAILED, "the heap of the executor's JVM is exhausted");
    } catch (RuntimeException | Error e) {
      ended = new TaskOutcome.Failed(ErrorCode.INTERNAL, "the executor failed: " + e);
    }
    Ending wanted = ending.get();
    return wanted == null ? ended : wanted.outcome;
  }

  private static TaskOutcome failed(EdgeBeatException e) {
    return new TaskOutcome.Failed(e.code(), String.valueOf(e.getMessage()));
  }

  private TaskOutcome runGuest() {
    if (request.input().isEmpty()) {
      return runGuest(InputStream.nullInputStream());
    }
    try (ContentReader reader = request.content().open(request.input().get())) {
      long limit = request.limits().inputBytes();
      if (reader.sizeBytes() > limit) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_TOO_LARGE,
            "the input has " + reader.sizeBytes() + " bytes; the limit is " + limit);
      }
      return runGuest(reader.stream());
    }
  }

  private TaskOutcome runGuest(InputStream input) {
    WasiHost host =
        new WasiHost(request, this, counters, log, input, maxima.messageBytes(), maxima.files());
    files = host::fileBytes;
    int code = 0;
    try {
      List<WasmEngine.HostCall> imports = shape.imports().stream().map(host::call).toList();
      WasmEngine.Instance started = compiled.instantiate(imports, memoryPages, this::gate);
      instance = started;
      if (request.workload().entry().isPresent()
          && shape.functionExports().containsKey(EntryCall.INITIALIZE)
          && !entry.function().equals(EntryCall.INITIALIZE)) {
        started.call(EntryCall.INITIALIZE, new long[0]);
      }
      long[] results = started.call(entry.function(), entry.arguments());
      host.appendOutput(entry.text(results).getBytes(StandardCharsets.US_ASCII));
    } catch (GuestEnd.Exit e) {
      code = e.code;
    } catch (GuestEnd.Trap e) {
      return trapped(e.reason);
    } catch (GuestEnd.Stop e) {
      return new TaskOutcome.Stopped(String.valueOf(e.getMessage()));
    } catch (GuestEnd.HostFailure e) {
      return e.getCause() instanceof EdgeBeatException known
          ? failed(known)
          : new TaskOutcome.Failed(
              ErrorCode.EXECUTOR_FAILED, "a host function failed: " + e.getCause());
    }
    if (ending.get() != null) {
      return new TaskOutcome.Stopped(STOPPED); // replaced by what wanted the end
    }
    ContentId result = request.content().put(ContentSource.of(host.output()), Progress.NONE);
    return code == 0 ? new TaskOutcome.Completed(result) : new TaskOutcome.Exited(code, result);
  }

  /**
   * A guest that gives up ({@code unreachable}) with its memory grown to the limit ran out of
   * memory; other traps at the limit may have any reason.
   */
  private TaskOutcome trapped(String reason) {
    WasmEngine.Instance current = instance;
    if (current != null
        && reason.equals("unreachable")
        && shape.memory().isPresent()
        && current.memoryBytes() == memoryPages * ModuleShape.PAGE_BYTES
        && shape.memory().get().min() < memoryPages) {
      return new TaskOutcome.OutOfMemory(request.limits().memoryBytes());
    }
    return new TaskOutcome.Trapped(reason);
  }

  private void finish(TaskOutcome how) {
    synchronized (usageLock) {
      if (finalUsage == null) {
        finalUsage = sample();
      }
    }
    if (over.compareAndSet(false, true)) {
      owner.ended(this);
      record(how);
      log.end();
      outcome.complete(how);
    }
  }

  private void record(TaskOutcome how) {
    if (event.shouldCommit()) {
      event.execution = request.id().toString();
      event.module = request.workload().image().toString();
      event.entry = request.workload().entry().orElse(EntryCall.COMMAND);
      event.outcome = how.toString();
      synchronized (usageLock) {
        event.fuel = usage().fuel();
        event.memoryPeak = memorySampledBytes; // linear memory never shrinks
      }
      event.commit();
    }
  }

  private void end(TaskOutcome why) {
    if (ending.compareAndSet(null, new Ending(why, System.nanoTime()))) {
      interrupt();
    }
  }

  private void interrupt() {
    Thread guest = thread;
    if (guest != null) {
      guest.interrupt();
    }
  }

  @Override
  public boolean check(long nanos, @Nullable Instant instant) {
    if (outcome.isDone()) {
      return true;
    }
    Ending wanted = ending.get();
    if (wanted == null) {
      if (nanos - startNanos >= wallNanos) {
        end(new TaskOutcome.TimedOut(request.limits().wallTime().toMillis()));
      } else if (instant != null && !instant.isBefore(leaseUntil)) {
        end(new TaskOutcome.Stopped("lease over"));
      } else if (draining && nanos - forceAtNanos >= 0) {
        end(new TaskOutcome.Stopped(STOPPED));
      }
    } else {
      // Code of the node may have swallowed the interrupt before.
      interrupt();
      if (nanos - wanted.sinceNanos >= PATIENCE_NANOS) {
        owner.abandoned(this);
        finish(wanted.outcome);
        return true;
      }
    }
    synchronized (usageLock) {
      sampleMemory(nanos);
    }
    return false;
  }

  @Override
  public void gate() {
    if (ending.get() != null) {
      throw new GuestEnd.Stop(STOPPED);
    }
    if (paused) {
      hold();
    }
  }

  private void hold() {
    synchronized (pauseLock) {
      while (paused) {
        if (ending.get() != null) {
          throw new GuestEnd.Stop(STOPPED);
        }
        try {
          pauseLock.wait();
        } catch (InterruptedException e) {
          throw new GuestEnd.Stop("interrupted while paused");
        }
      }
    }
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  @Override
  @SuppressWarnings("Interruption") // forgets only an interrupt that drain() has sent
  public void endWait() {
    synchronized (waitLock) {
      waiting = false;
      if (ending.get() == null) {
        Thread.interrupted();
      }
    }
  }

  @Override
  public void beginWait() {
    synchronized (waitLock) {
      waiting = true;
    }
  }

  @Override
  public ExecutionId id() {
    return request.id();
  }

  @Override
  public Usage usage() {
    synchronized (usageLock) {
      return finalUsage != null ? finalUsage : sample();
    }
  }

  private Usage sample() {
    sampleMemory(System.nanoTime());
    Thread guest = thread;
    if (THREADS != null && guest != null) {
      // -1 when the thread has ended or not begun
      cpuNanos = Math.max(cpuNanos, THREADS.getThreadCpuTime(guest.threadId()));
    }
    return new Usage(
        0,
        cpuNanos,
        kibMicros / 1_000_000 * 1_024 + kibMicros % 1_000_000 * 1_024 / 1_000_000,
        counters.bytesIn(),
        counters.bytesOut(),
        counters.messages());
  }

  /** Counts the time since the last look with the size it had then, so never too much. */
  private void sampleMemory(long nanos) {
    long micros = (nanos - memorySampledNanos) / 1_000;
    if (micros > 0) {
      kibMicros += (memorySampledBytes >> 10) * micros;
      memorySampledNanos += micros * 1_000;
    }
    WasmEngine.Instance current = instance;
    if (current != null) {
      memorySampledBytes = current.memoryBytes() + files.getAsLong();
    }
  }

  @Override
  public synchronized void leaseUntil(Instant until) {
    leaseUntil = until;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    synchronized (pauseLock) {
      paused = false;
      pauseLock.notifyAll();
    }
  }

  /**
   * With a grace the guest's streams end at once, which lets a program that reads them finish; its
   * computing goes on until the grace is over.
   */
  @Override
  public void stop(Duration grace) {
    if (grace.isZero() || grace.isNegative()) {
      end(new TaskOutcome.Stopped(STOPPED));
      return;
    }
    long nanos =
        grace.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toNanos() : grace.toNanos();
    synchronized (waitLock) {
      long at = System.nanoTime() + nanos;
      if (!draining || at - forceAtNanos < 0) {
        forceAtNanos = at;
      }
      draining = true;
      if (waiting) {
        interrupt();
      }
    }
  }

  /** Stops it for a reason of its own. */
  void stop(String reason) {
    end(new TaskOutcome.Stopped(reason));
  }

  @Override
  public TaskOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an outcome is never an exception", e);
    }
  }

  @Override
  public WorkloadChannel channel() {
    return log;
  }

  @Override
  public void close() {
    end(new TaskOutcome.Stopped("closed"));
    if (!Thread.currentThread().equals(thread)) {
      awaitEnd();
    }
  }

  /** Waits for the end, which comes in {@link #PATIENCE} at the latest once it is wanted. */
  void awaitEnd() {
    try {
      outcome.get(2 * PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, "the watchdog did not end execution " + id() + ": " + e);
    }
  }

  @Override
  public String toString() {
    return "execution " + id();
  }
}

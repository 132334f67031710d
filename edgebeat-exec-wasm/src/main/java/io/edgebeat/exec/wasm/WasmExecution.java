package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
final class WasmExecution implements Execution, GuestControl, Watchdog.Watched {
  static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PATIENCE_NANOS = PATIENCE.toNanos();

  /** How long a guest elsewhere may take to end and to tell its usage before it is killed. */
  private static final long KILL_NANOS = Duration.ofMillis(250).toNanos();

  static final TaskOutcome STOPPED = new TaskOutcome.Stopped("stopped");

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
  private final GuestRun guest;
  private final Owner owner;
  private final ExecutionLog log;
  private final Counters counters = new Counters();
  private final GuestEvent event = new GuestEvent();
  private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final long startNanos = System.nanoTime();
  private final long wallNanos;
  private final Object pauseLock = new Object();
  private final Object waitLock = new Object();
  private final Object usageLock = new Object();

  private volatile @Nullable Thread thread;
  private volatile Instant leaseUntil;
  private volatile boolean paused;
  private volatile boolean draining;
  private volatile long forceAtNanos;
  private boolean waiting; // by waitLock

  private long memorySampledNanos = startNanos; // by usageLock, and so are the following
  private long memorySampledBytes;
  private long kibMicros;
  private long cpuNanos;
  private long fuel;
  private @Nullable Usage finalUsage;

  WasmExecution(ExecutionRequest request, GuestRun guest, Owner owner) {
    this.request = request;
    this.guest = guest;
    this.owner = owner;
    this.log =
        request.capabilities().containsKey(WorkloadChannel.BUYER)
            ? new ExecutionLog(TaskStream.values())
            : new ExecutionLog(TaskStream.OUTPUT);
    this.event.begin();
    this.leaseUntil = request.leaseUntil();
    this.wallNanos = request.limits().wallTime().toNanos();
    this.memorySampledBytes = guest.memoryBytes();
  }

  /** Whether its end is decided and told. */
  boolean isOver() {
    return over.get();
  }

  /** Linear memory there is now. */
  long memoryBytes() {
    return guest.memoryBytes();
  }

  /** Says which thread will call {@link #run}, before it does. */
  void runsOn(Thread guestThread) {
    thread = guestThread;
  }

  /** Ends an execution whose thread could not be started. */
  void neverRan() {
    guest.drop();
    finish(new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, "it could not be started"));
  }

  /** The life of the guest's thread. */
  void run() {
    TaskOutcome how = runGuest();
    owner.left(this); // before the outcome is seen: who waited for it may start the next at once
    finish(how);
    guest.release(); // after: nobody waits for megabytes to be made zero
  }

  private TaskOutcome runGuest() {
    TaskOutcome ended;
    try {
      ended = guest.run(this, counters, log);
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

  static TaskOutcome failed(EdgeBeatException e) {
    return new TaskOutcome.Failed(e.code(), String.valueOf(e.getMessage()));
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
      guest.changed();
    }
  }

  private void interrupt() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
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
        end(STOPPED);
      }
    } else {
      // Code of the node may have swallowed the interrupt before.
      interrupt();
      if (nanos - wanted.sinceNanos >= KILL_NANOS) {
        guest.kill();
      }
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
      throw new GuestEnd.Stop("stopped");
    }
    if (paused) {
      hold();
    }
  }

  private void hold() {
    synchronized (pauseLock) {
      while (paused) {
        if (ending.get() != null) {
          throw new GuestEnd.Stop("stopped");
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
  public boolean isEnding() {
    return ending.get() != null;
  }

  @Override
  public boolean isPaused() {
    return paused;
  }

  @Override
  public Instant leaseUntil() {
    return leaseUntil;
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
    cpuNanos = Math.max(cpuNanos, guest.cpuNanos());
    fuel = Math.max(fuel, guest.fuel());
    return new Usage(
        fuel,
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
    memorySampledBytes = guest.memoryBytes();
  }

  @Override
  public void leaseUntil(Instant until) {
    leaseUntil = until;
    guest.changed();
  }

  @Override
  public void pause() {
    paused = true;
    guest.changed();
  }

  @Override
  public void resume() {
    synchronized (pauseLock) {
      paused = false;
      pauseLock.notifyAll();
    }
    guest.changed();
  }

  /**
   * With a grace the guest's streams end at once, which lets a program that reads them finish; its
   * computing goes on until the grace is over.
   */
  @Override
  public void stop(Duration grace) {
    if (grace.isZero() || grace.isNegative()) {
      end(STOPPED);
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
    guest.changed();
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

  ExecutionLog log() {
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

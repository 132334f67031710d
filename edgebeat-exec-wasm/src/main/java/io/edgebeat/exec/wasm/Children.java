package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.child.ChildProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The child JVMs of an executor. A child that has run something belongs to the agreement it has run
 * it for, and is ended when that has nothing more to run: no two buyers ever share one. A child
 * that has only prepared an image runs nothing but that image. Spare children that have done
 * nothing are started ahead, but only once there is something to do: a seller who waits has none.
 *
 * <p>Threads: calls may overlap.
 */
final class Children implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);
  private static final Duration CHECK_PATIENCE = Duration.ofMinutes(2);

  /** What an agreement runs again is prepared mostly; if not, another child prepares it. */
  private static final Duration USED_PATIENCE = Duration.ofSeconds(5);

  private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MOST_KNOWN = 256;

  /** An executor that starts so many will start more, and an archive is worth its making. */
  private static final int ENOUGH_FOR_ARCHIVE = 3;

  private final ThreadFactory threads;
  private final WasmLimits limits;
  private final ChildOptions options;
  private final Watchdog watchdog;
  private final ChildStarter starter;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Set<Child> all = new HashSet<>(); // by lock, and so are the following
  private final Deque<Child> spare = new ArrayDeque<>();
  private final Deque<Child> prepared = new ArrayDeque<>();
  private final Map<AgreementId, Deque<Child>> idle = new HashMap<>();
  private final Set<Workload> known = new LinkedHashSet<>();
  private boolean coming; // a spare one is being started
  private boolean awaited; // by somebody who takes it
  private int started;
  private boolean keeping;
  private boolean failed;
  private long failedNanos;
  private long usedNanos = System.nanoTime();
  private boolean closed;

  Children(
      ThreadFactory threads,
      WasmLimits limits,
      ChildOptions options,
      Watchdog watchdog,
      String mainClass) {
    this.threads = threads;
    this.limits = limits;
    this.options = options;
    this.watchdog = watchdog;
    this.starter = new ChildStarter(limits, options, threads, mainClass);
  }

  /** The heap of each. */
  long heapBytes() {
    return starter.heapBytes();
  }

  /** The processes there are. */
  List<ChildProcess> processes() {
    lock.lock();
    try {
      return all.stream().map(Child::process).filter(ChildProcess::isAlive).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Work is near: spare children are started, on another thread.
   *
   * @return whether children could be started when that was tried last
   */
  boolean expect() {
    lock.lock();
    try {
      usedNanos = System.nanoTime();
      keep();
      return !failed || System.nanoTime() - failedNanos > RETRY_NANOS;
    } finally {
      lock.unlock();
    }
  }

  /** Lets a child prepare a workload. */
  void prepare(Workload workload, ContentStore content) {
    lock.lock();
    try {
      if (known.contains(workload)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    Child child = take(null, workload.image());
    boolean good = false;
    try {
      check(child, workload, -1, content);
      good = true;
    } finally {
      if (good) {
        keepPrepared(child, workload);
      } else {
        child.kill();
      }
    }
  }

  /** A guest that is ready to be started in a child of its agreement. */
  GuestRun guest(ExecutionRequest request) {
    AgreementId agreement = request.id().agreementId();
    while (true) {
      Child child = take(agreement, request.workload().image());
      boolean good = false;
      try {
        long most = request.limits().memoryBytes();
        long begins = check(child, request.workload(), most, request.content());
        good = true;
        return new ChildRun(request, child, this, watchdog, Math.min(begins, most));
      } catch (EdgeBeatException e) {
        // What an earlier guest has done to its child is no fault of this one.
        if (!child.used || e.code() != ErrorCode.EXECUTOR_FAILED) {
          throw e;
        }
      } finally {
        if (!good) {
          child.kill();
        }
      }
    }
  }

  private long check(Child child, Workload workload, long memoryBytes, ContentStore content) {
    Deadline deadline = new Deadline(child, child.used ? USED_PATIENCE : CHECK_PATIENCE);
    watchdog.watch(deadline);
    try {
      return child.check(workload, memoryBytes, content);
    } finally {
      deadline.met = true;
    }
  }

  /** Kills a child that does not answer in time. */
  private static final class Deadline implements Watchdog.Watched {
    private final Child child;
    private final long untilNanos;
    private volatile boolean met;

    Deadline(Child child, Duration patience) {
      this.child = child;
      this.untilNanos = System.nanoTime() + patience.toNanos();
    }

    @Override
    public boolean check(long nanos, java.time.@Nullable Instant instant) {
      if (!met && nanos - untilNanos >= 0) {
        child.process().kill();
        return true;
      }
      return met;
    }
  }

  /**
   * Takes a child: of the agreement, or with the image prepared, or one that has done nothing.
   *
   * @param agreement whose; null when nothing is to be started
   */
  private Child take(@Nullable AgreementId agreement, ContentId image) {
    lock.lock();
    try {
      usedNanos = System.nanoTime();
      checkOpen();
      Child found = agreement == null ? null : poll(idle.get(agreement));
      if (found == null) {
        found = poll(withImage(image));
      }
      if (found == null) {
        awaitComing();
        found = poll(spare);
      }
      checkOpen();
      keep();
      if (found != null) {
        return found;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted before a child was there", e);
    } finally {
      lock.unlock();
    }
    return start();
  }

  /** A spare one that is being started is there sooner than one that is not; by lock. */
  private void awaitComing() throws InterruptedException {
    if (!awaited) {
      awaited = true;
      try {
        while (spare.isEmpty() && coming && !closed) {
          news.await();
        }
      } finally {
        awaited = false;
      }
    }
  }

  private static @Nullable Child poll(@Nullable Deque<Child> children) {
    if (children == null) {
      return null;
    }
    Child found = children.poll();
    while (found != null && !found.process().isAlive()) {
      found = children.poll(); // it died of itself; its end is seen by who reaps it
    }
    return found;
  }

  private @Nullable Deque<Child> withImage(ContentId image) {
    for (Iterator<Child> each = prepared.iterator(); each.hasNext(); ) {
      Child child = each.next();
      if (image.equals(child.image)) {
        each.remove();
        return new ArrayDeque<>(List.of(child));
      }
    }
    return null;
  }

  /** Starts one on this thread. */
  private Child start() {
    Child child = null;
    boolean good = false;
    try {
      child = starter.start();
      add(child);
      Deadline deadline = new Deadline(child, START_PATIENCE);
      watchdog.watch(deadline);
      try {
        starter.greet(child);
      } finally {
        deadline.met = true;
      }
      good = true;
      return child;
    } finally {
      if (child != null && !good) {
        child.kill();
      }
      lock.lock();
      try {
        started++;
        failed = !good;
        failedNanos = System.nanoTime();
      } finally {
        lock.unlock();
      }
    }
  }

  private void add(Child child) {
    lock.lock();
    try {
      all.removeIf(each -> !each.process().isAlive());
      all.add(child);
      if (closed) {
        child.kill();
      }
    } finally {
      lock.unlock();
    }
  }

  private void keepPrepared(Child child, Workload workload) {
    Child surplus = null;
    lock.lock();
    try {
      known.add(workload);
      if (known.size() > MOST_KNOWN) {
        known.remove(known.iterator().next());
      }
      child.idleSinceNanos = System.nanoTime();
      prepared.addFirst(child);
      if (prepared.size() > Math.max(1, options.spare())) {
        surplus = prepared.pollLast();
      }
      if (closed) {
        surplus = child;
      }
      keep();
    } finally {
      lock.unlock();
    }
    if (surplus != null) {
      surplus.kill();
    }
  }

  /** Takes back what {@link #guest} has given. */
  void release(Child child, AgreementId agreement, boolean reusable) {
    boolean kept = false;
    lock.lock();
    try {
      usedNanos = System.nanoTime();
      if (reusable && !closed && child.process().isAlive() && idleCount() < limits.executions()) {
        child.used = true;
        child.idleSinceNanos = System.nanoTime();
        idle.computeIfAbsent(agreement, key -> new ArrayDeque<>()).addFirst(child);
        kept = true;
        keep();
      }
    } finally {
      lock.unlock();
    }
    if (!kept) {
      child.kill();
    }
  }

  private int idleCount() {
    return idle.values().stream().mapToInt(Deque::size).sum();
  }

  /** Makes sure that somebody keeps the children; by lock. */
  private void keep() {
    if (!keeping && !closed) {
      Thread keeper = threads.newThread(this::keepChildren);
      keeper.setName("edgebeat-wasm-children");
      keeper.setDaemon(true);
      keeping = true;
      keeper.start();
    }
    news.signalAll();
  }

  /** Life of the keeper, which is there only while there are children or more are wanted. */
  private void keepChildren() {
    boolean goesOn = true;
    while (goesOn) {
      goesOn = keepOnce();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // who calls this is the loop
  private boolean keepOnce() {
    List<Child> over = new ArrayList<>();
    boolean start = false;
    boolean archive = false;
    boolean goesOn = true;
    lock.lock();
    try {
      long now = System.nanoTime();
      boolean resting = now - usedNanos >= options.idle().toNanos();
      long next = expire(now, resting, over);
      if (closed || (resting && spare.isEmpty() && prepared.isEmpty() && idle.isEmpty())) {
        keeping = false;
        goesOn = false;
      } else if (wanted(now, resting)) {
        coming = true;
        start = true;
      } else if (started >= ENOUGH_FOR_ARCHIVE && starter.wantsArchive()) {
        archive = true;
      } else if (over.isEmpty()) {
        var unused = news.await(next, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      keeping = false;
      goesOn = false;
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    over.forEach(Child::kill);
    if (start) {
      startSpare();
    }
    if (archive) {
      starter.makeArchive();
    }
    return goesOn;
  }

  private boolean wanted(long now, boolean resting) {
    return !resting
        && spare.size() < options.spare()
        && (!failed || now - failedNanos > RETRY_NANOS);
  }

  private void startSpare() {
    Child child = null;
    try {
      child = start();
    } catch (RuntimeException e) {
      watchdog.warn("no child JVM can be started ahead: " + e.getMessage());
    }
    lock.lock();
    try {
      coming = false;
      if (child != null && !closed) {
        spare.add(child);
        child = null;
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
    if (child != null) {
      child.kill();
    }
  }

  /** Removes what has waited long enough, and says when to look again. */
  private long expire(long now, boolean resting, List<Child> over) {
    long most = options.idle().toNanos();
    long next = Math.max(1, most - (now - usedNanos));
    List<Deque<Child>> waitingOnes = new ArrayList<>(idle.values());
    waitingOnes.add(prepared);
    for (Deque<Child> each : waitingOnes) {
      for (Iterator<Child> children = each.iterator(); children.hasNext(); ) {
        Child child = children.next();
        long left = most - (now - child.idleSinceNanos);
        if (left <= 0 || !child.process().isAlive()) {
          children.remove();
          over.add(child);
        } else {
          next = Math.min(next, left);
        }
      }
    }
    idle.values().removeIf(Deque::isEmpty);
    if (resting) {
      over.addAll(spare);
      spare.clear();
    }
    return next;
  }

  private void checkOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the WebAssembly executor is closed");
    }
  }

  /** Ends every child; idempotent. */
  @Override
  public void close() {
    List<Child> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(all);
      news.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(Child::kill);
    left.forEach(child -> child.process().exitCode());
    starter.close();
  }
}

package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds events to partitions, one at a time each, journals what they decide, and releases actions
 * only when the facts that order them are durable.
 */
final class Reactor {
  private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

  /** Makes facts durable; calls back in the order of the appends. */
  interface FactLog {
    void append(FactBatch batch, Appended done);
  }

  /** Is told how an append ended. */
  @FunctionalInterface
  interface Appended {
    /** Null when the facts are durable, and why they are not else. */
    void ended(@Nullable Throwable problem);
  }

  /** Is told what was released. */
  interface Shell {
    /** Carry out an action; its outcome comes back as an event. */
    void perform(Cell<?> cell, ActionKey key, Action action);

    /**
     * Facts were decided, and the cell is locked.
     *
     * @return what to do once they are durable; it may build on no later ones
     */
    Runnable decided(Cell<?> cell, FactBatch batch);

    /** A partition was stopped by a defect. */
    void broken(PartitionKey key, Throwable defect);
  }

  /** No timer waits longer at once: a time far away must not overflow a count of nanoseconds. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private static final long WAKE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InstantSource clock;
  private final TaskRunner runner;
  private final FactLog log;
  private final Shell shell;
  private final Map<PartitionKey.Kind, Decider<?>> deciders;
  private final Map<PartitionKey, Cell<?>> cells = new ConcurrentHashMap<>();
  private volatile boolean open;

  Reactor(
      InstantSource clock,
      TaskRunner runner,
      FactLog log,
      Shell shell,
      Map<PartitionKey.Kind, Decider<?>> deciders) {
    this.clock = clock;
    this.runner = runner;
    this.log = log;
    this.shell = shell;
    this.deciders = deciders;
  }

  // ---------------------------------------------------------------- start

  /** Folds a record of the journal; before {@link #start}. */
  void replay(FactBatch batch) {
    Cell<?> cell = cell(batch.partition());
    batch.facts().forEach(cell.state::evolve);
    cell.lastAt = batch.at();
  }

  /**
   * Issues every open action again and arms every timer.
   *
   * @param first what partitions are told before any timer of theirs fires
   */
  void start(List<Map.Entry<PartitionKey, Event>> first) {
    open = true;
    first.forEach(told -> tell(told.getKey(), told.getValue()));
    for (Cell<?> cell : all()) {
      List<Map.Entry<ActionKey, Action>> actions;
      cell.lock.lock();
      try {
        actions = fresh(cell);
        arm(cell);
      } finally {
        cell.lock.unlock();
      }
      actions.forEach(a -> shell.perform(cell, a.getKey(), a.getValue()));
    }
  }

  void stop() {
    open = false;
    for (Cell<?> cell : cells.values()) {
      cell.lock.lock();
      try {
        cell.changed.signalAll();
      } finally {
        cell.lock.unlock();
      }
    }
  }

  boolean isOpen() {
    return open;
  }

  private Cell<?> cell(PartitionKey key) {
    // Nearly always it is there, and to look is cheaper.
    Cell<?> known = cells.get(key);
    return known != null
        ? known
        : cells.computeIfAbsent(key, k -> newCell(k, deciders.get(k.kind())));
  }

  private static Cell<?> newCell(PartitionKey key, @Nullable Decider<?> d) {
    if (d == null) {
      throw new IllegalStateException("nobody decides for " + key);
    }
    return typed(key, d);
  }

  private static <S extends Partition> Cell<S> typed(PartitionKey key, Decider<S> decider) {
    return new Cell<>(key, decider);
  }

  /** A state that nothing has happened to. */
  Partition empty(PartitionKey key) {
    return newCell(key, deciders.get(key.kind())).state;
  }

  Optional<Cell<?>> find(PartitionKey key) {
    return Optional.ofNullable(cells.get(key));
  }

  /** All partitions, always in the same order. */
  List<Cell<?>> all() {
    List<Cell<?>> all = new ArrayList<>(cells.values());
    all.sort(Comparator.comparing(cell -> cell.key));
    return all;
  }

  // ---------------------------------------------------------------- events

  /**
   * Gives an event to a partition, which is made if need be.
   *
   * @return completes when what was decided is durable, exceptionally when it was refused
   */
  CompletableFuture<Void> post(PartitionKey key, Event event) {
    if (!open) {
      return CompletableFuture.failedFuture(
          new EdgeBeatException(ErrorCode.CLOSED, "the node is closed"));
    }
    Cell<?> cell = cell(key);
    CompletableFuture<Void> done;
    boolean schedule;
    cell.lock.lock();
    try {
      if (event instanceof Event.Received && cell.mailbox.isFull()) {
        return CompletableFuture.failedFuture(
            new EdgeBeatException(
                ErrorCode.BUSY, RetryAdvice.SAME_CALL, key + " has too many events waiting", null));
      }
      done = cell.mailbox.add(event);
      schedule = !cell.scheduled;
      cell.scheduled = true;
    } finally {
      cell.lock.unlock();
    }
    if (schedule) {
      runner.soon(() -> run(cell));
    }
    return done;
  }

  /** Gives an event to a partition; nobody waits for what becomes of it. */
  void tell(PartitionKey key, Event event) {
    var unused =
        post(key, event)
            .exceptionally(
                refused -> {
                  LOG.debug("{} did not take an event: {}", key, refused.getMessage());
                  return null;
                });
  }

  private void run(Cell<?> cell) {
    for (int i = 0; ; i++) {
      cell.lock.lock();
      try {
        Optional<Mailbox.Item> item = open ? cell.mailbox.poll() : Optional.empty();
        if (item.isEmpty()) {
          cell.scheduled = false;
          return;
        }
        step(cell, item.get());
      } finally {
        cell.lock.unlock();
      }
      release(cell);
      if (i == 64) {
        runner.soon(() -> run(cell));
        return;
      }
    }
  }

  private void step(Cell<?> cell, Mailbox.Item item) {
    if (cell.broken != null) {
      item.done().completeExceptionally(refusal(cell.key, cell.broken));
      return;
    }
    Instant now = clock.instant();
    cell.lastAt = now.isAfter(cell.lastAt) ? now : cell.lastAt;
    Step step = new Step(cell.state, cell.lastAt);
    try {
      cell.decide(item.event(), step);
    } catch (EdgeBeatException refusal) {
      if (step.facts().isEmpty()) {
        item.done().completeExceptionally(refusal);
        return;
      }
      stopped(cell, item, refusal);
      return;
    } catch (RuntimeException defect) {
      stopped(cell, item, defect);
      return;
    }
    try {
      decided(cell, item, step);
    } catch (RuntimeException defect) {
      stopped(cell, item, defect);
    }
  }

  private void decided(Cell<?> cell, Mailbox.Item item, Step step) {
    List<Map.Entry<ActionKey, Action>> actions = fresh(cell);
    arm(cell);
    FactBatch facts = new FactBatch(cell.key, step.at(), step.facts());
    Runnable then = facts.facts().isEmpty() ? () -> {} : shell.decided(cell, facts);
    long decided = ++cell.decided;
    Cell.Batch batch =
        new Cell.Batch(
            () -> {
              guarded(cell, then);
              actions.forEach(
                  a -> guarded(cell, () -> shell.perform(cell, a.getKey(), a.getValue())));
              step.posts().forEach(p -> tell(p.to(), p.event()));
              cell.lock.lock();
              try {
                cell.durable = decided;
                cell.changed.signalAll();
              } finally {
                cell.lock.unlock();
              }
              item.done().complete(null);
            });
    cell.batches.add(batch);
    if (facts.facts().isEmpty()) {
      batch.durable = true;
    } else {
      log.append(
          facts,
          problem -> {
            if (problem == null) {
              cell.lock.lock();
              try {
                batch.durable = true;
              } finally {
                cell.lock.unlock();
              }
              runner.soon(() -> release(cell));
            } else {
              // Fail-stop: nothing of this decision is ever released, and none is built upon it.
              unwritten(cell, problem);
              item.done().completeExceptionally(problem);
            }
          });
    }
  }

  private void unwritten(Cell<?> cell, Throwable problem) {
    cell.lock.lock();
    try {
      if (cell.broken != null) {
        return;
      }
      cell.broken = problem;
      cell.changed.signalAll();
    } finally {
      cell.lock.unlock();
    }
    if (open) {
      LOG.error("{} is stopped: its facts were not written", cell.key, problem);
      shell.broken(cell.key, problem);
    }
  }

  private void stopped(Cell<?> cell, Mailbox.Item item, RuntimeException defect) {
    cell.broken = defect;
    cell.changed.signalAll();
    LOG.error("{} is stopped by a defect while it took {}", cell.key, item.event(), defect);
    item.done().completeExceptionally(defect);
    shell.broken(cell.key, defect);
  }

  /** What whoever asks something of a stopped partition is told. */
  private static EdgeBeatException refusal(PartitionKey key, Throwable why) {
    return why instanceof EdgeBeatException unwritten
            && unwritten.code() == ErrorCode.STORAGE_FAILED
        ? new EdgeBeatException(
            ErrorCode.STORAGE_FAILED,
            unwritten.advice(),
            key + " is stopped: " + unwritten.getMessage(),
            unwritten)
        : new EdgeBeatException(
            ErrorCode.INTERNAL, RetryAdvice.NEVER, key + " was stopped by a defect", why);
  }

  /** A part of the shell that fails must not take the rest of a decision with it. */
  private static void guarded(Cell<?> cell, Runnable part) {
    try {
      part.run();
    } catch (RuntimeException defect) {
      LOG.error("what {} has decided was not carried out", cell.key, defect);
    }
  }

  /** Runs what is durable, in order; one thread at a time. */
  private void release(Cell<?> cell) {
    while (true) {
      Cell.Batch next;
      cell.lock.lock();
      try {
        next = cell.batches.peek();
        if (cell.releasing || next == null || !next.durable) {
          return;
        }
        cell.batches.remove();
        cell.releasing = true;
      } finally {
        cell.lock.unlock();
      }
      try {
        next.release.run();
      } finally {
        cell.lock.lock();
        try {
          cell.releasing = false;
        } finally {
          cell.lock.unlock();
        }
      }
    }
  }

  private static List<Map.Entry<ActionKey, Action>> fresh(Cell<?> cell) {
    Map<ActionKey, Action> outbox = cell.state.outbox();
    cell.issued.retainAll(outbox.keySet());
    List<Map.Entry<ActionKey, Action>> actions = new ArrayList<>();
    outbox.forEach(
        (key, action) -> {
          if (cell.issued.add(key)) {
            actions.add(Map.entry(key, action));
          }
        });
    return actions;
  }

  private void arm(Cell<?> cell) {
    Map<String, Instant> wanted = cell.state.timers();
    cell.armed.keySet().retainAll(wanted.keySet());
    for (Map.Entry<String, Instant> timer : wanted.entrySet()) {
      Instant at = timer.getValue();
      if (!at.equals(cell.armed.put(timer.getKey(), at))) {
        runner.after(until(at), () -> fire(cell, timer.getKey(), at));
      }
    }
  }

  private Duration until(Instant at) {
    Instant now = clock.instant();
    if (!at.isAfter(now)) {
      return Duration.ZERO;
    }
    return at.isAfter(now.plus(LONGEST_WAIT)) ? LONGEST_WAIT : Duration.between(now, at);
  }

  private void fire(Cell<?> cell, String timer, Instant at) {
    boolean due;
    Duration early = until(at);
    cell.lock.lock();
    try {
      due = at.equals(cell.armed.get(timer));
    } finally {
      cell.lock.unlock();
    }
    if (due && early.isPositive()) {
      // Timers count by another clock than the node's; wait for what is missing.
      runner.after(early, () -> fire(cell, timer, at));
    } else if (due) {
      tell(cell.key, new Event.TimerFired(timer));
    }
  }

  // ---------------------------------------------------------------- reading

  /** Reads the state of a partition as it is decided now. */
  <S extends Partition, T> Optional<T> read(PartitionKey key, Class<S> type, Function<S, T> what) {
    Cell<?> cell = cells.get(key);
    if (cell == null) {
      return Optional.empty();
    }
    cell.lock.lock();
    try {
      return Optional.ofNullable(what.apply(type.cast(cell.state)));
    } finally {
      cell.lock.unlock();
    }
  }

  /** Reads the state of a partition if all of it is durable; empty while something is not. */
  <S extends Partition, T> Optional<T> readDurable(
      PartitionKey key, Class<S> type, Function<S, @Nullable T> what) {
    Cell<?> cell = cells.get(key);
    if (cell == null) {
      return Optional.empty();
    }
    cell.lock.lock();
    try {
      return cell.durable < cell.decided || cell.broken != null
          ? Optional.empty()
          : Optional.ofNullable(what.apply(type.cast(cell.state)));
    } finally {
      cell.lock.unlock();
    }
  }

  /**
   * Reads the state as it is decided now, durable or not; empty for a partition that was stopped.
   */
  <S extends Partition, T> Optional<T> readSound(
      PartitionKey key, Class<S> type, Function<S, T> what) {
    Cell<?> cell = cells.get(key);
    if (cell == null) {
      return Optional.empty();
    }
    cell.lock.lock();
    try {
      return cell.broken != null
          ? Optional.empty()
          : Optional.ofNullable(what.apply(type.cast(cell.state)));
    } finally {
      cell.lock.unlock();
    }
  }

  /**
   * Waits until a state is reached and durable.
   *
   * @throws EdgeBeatException {@code TIMED_OUT}, {@code INTERRUPTED}, {@code CLOSED}
   */
  <S extends Partition> void await(
      PartitionKey key, Class<S> type, Predicate<S> reached, Duration timeout, String what) {
    Cell<?> cell = cell(key);
    long end = runner.nanos() + timeout.toNanos();
    long seen = -1;
    cell.lock.lock();
    try {
      while (true) {
        if (seen < 0 && reached.test(type.cast(cell.state))) {
          seen = cell.decided;
        }
        if (seen >= 0 && cell.durable >= seen) {
          return;
        }
        if (cell.broken != null) {
          throw refusal(key, cell.broken);
        }
        if (!open) {
          throw new EdgeBeatException(
              ErrorCode.CLOSED, "the node was closed while waiting for " + what);
        }
        long left = end - runner.nanos();
        if (left <= 0) {
          throw new EdgeBeatException(
              ErrorCode.TIMED_OUT,
              RetryAdvice.SAME_CALL,
              what + " did not happen within " + timeout + "; it goes on",
              null);
        }
        runner.pause(
            Math.min(left, WAKE_NANOS),
            nanos -> {
              // Whoever was woken for nothing looks again.
              var unused = cell.changed.await(nanos, TimeUnit.NANOSECONDS);
            });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while waiting for " + what, e);
    } finally {
      cell.lock.unlock();
    }
  }

  /** Names a fact, for events. */
  static String name(Fact fact) {
    return fact.getClass().getSimpleName();
  }
}

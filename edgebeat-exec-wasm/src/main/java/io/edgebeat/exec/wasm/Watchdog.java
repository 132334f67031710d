package io.edgebeat.exec.wasm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends executions whose time is over, whatever else happens in the JVM. One thread looks at every
 * execution each few milliseconds, as long as there are any; it takes no lock that other code can
 * hold and calls no code that could hang. In particular it does not read the clock: a second thread
 * does so and leaves the reading for it, and when that thread hangs, because the clock or the log
 * does, time goes on by {@link System#nanoTime} from the last reading. A dead node works for
 * nobody.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Watchdog.class);

  /** How often is looked. */
  private static final long PERIOD_NANOS = Duration.ofMillis(5).toNanos();

  /** A clock that has not answered for so long is taken for dead. */
  private static final long CLOCK_PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int MOST_MESSAGES = 100;

  /** Something that can be over. */
  interface Watched {
    /**
     * Ends what must end. Must not wait for anything.
     *
     * @param nanos now, by {@link System#nanoTime}
     * @param instant now, by the node's clock; null when that is not known
     * @return whether this need not be looked at any more
     */
    boolean check(long nanos, @Nullable Instant instant);
  }

  private record Reading(Instant instant, long nanos) {}

  private final InstantSource clock;
  private final Thread guard;
  private final Thread clerk;
  private final CopyOnWriteArrayList<Watched> watched = new CopyOnWriteArrayList<>();
  private final Queue<String> messages = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Reading reading;
  private volatile long busySince;
  private volatile boolean closed;

  Watchdog(ThreadFactory threads, InstantSource clock) {
    this.clock = clock;
    guard = thread(threads, this::guard, "edgebeat-wasm-watchdog");
    clerk = thread(threads, this::clerk, "edgebeat-wasm-clock");
    busySince = System.nanoTime();
    guard.start();
    clerk.start();
  }

  private static Thread thread(ThreadFactory threads, Runnable work, String name) {
    Thread thread = threads.newThread(work);
    thread.setName(name);
    if (!thread.isVirtual()) {
      thread.setDaemon(true);
    }
    return thread;
  }

  void watch(Watched one) {
    if (watched.isEmpty()) {
      busySince = System.nanoTime();
    }
    watched.add(one);
    LockSupport.unpark(guard);
    LockSupport.unpark(clerk);
  }

  /** Says something to the operator, some time later and from another thread. */
  void warn(String message) {
    if (messages.size() < MOST_MESSAGES) {
      messages.add(message);
      LockSupport.unpark(clerk);
    }
  }

  private void guard() {
    while (!closed || !watched.isEmpty()) {
      if (watched.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, PERIOD_NANOS);
      }
      Thread.interrupted(); // an interrupt would turn every park into a spin
      look();
    }
  }

  /** In a frame of its own: a parked thread must not keep what it has last looked at. */
  private void look() {
    long nanos = System.nanoTime();
    Instant instant = now(nanos);
    for (Watched one : watched) {
      boolean over;
      try {
        over = one.check(nanos, instant);
      } catch (RuntimeException | Error e) {
        warn("looking after an execution failed, it is tried again: " + e);
        over = false;
      }
      if (over) {
        watched.remove(one);
      }
    }
  }

  /**
   * Now by the node's clock, without reading it; for any thread.
   *
   * @return null until the clock was read since there is something to watch, or is given up
   */
  @Nullable Instant instant() {
    long nanos = System.nanoTime();
    Reading last = reading;
    boolean old = last != null && last.nanos - busySince < 0;
    return old && nanos - busySince < CLOCK_PATIENCE_NANOS ? null : now(nanos);
  }

  private @Nullable Instant now(long nanos) {
    Reading last = reading;
    if (last == null) {
      return null;
    }
    long silent = nanos - Math.max(last.nanos, busySince);
    return silent < CLOCK_PATIENCE_NANOS
        ? last.instant
        : last.instant.plusNanos(nanos - last.nanos);
  }

  private void clerk() {
    while (!closed || !watched.isEmpty()) {
      try {
        // One reading before there is any work: what a dead clock is measured from.
        Instant instant = clock.instant();
        Reading last = reading;
        if (last != null && last.instant.isAfter(instant)) {
          instant = last.instant; // a clock set back gives nobody more time
        }
        reading = new Reading(instant, System.nanoTime());
        String message = messages.poll();
        while (message != null) {
          LOGGER.warn(message);
          message = messages.poll();
        }
      } catch (RuntimeException e) {
        LOGGER.warn("the clock cannot be read; leases go on by the machine's own time", e);
      }
      if (watched.isEmpty() && messages.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, PERIOD_NANOS);
      }
      Thread.interrupted(); // as above
    }
  }

  /** Ends both threads once nothing is watched any more; idempotent. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(guard);
    LockSupport.unpark(clerk);
  }
}

package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.child.ChildProcess;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.FrameKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a child what its execution wants, on a thread of its own: a child that does not listen
 * holds up nobody else. The lease is told again and again as the time that is left, so that a child
 * measures a short time only by a clock of its own, and ends its guest when its node says nothing
 * any more.
 *
 * <p>Threads: calls may overlap.
 */
final class Teller {
  /** How often the lease is told. */
  private static final long RENEWAL_NANOS = Duration.ofMillis(250).toNanos();

  private static final long MOST_NANOS = Duration.ofDays(1).toNanos();

  private final ChildProcess process;
  private final ThreadFactory threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private @Nullable Told told; // by lock, and so are the following
  private boolean changed;
  private boolean started;
  private boolean closed;

  /** One execution and what the child knows of what it wants. */
  private static final class Told {
    final int run;
    final GuestControl control;
    final Supplier<@Nullable Instant> clock;
    boolean paused;
    boolean drained;
    boolean stopped;

    Told(int run, GuestControl control, Supplier<@Nullable Instant> clock) {
      this.run = run;
      this.control = control;
      this.clock = clock;
    }
  }

  Teller(ChildProcess process, ThreadFactory threads) {
    this.process = process;
    this.threads = threads;
  }

  /**
   * From now on the child is told what that execution wants.
   *
   * @param clock now; null when that is not known yet
   */
  void begin(int run, GuestControl control, Supplier<@Nullable Instant> clock) {
    lock.lock();
    try {
      told = new Told(run, control, clock);
      changed = true;
      if (!started && !closed) {
        Thread thread = threads.newThread(this::tell);
        thread.setName("edgebeat-wasm-teller " + process.pid());
        thread.setDaemon(true);
        thread.start();
        started = true;
      }
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Something that the execution wants has changed. */
  void changed() {
    lock.lock();
    try {
      changed = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The execution is over. */
  void end() {
    lock.lock();
    try {
      told = null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; idempotent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      told = null;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    try {
      Told next = next();
      while (next != null) {
        tell(next);
        next = next();
      }
    } catch (IOException e) {
      // The child is gone: who waits for what it says finds out.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that but whoever ends this thread
    }
  }

  /** Waits for something to tell; null when there will be nothing more. */
  private @Nullable Told next() throws InterruptedException {
    lock.lock();
    try {
      long left = RENEWAL_NANOS;
      while (!closed && (told == null || (!changed && left > 0))) {
        if (told == null) {
          news.await();
          left = RENEWAL_NANOS;
        } else {
          left = news.awaitNanos(left);
        }
      }
      changed = false;
      return told;
    } finally {
      lock.unlock();
    }
  }

  private void tell(Told to) throws IOException {
    if (to.control.isEnding()) {
      if (!to.stopped) {
        to.stopped = true;
        process.send(FrameKind.STOP, run(to));
      }
      return;
    }
    if (to.control.isDraining() && !to.drained) {
      to.drained = true;
      process.send(FrameKind.DRAIN, run(to));
    }
    boolean pause = to.control.isPaused();
    if (pause && !to.paused) {
      // Before a lease that is only for what is held.
      process.send(FrameKind.PAUSE, run(to));
    }
    Long left = leftNanos(to.control.leaseUntil(), to.clock.get());
    if (left != null) {
      process.send(FrameKind.LEASE, run(to).number8(left));
    }
    if (!pause && to.paused) {
      process.send(FrameKind.RESUME, run(to));
    }
    to.paused = pause;
  }

  private static FieldsWriter run(Told to) {
    return new FieldsWriter().number4(to.run);
  }

  /** How long a lease lasts; null when that is not known, and then nothing is extended. */
  private static @Nullable Long leftNanos(Instant until, @Nullable Instant now) {
    if (now == null) {
      return null;
    }
    try {
      return Math.clamp(Duration.between(now, until).toNanos(), 0, MOST_NANOS);
    } catch (ArithmeticException e) {
      return until.isAfter(now) ? MOST_NANOS : 0;
    }
  }
}

package io.edgebeat.benchmarks.wasm;

import java.util.concurrent.locks.LockSupport;

/**
 * Beats a few hundred times a second and adds up by how much each beat is late, so that what is
 * slow because the machine is busy can be told from what is slow by itself.
 */
final class Metronome implements AutoCloseable {
  private static final long BEAT_NANOS = 4_000_000;

  private final Thread thread;
  private volatile long lateNanos;
  private volatile boolean closed;

  Metronome() {
    thread = Thread.ofPlatform().daemon().name("metronome").start(this::beat);
  }

  private void beat() {
    long last = System.nanoTime();
    long late = 0;
    while (!closed) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = System.nanoTime();
      late += Math.max(0, now - last - BEAT_NANOS);
      lateNanos = late;
      last = now;
    }
  }

  /** How much time has been lost so far. */
  long lateNanos() {
    return lateNanos;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends without anybody waiting, too
    }
  }
}

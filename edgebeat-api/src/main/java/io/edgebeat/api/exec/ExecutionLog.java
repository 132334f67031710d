package io.edgebeat.api.exec;

import io.edgebeat.api.identity.Blob;
import java.time.Duration;
import java.util.Optional;

/**
 * What a workload has said and nobody has taken yet: the last {@value #CAPACITY} bytes of it. A
 * workload that floods it overwrites itself and holds up nobody. For executors.
 *
 * <p>Threads: calls may overlap.
 */
public final class ExecutionLog implements WorkloadChannel {
  /** How many bytes are kept. */
  public static final int CAPACITY = 64 << 10;

  private byte[] ring = new byte[0];
  private int start;
  private int size;
  private boolean ended;

  /** Nothing is said yet. */
  public ExecutionLog() {}

  /**
   * The workload says something.
   *
   * @param bytes what, not kept
   */
  public synchronized void write(byte[] bytes) {
    if (ring.length == 0) {
      ring = new byte[CAPACITY];
    }
    int from = Math.max(0, bytes.length - CAPACITY);
    int count = bytes.length - from;
    int excess = Math.max(0, size + count - CAPACITY);
    start = (start + excess) % CAPACITY;
    size -= excess;
    int at = (start + size) % CAPACITY;
    int first = Math.min(count, CAPACITY - at);
    System.arraycopy(bytes, from, ring, at, first);
    System.arraycopy(bytes, from + first, ring, 0, count - first);
    size += count;
    notifyAll();
  }

  /** The workload says no more: nobody waits for it. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public synchronized Optional<Blob> awaitLog(Duration timeout) throws InterruptedException {
    long nanos;
    try {
      nanos = timeout.toNanos();
    } catch (ArithmeticException e) {
      nanos = Long.MAX_VALUE;
    }
    long begin = System.nanoTime();
    while (size == 0 && !ended) {
      long left = nanos - (System.nanoTime() - begin);
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    if (size == 0) {
      return Optional.empty();
    }
    byte[] bytes = new byte[size];
    int first = Math.min(size, CAPACITY - start);
    System.arraycopy(ring, start, bytes, 0, first);
    System.arraycopy(ring, 0, bytes, first, size - first);
    start = 0;
    size = 0;
    return Optional.of(Blob.of(bytes));
  }
}

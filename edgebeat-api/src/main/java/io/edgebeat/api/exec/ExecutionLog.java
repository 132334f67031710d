package io.edgebeat.api.exec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.TaskStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a workload has said and nobody has taken yet: the last {@value #CAPACITY} bytes of its error
 * stream, and of its output where it is told. A workload that floods it overwrites itself and holds
 * up nobody. For executors.
 *
 * <p>Threads: calls may overlap.
 */
public final class ExecutionLog implements WorkloadChannel {
  /** How many bytes of each are kept. */
  public static final int CAPACITY = 64 << 10;

  // No monitor: before Java 24 a virtual thread that waits for one keeps its carrier.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<TaskStream> carries = EnumSet.of(TaskStream.LOG);
  private final Ring log = new Ring();
  private final Ring output = new Ring();
  private boolean ended;

  /** The last bytes of one stream. */
  private static final class Ring {
    byte[] kept = new byte[0];
    int start;
    int size;
    long written;

    void write(byte[] bytes) {
      if (kept.length == 0) {
        kept = new byte[CAPACITY];
      }
      int from = Math.max(0, bytes.length - CAPACITY);
      int count = bytes.length - from;
      int excess = Math.max(0, size + count - CAPACITY);
      start = (start + excess) % CAPACITY;
      size -= excess;
      int at = (start + size) % CAPACITY;
      int first = Math.min(count, CAPACITY - at);
      System.arraycopy(bytes, from, kept, at, first);
      System.arraycopy(bytes, from + first, kept, 0, count - first);
      size += count;
      written += bytes.length;
    }

    /** What is not kept any more when something is written at that place. */
    void skipTo(long position) {
      if (position > written) {
        // What stands before a gap would seem to stand behind it.
        size = 0;
        written = position;
      }
    }

    Written take() {
      byte[] bytes = new byte[size];
      int first = Math.min(size, CAPACITY - start);
      System.arraycopy(kept, start, bytes, 0, first);
      System.arraycopy(kept, 0, bytes, first, size - first);
      start = 0;
      size = 0;
      return new Written(written - bytes.length, Blob.of(bytes));
    }
  }

  /**
   * Nothing is said yet.
   *
   * @param also what the buyer can have beside the error stream
   */
  public ExecutionLog(TaskStream... also) {
    carries.addAll(Set.of(also));
  }

  /**
   * The workload says something.
   *
   * @param bytes what, not kept
   */
  public void write(byte[] bytes) {
    write(log, -1, bytes);
  }

  /**
   * The workload says something, and some of what it has said before may be lost.
   *
   * @param stream {@code LOG} or {@code OUTPUT}
   * @param position how many bytes it had written to it before, with the lost ones
   * @param bytes what, not kept
   */
  public void write(TaskStream stream, long position, byte[] bytes) {
    write(ring(stream), position, bytes);
  }

  /**
   * The workload writes to its output.
   *
   * @param bytes what, not kept
   */
  public void writeOutput(byte[] bytes) {
    write(output, -1, bytes);
  }

  private void write(Ring ring, long position, byte[] bytes) {
    lock.lock();
    try {
      ring.skipTo(position);
      ring.write(bytes);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * How much the workload has written.
   *
   * @param stream {@code LOG} or {@code OUTPUT}
   * @return bytes, with the lost ones
   */
  public long written(TaskStream stream) {
    lock.lock();
    try {
      return ring(stream).written;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to take.
   *
   * @param timeout how long to wait
   * @return whether there is; false, at once, when the workload says no more and all is taken
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public boolean awaitAny(Duration timeout) throws InterruptedException {
    long left = nanos(timeout);
    lock.lock();
    try {
      while (log.size == 0 && output.size == 0 && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return log.size > 0 || output.size > 0;
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** The workload says no more: nobody waits for it. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Ring ring(TaskStream stream) {
    if (stream.isMessages()) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED, "the messages of " + stream + " are no bytes that are written");
    }
    return stream == TaskStream.LOG ? log : output;
  }

  @Override
  public Set<TaskStream> carries() {
    return Set.copyOf(carries);
  }

  @Override
  public Optional<Blob> awaitLog(Duration timeout) throws InterruptedException {
    return await(log, timeout).map(Written::bytes);
  }

  @Override
  public Optional<Written> await(TaskStream stream, Duration timeout) throws InterruptedException {
    if (!carries.contains(stream)) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED, "this execution does not tell its " + stream);
    }
    return await(ring(stream), timeout);
  }

  private Optional<Written> await(Ring ring, Duration timeout) throws InterruptedException {
    long left = nanos(timeout);
    lock.lock();
    try {
      while (ring.size == 0 && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return ring.size == 0 ? Optional.empty() : Optional.of(ring.take());
    } finally {
      lock.unlock();
    }
  }
}

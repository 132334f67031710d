package io.edgebeat.exec.wasm.code;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memories of instances that have ended, zeroed for the next: who starts a task does not wait for
 * megabytes to be made zero. Small ones are not kept; making them is as fast.
 *
 * <p>Threads: any.
 */
public final class ZeroedArrays {
  private static final int LEAST = 128 << 10;

  private final long mostBytes;
  private final Map<Integer, Deque<byte[]>> free = new HashMap<>(); // by itself
  private long bytes; // by free

  /**
   * An empty one.
   *
   * @param mostBytes how much is kept at most
   */
  public ZeroedArrays(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** An array of zeros. */
  byte[] take(int length) {
    byte[] found = length < LEAST ? null : poll(length);
    return found == null ? new byte[length] : found;
  }

  private byte @Nullable [] poll(int length) {
    synchronized (free) {
      Deque<byte[]> same = free.get(length);
      if (same == null) {
        return null;
      }
      byte[] found = same.pop();
      bytes -= length;
      if (same.isEmpty()) {
        free.remove(length);
      }
      return found;
    }
  }

  /** Takes an array that nobody else has any more; zeroes it. */
  void give(byte[] array) {
    if (array.length < LEAST || !room(array.length)) {
      return;
    }
    Arrays.fill(array, (byte) 0);
    synchronized (free) {
      if (bytes + array.length <= mostBytes) {
        bytes += array.length;
        free.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
      }
    }
  }

  private boolean room(int length) {
    synchronized (free) {
      return bytes + length <= mostBytes;
    }
  }

  /** How much is kept now. */
  long keptBytes() {
    synchronized (free) {
      return bytes;
    }
  }

  /** Forgets all. */
  public void clear() {
    synchronized (free) {
      free.clear();
      bytes = 0;
    }
  }
}

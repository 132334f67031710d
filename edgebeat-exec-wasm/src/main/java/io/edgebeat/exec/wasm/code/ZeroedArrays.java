package io.edgebeat.exec.wasm.code;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Memories of instances that have ended, zeroed for the next: who starts a task does not wait for
 * megabytes to be made zero. Small ones are not kept; making them is as fast. Where there is no
 * room, lengths make place that have not been asked for or given for longest, so that guests of odd
 * sizes take nothing from those of usual ones for long.
 *
 * <p>Threads: any.
 */
public final class ZeroedArrays {
  private static final int LEAST = 128 << 10;

  private final long mostBytes;
  private final LinkedHashMap<Integer, Deque<byte[]>> free = // by itself; longest unused first
      new LinkedHashMap<>(16, 0.75f, true);
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
    if (array.length < LEAST || array.length > mostBytes) {
      return;
    }
    Arrays.fill(array, (byte) 0);
    synchronized (free) {
      free.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
      bytes += array.length;
      while (bytes > mostBytes) {
        dropOne();
      }
    }
  }

  private void dropOne() {
    Iterator<Deque<byte[]>> unused = free.values().iterator();
    Deque<byte[]> same = unused.next();
    bytes -= same.pop().length;
    if (same.isEmpty()) {
      unused.remove();
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

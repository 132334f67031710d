package io.edgebeat.chain.evm.rpc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes whoever waits for the chain to grow. It holds a number and nothing of what nodes say, so
 * however often they say it, it is one wake-up. Thread-safe.
 */
public final class HeadSignal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long told;
  private int live;
  private boolean closed;

  HeadSignal() {}

  /** How often there was news; to be read before one looks, and given to {@link #await}. */
  public long told() {
    lock.lock();
    try {
      return told;
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is a subscription that would tell. */
  public boolean isLive() {
    lock.lock();
    try {
      return live > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for news.
   *
   * @param before what {@link #told()} said before one looked
   * @param nanos how long at most
   * @return whether there are any; false also when this is closed
   */
  public boolean await(long before, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (told == before && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return told != before && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits whatever is told, unless this is closed. */
  public void rest(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** There is news. */
  void tell() {
    change(0, false);
  }

  /** A subscription has begun, or ended: what it would have told must be looked for. */
  void subscribed(boolean begun) {
    change(begun ? 1 : -1, false);
  }

  /** Whoever waits waits no longer. */
  void close() {
    change(0, true);
  }

  private void change(int subscriptions, boolean close) {
    lock.lock();
    try {
      told++;
      live += subscriptions;
      closed |= close;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

package io.edgebeat.exec.wasm;

import io.edgebeat.api.exec.Meter;

/** A meter that lets units pass a tick at a time, and knows what has passed. */
final class TickTill implements Meter {
  private final long tick;
  private final boolean paysAtOnce;
  private long allowed;
  private long others;
  private long asked;
  private long fuel;
  private int waiting;
  private int questions;

  /**
   * A till that nobody has paid at.
   *
   * @param tick how many units a tick has
   * @param paysAtOnce whether a tick is paid as soon as it is needed
   */
  TickTill(long tick, boolean paysAtOnce) {
    this.tick = tick;
    this.paysAtOnce = paysAtOnce;
  }

  /** So many ticks more are paid. */
  synchronized void pay(long ticks) {
    allowed += ticks * tick;
    notifyAll();
  }

  private void pass(long total) throws InterruptedException {
    questions++;
    waiting++;
    try {
      while (total > allowed) {
        if (paysAtOnce) {
          allowed += Math.ceilDiv(total - allowed, tick) * tick;
        } else {
          wait();
        }
      }
    } finally {
      waiting--;
    }
  }

  @Override
  public synchronized void use(String kind, long units) throws InterruptedException {
    pass(fuel + others + units);
    others += units;
  }

  @Override
  public synchronized long fuel(long total) throws InterruptedException {
    if (total > fuel) {
      asked = total;
      pass(others + total);
      fuel = total;
    }
    long sum = others + fuel;
    return fuel + Math.min(allowed, Math.ceilDiv(sum, tick) * tick) - sum;
  }

  /** Waits until something waits here; false when nothing has after a while. */
  boolean isAwaited(long millis) throws InterruptedException {
    for (int i = 0; i < millis / 5; i++) {
      synchronized (this) {
        if (waiting > 0) {
          return true;
        }
      }
      Thread.sleep(5);
    }
    return false;
  }

  /** How much fuel was asked for. */
  synchronized long asked() {
    return asked;
  }

  /** How often something was asked for. */
  synchronized int questions() {
    return questions;
  }

  /** How many ticks were paid. */
  synchronized long ticks() {
    return allowed / tick;
  }
}

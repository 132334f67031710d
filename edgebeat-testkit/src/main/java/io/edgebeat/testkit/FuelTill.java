package io.edgebeat.testkit;

import io.edgebeat.api.exec.Meter;

/** A meter that lets so much fuel pass as was paid, and knows how much was asked for. */
final class FuelTill implements Meter {
  private long paid;
  private long asked;

  /** So much fuel, counted from the beginning, is paid. */
  synchronized void pay(long total) {
    paid = total;
    notifyAll();
  }

  synchronized long asked() {
    return asked;
  }

  @Override
  public void use(String kind, long units) {}

  @Override
  public synchronized long fuel(long total) throws InterruptedException {
    asked = Math.max(asked, total);
    while (total > paid) {
      wait();
    }
    return paid;
  }
}

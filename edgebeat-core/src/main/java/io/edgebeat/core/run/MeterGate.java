package io.edgebeat.core.run;

import io.edgebeat.api.exec.Meter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Where a workload waits until what it asks for may be used. Its asking is an event for the engine;
 * the engine's grant opens the gate.
 */
public final class MeterGate implements Meter {
  private record Waiting(long upTo, Runnable then) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition granted = lock.newCondition();
  private final BiConsumer<String, Long> ask;
  private final Map<String, Long> early = new LinkedHashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean open;
  private long asked;
  private long allowed;

  /** A gate of one execution; {@code ask} gives the engine its events. */
  public MeterGate(BiConsumer<String, Long> ask) {
    this.ask = ask;
  }

  @Override
  public void use(String kind, long units) throws InterruptedException {
    if (units <= 0) {
      return;
    }
    lock.lockInterruptibly();
    try {
      asked = asked + units < 0 ? Long.MAX_VALUE : asked + units;
      long mine = asked;
      if (open) {
        ask.accept(kind, units);
      } else {
        early.merge(kind, units, Long::sum);
      }
      while (allowed < mine) {
        granted.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks for units as {@link #use} does, for a workload that has no thread to wait with.
   *
   * @param then called once they may be used, at once or by whoever grants them
   */
  public void ask(String kind, long units, Runnable then) {
    boolean now;
    lock.lock();
    try {
      asked += units;
      if (open) {
        ask.accept(kind, units);
      } else {
        early.merge(kind, units, Long::sum);
      }
      now = allowed >= asked;
      if (!now) {
        waiting.add(new Waiting(asked, then));
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      then.run();
    }
  }

  /** The engine knows of the execution; what was asked before is asked now. */
  public void open() {
    lock.lock();
    try {
      open = true;
      early.forEach(ask);
      early.clear();
    } finally {
      lock.unlock();
    }
  }

  /** So many units, counted from the start, may be used. */
  public void grant(long total) {
    List<Runnable> served = new ArrayList<>();
    lock.lock();
    try {
      allowed = Math.max(allowed, total);
      granted.signalAll();
      while (!waiting.isEmpty() && waiting.peek().upTo <= allowed) {
        served.add(waiting.remove().then);
      }
    } finally {
      lock.unlock();
    }
    served.forEach(Runnable::run);
  }
}

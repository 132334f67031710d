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
 * Where a workload takes the units that it may use, and waits for those that it may not use yet.
 * What was granted is counted here: the engine is told long before the grant is used up, and at
 * once by what has to wait. Its next grant opens the gate.
 */
public final class MeterGate implements Meter {
  /**
   * Of what was granted and not told, the part after which the engine is told. The rest has to last
   * until what it does about it is here: journal, acknowledge, be paid, journal, grant.
   */
  private static final int PART = 4;

  private record Waiting(long upTo, long units, Runnable then) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition granted = lock.newCondition();
  private final BiConsumer<String, Long> ask;
  private final Map<String, Long> untold = new LinkedHashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean open;
  private long asked;
  private long told;
  private long allowed;
  private long used;

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
      count(kind, units);
      long mine = asked;
      while (allowed < mine) {
        granted.await();
      }
      used += units;
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
      count(kind, units);
      now = allowed >= asked;
      if (now) {
        used += units;
      } else {
        waiting.add(new Waiting(asked, units, then));
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      then.run();
    }
  }

  private void count(String kind, long units) {
    asked = asked + units < 0 ? Long.MAX_VALUE : asked + units;
    untold.merge(kind, units, Long::sum);
    if (asked > allowed || asked - told >= (allowed - told) / PART) {
      tell();
    }
  }

  private void tell() {
    if (open) {
      untold.forEach(ask);
      untold.clear();
      told = asked;
    }
  }

  /** The engine knows of the execution; what was asked before is asked now. */
  public void open() {
    lock.lock();
    try {
      open = true;
      tell();
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
        Waiting next = waiting.remove();
        used += next.units;
        served.add(next.then);
      }
    } finally {
      lock.unlock();
    }
    served.forEach(Runnable::run);
  }

  /** It is about to end: no more than so many units may be used, whatever was granted. */
  public void limit(long total) {
    lock.lock();
    try {
      allowed = Math.min(allowed, total);
    } finally {
      lock.unlock();
    }
  }

  /** How many units were used. */
  public long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }
}

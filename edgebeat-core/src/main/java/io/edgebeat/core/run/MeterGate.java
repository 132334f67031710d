package io.edgebeat.core.run;

import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.Usage;
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
 *
 * <p>Fuel, where ticks are made of it, is counted by the program itself, which comes back at the
 * end of each tick that has begun and before it uses anything else.
 */
public final class MeterGate implements Meter {
  /**
   * Of what was granted and not told, the part after which the engine is told. The rest has to last
   * until what it does about it is here: journal, acknowledge, be paid, journal, grant.
   */
  private static final int PART = 4;

  /** What fuel is called among the kinds of units; no capability can have that name. */
  public static final String FUEL = "edgebeat:fuel";

  private record Waiting(long upTo, String kind, long units, Runnable then) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition granted = lock.newCondition();
  private final BiConsumer<String, Long> ask;
  private final TickUnit unit;
  private final Map<String, Long> untold = new LinkedHashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean open;
  private long asked;
  private long told;
  private long allowed;
  private long used;

  /** Fuel that was asked for, that passed, and that may be used before it is asked for again. */
  private long fuelAsked;

  private long fuelPassed;
  private long fuelBound;

  /**
   * A gate of one execution.
   *
   * @param unit what a tick pays for
   * @param ask gives the engine its events
   */
  public MeterGate(TickUnit unit, BiConsumer<String, Long> ask) {
    this.unit = unit;
    this.ask = ask;
  }

  /** How many units of fuel make a tick; 0 when fuel is not what is paid for. */
  public long fuelTick() {
    return unit.kind() == TickUnit.Kind.FUEL ? unit.count() : 0;
  }

  @Override
  public void use(String kind, long units) throws InterruptedException {
    if (units <= 0) {
      return;
    }
    lock.lockInterruptibly();
    try {
      count(kind, units);
      await(asked);
      passed(kind, units);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long fuel(long total) throws InterruptedException {
    if (fuelTick() == 0) {
      return Long.MAX_VALUE;
    }
    lock.lockInterruptibly();
    try {
      if (total > fuelAsked) {
        count(FUEL, total - fuelAsked);
      }
      if (total > fuelPassed) {
        await(asked - (fuelAsked - total));
        passed(FUEL, total - fuelPassed);
      }
      return fuelBound;
    } finally {
      lock.unlock();
    }
  }

  private void await(long total) throws InterruptedException {
    while (allowed < total) {
      granted.await();
    }
  }

  private void passed(String kind, long units) {
    used += units;
    if (kind.equals(FUEL)) {
      fuelPassed += units;
      // To the end of the tick and no further: the next one begins when it is asked for.
      long over = asked % unit.count();
      long rest = over == 0 ? 0 : unit.count() - over;
      fuelBound = fuelPassed + Math.clamp(allowed - asked, 0, rest);
    } else {
      fuelBound = fuelPassed;
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
        passed(kind, units);
      } else {
        waiting.add(new Waiting(asked, kind, units, then));
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
    if (kind.equals(FUEL)) {
      fuelAsked += units;
    }
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
        passed(next.kind, next.units);
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

  /** How many units were used, as far as that is known here. */
  public long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many units were used by an execution that has ended.
   *
   * @param usage what it says of itself: counts for fuel, as far as that was let pass
   */
  public long used(Usage usage) {
    lock.lock();
    try {
      return used + Math.clamp(usage.fuel(), fuelPassed, fuelBound) - fuelPassed;
    } finally {
      lock.unlock();
    }
  }
}

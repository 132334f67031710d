package io.edgebeat.benchmarks.check;

import io.edgebeat.benchmarks.money.Rounds;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One round of several sides that take many short turns, so that a moment in which the machine is
 * slow slows all of them. Processor time of this thread.
 */
final class Turns {
  private final Map<String, Spent> sides = new LinkedHashMap<>();

  /** What a side has done and needed so far. */
  private static final class Spent {
    private long count;
    private long nanos;
  }

  /** A turn of a side. */
  void take(String side, Rounds.Work work) throws Exception {
    Spent spent = sides.computeIfAbsent(side, s -> new Spent());
    long before = Rounds.processorNanos();
    spent.count += work.run();
    spent.nanos += Rounds.processorNanos() - before;
  }

  /** The rate of each, as a round. */
  void end(Rounds rounds) {
    sides.forEach((side, spent) -> rounds.add(side, spent.count * 1e9 / spent.nanos));
  }
}

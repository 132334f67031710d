package io.edgebeat.testkit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides which calls of a double fail: those named by their number, or each with a likelihood
 * drawn from a seed. Remembers what it has decided, so that a test can print it.
 *
 * <p>Threads: calls may overlap.
 */
final class Faults {
  private final SplittableRandom chance;
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> happened = new ArrayList<>();

  private static final class Rule {
    private final String name;
    private final long nth;
    private final double likely;
    private long calls;

    Rule(String name, long nth, double likely) {
      this.name = name;
      this.nth = nth;
      this.likely = likely;
    }
  }

  Faults(long seed) {
    chance = new SplittableRandom(seed);
  }

  /** The nth call, from 1, that asks for this fault gets it. */
  synchronized void at(String name, long nth) {
    if (nth < 1) {
      throw new IllegalArgumentException("calls are counted from 1, found " + nth);
    }
    rules.add(new Rule(name, nth, 0));
  }

  /** Each call that asks for this fault gets it with a likelihood. */
  synchronized void likely(String name, double likelihood) {
    if (!(likelihood >= 0 && likelihood <= 1)) {
      throw new IllegalArgumentException("a likelihood is in 0 .. 1, found " + likelihood);
    }
    rules.add(new Rule(name, 0, likelihood));
  }

  /** Asks whether this call gets the fault. */
  synchronized boolean strike(String name) {
    boolean struck = false;
    for (Rule rule : rules) {
      if (rule.name.equals(name)) {
        rule.calls++;
        boolean strikes = rule.nth > 0 ? rule.calls == rule.nth : chance.nextDouble() < rule.likely;
        if (strikes && !struck) {
          happened.add(name + " at call " + rule.calls);
        }
        struck |= strikes;
      }
    }
    return struck;
  }

  synchronized int draw(int bound) {
    return chance.nextInt(bound);
  }

  synchronized List<String> happened() {
    return List.copyOf(happened);
  }
}

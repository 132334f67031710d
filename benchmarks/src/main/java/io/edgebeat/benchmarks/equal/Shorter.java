package io.edgebeat.benchmarks.equal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Leaves steps out of a sequence for as long as it still shows what is to be shown. */
final class Shorter {
  private Shorter() {}

  /**
   * Shortens.
   *
   * @param shows whether a sequence shows it
   * @param seconds how long to try
   */
  static Sequence of(Sequence sequence, Predicate<Sequence> shows, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Sequence best = sequence;
    for (int length = best.steps().size() / 2; length > 0; length /= 2) {
      boolean again = true;
      while (again) {
        again = false;
        // From the end: what comes later depends on what came before.
        for (int from = best.steps().size() - length; from >= 0; from -= length) {
          if (System.nanoTime() > end) {
            return best;
          }
          List<Step> fewer = new ArrayList<>(best.steps());
          fewer.subList(from, from + length).clear();
          Sequence candidate = best.with(fewer);
          if (shows.test(candidate)) {
            best = candidate;
            again = length == 1;
          }
        }
      }
    }
    return best;
  }
}

package io.edgebeat.benchmarks.equal;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The proof of equal ledgers as one that judges rules in which a mistake was planted: ends with
 * exit code {@link ExplorationOracle#FOUND} at the first difference, with 0 when there is none.
 */
public final class EquivalenceOracle {
  private EquivalenceOracle() {}

  /**
   * Plays the sequences of some seeds: each argument says the first, and after a blank how many.
   */
  public static void main(String[] args) throws IOException {
    Optional<String> found;
    try (Arena arena = new Arena()) {
      found = first(arena, args);
    }
    if (found.isPresent()) {
      System.out.println(found.get());
      System.exit(ExplorationOracle.FOUND);
    }
    System.out.println("no difference in seeds (first, how many) " + List.of(args));
  }

  private static Optional<String> first(Arena arena, String... args) {
    for (String seeds : args) {
      int blank = seeds.indexOf(' ');
      long first = Long.parseLong(seeds.substring(0, blank));
      long count = Long.parseLong(seeds.substring(blank + 1));
      for (long seed = first; seed < first + count; seed++) {
        Sequence sequence = Author.write(seed, LedgerEquivalence.LENGTH);
        Optional<String> difference = Duel.fight(sequence, arena, new Tally());
        if (difference.isPresent()) {
          return Optional.of("seed " + seed + ": " + difference.get());
        }
      }
    }
    return Optional.empty();
  }
}

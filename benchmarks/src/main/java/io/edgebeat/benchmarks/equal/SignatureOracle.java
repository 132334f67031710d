package io.edgebeat.benchmarks.equal;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The proof of equal signers as an oracle, as {@link EquivalenceOracle} is that of ledgers. */
public final class SignatureOracle {
  private SignatureOracle() {}

  /** Judges the signatures of some seeds: the first, and after a blank how many. */
  public static void main(String[] args) throws IOException {
    Optional<String> found = Optional.empty();
    try (SolidityRecovery solidity = new SolidityRecovery()) {
      for (String seeds : args) {
        int blank = seeds.indexOf(' ');
        long first = Long.parseLong(seeds.substring(0, blank));
        long count = Long.parseLong(seeds.substring(blank + 1));
        for (long seed = first; seed < first + count && found.isEmpty(); seed++) {
          String where = "seed " + seed + ": ";
          found =
              SignatureEquivalence.judge(seed, solidity).stream()
                  .flatMap(judged -> judged.difference().stream())
                  .map(where::concat)
                  .findFirst();
        }
      }
    }
    if (found.isPresent()) {
      System.out.println(found.get());
      System.exit(ExplorationOracle.FOUND);
    }
    System.out.println("no difference in seeds (first, how many) " + List.of(args));
  }
}

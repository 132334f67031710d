package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The differential proof as one that judges a meter or a compiler in which a mistake was planted:
 * ends with exit code {@link ExplorationOracle#FOUND} at the first difference, with 0 when there is
 * none.
 */
public final class DifferentialOracle {
  private DifferentialOracle() {}

  /** Runs the modules of some seeds: each argument says the first, and after a blank how many. */
  public static void main(String[] args) throws InterruptedException {
    for (String seeds : args) {
      int blank = seeds.indexOf(' ');
      long first = Long.parseLong(seeds.substring(0, blank));
      long count = Long.parseLong(seeds.substring(blank + 1));
      AtomicReference<Optional<String>> found = new AtomicReference<>(Optional.empty());
      DifferentialProof.onLargeStacks(1, () -> found.set(first(first, count)));
      if (found.get().isPresent()) {
        System.out.println(found.get().get());
        System.exit(ExplorationOracle.FOUND);
      }
    }
    System.out.println("no difference in seeds (first, how many) " + List.of(args));
  }

  private static Optional<String> first(long first, long count) {
    Differential differential = new Differential(Differential.METER);
    for (long seed = first; seed < first + count; seed++) {
      Optional<String> difference;
      try {
        difference = differential.compare(ModuleGenerator.of(seed)).difference();
      } catch (RuntimeException | LinkageError | AssertionError e) {
        difference = Optional.of("throws " + e);
      }
      if (difference.isPresent()) {
        return Optional.of("seed " + seed + ": " + difference.get());
      }
    }
    return Optional.empty();
  }
}

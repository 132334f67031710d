package io.edgebeat.benchmarks.explore;

import java.util.Arrays;
import java.util.List;

/**
 * The exploration as one that judges rules in which a mistake was planted: ends with exit code
 * {@link #FOUND} and the trace at the first violation, with 0 when there is none.
 */
public final class ExplorationOracle {
  /** The exit code of an oracle that has found a violation. */
  public static final int FOUND = 3;

  private ExplorationOracle() {}

  /** Explores what has a name that begins like one of the arguments. */
  public static void main(String[] args) {
    List<Model<?>> scenes =
        Scenes.usual().stream()
            .filter(s -> Arrays.stream(args).anyMatch(s.name()::startsWith))
            .toList();
    if (scenes.isEmpty()) {
      throw new IllegalArgumentException("no exploration's name begins like " + List.of(args));
    }
    long states = 0;
    for (Model<?> scene : scenes) {
      Explorer.Result result = Explorer.run(scene);
      states += result.states();
      if (result.violation().isPresent()) {
        System.out.println(result.violation().get());
        System.exit(FOUND);
      }
    }
    System.out.println(scenes.size() + " explorations, " + states + " states, no violation");
  }
}

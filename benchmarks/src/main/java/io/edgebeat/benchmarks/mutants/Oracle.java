package io.edgebeat.benchmarks.mutants;

import io.edgebeat.benchmarks.explore.ExplorationOracle;
import io.edgebeat.benchmarks.simulate.SimulationOracle;
import java.util.List;

/**
 * A program that judges rules: ends with {@link ExplorationOracle#FOUND} and says what is broken,
 * or with 0.
 *
 * @param name as in the heads of the patches: {@code oracle: name arguments}
 * @param main its class
 */
record Oracle(String name, Class<?> main) {
  /** All there are. */
  static final List<Oracle> ALL =
      List.of(
          new Oracle("exploration", ExplorationOracle.class),
          new Oracle("simulation", SimulationOracle.class));

  static Oracle named(String name) {
    return ALL.stream()
        .filter(oracle -> oracle.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("there is no oracle \"" + name + "\" among " + ALL));
  }
}

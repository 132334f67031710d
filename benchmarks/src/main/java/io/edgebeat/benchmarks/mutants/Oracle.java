package io.edgebeat.benchmarks.mutants;

import io.edgebeat.benchmarks.crash.PowerLossOracle;
import io.edgebeat.benchmarks.equal.EquivalenceOracle;
import io.edgebeat.benchmarks.equal.SignatureOracle;
import io.edgebeat.benchmarks.explore.ExplorationOracle;
import io.edgebeat.benchmarks.simulate.SimulationOracle;
import io.edgebeat.benchmarks.wasm.DifferentialOracle;
import io.edgebeat.chain.evm.Devnet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that judges rules: ends with {@link ExplorationOracle#FOUND} and says what is broken,
 * or with 0.
 *
 * @param name as in the heads of the patches: {@code oracle: name arguments}
 * @param main its class
 * @param where it has found something, in what it says then
 * @param again what it is told to look just there
 */
record Oracle(String name, Class<?> main, Pattern where, String again) {
  /** All there are. */
  static final List<Oracle> ALL =
      List.of(
          new Oracle("exploration", ExplorationOracle.class, Pattern.compile("after: (.*)"), "$1"),
          new Oracle(
              "simulation", SimulationOracle.class, Pattern.compile("seed ([0-9]+): "), "$1 1"),
          new Oracle(
              "power-loss",
              PowerLossOracle.class,
              Pattern.compile("at ((?:buyer|seller) [^: ]+): "),
              "$1"),
          new Oracle(
              "wasm-differential",
              DifferentialOracle.class,
              Pattern.compile("seed ([0-9]+): "),
              "$1 1"),
          new Oracle(
              "ledger-equivalence",
              EquivalenceOracle.class,
              Pattern.compile("seed ([0-9]+): "),
              "$1 1"),
          new Oracle(
              "signature-equivalence",
              SignatureOracle.class,
              Pattern.compile("seed ([0-9]+): "),
              "$1 1"));

  /** What this one needs and is not there, if anything. */
  Optional<String> missing() {
    return name.endsWith("-equivalence") ? Devnet.unavailable() : Optional.empty();
  }

  /** What to tell it to look once more just where it has found something. */
  String there(String output) {
    Matcher found = where.matcher(output);
    if (!found.find()) {
      throw new IllegalStateException(name + " does not say where it has found: " + output);
    }
    return found.group().replaceFirst(where.pattern(), again);
  }

  static Oracle named(String name) {
    return ALL.stream()
        .filter(oracle -> oracle.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("there is no oracle \"" + name + "\" among " + ALL));
  }
}

package io.edgebeat.benchmarks.equal;

import java.util.List;
import java.util.stream.Collectors;

/** A history of a market: what it is about, and what happens. */
record Sequence(long seed, World world, List<Deal> deals, List<Step> steps) {
  Sequence {
    deals = List.copyOf(deals);
    steps = List.copyOf(steps);
  }

  Sequence with(List<Step> others) {
    return new Sequence(seed, world, deals, others);
  }

  long calls() {
    return steps.stream().filter(Step.Send.class::isInstance).count();
  }

  @Override
  public String toString() {
    // Only what is mentioned.
    String said = steps.toString();
    String about =
        deals.stream()
            .filter(deal -> said.contains("#" + deal.salt()))
            .map(deal -> "  #" + deal.salt() + " " + deal + "\n")
            .collect(Collectors.joining());
    String what = steps.stream().map(step -> "  " + step).collect(Collectors.joining("\n"));
    return world + "\n" + about + what;
  }
}

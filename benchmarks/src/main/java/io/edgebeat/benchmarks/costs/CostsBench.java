package io.edgebeat.benchmarks.costs;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well fuel tells processor time: nanoseconds per unit of each kernel, over the geometric mean
 * of the half that the table of costs was fitted on. The other half judges it. With the option
 * {@code fit} the table is fitted anew, and printed.
 */
public final class CostsBench implements Program {
  /** How far a kernel may lie from the mean, either way. */
  private static final double MOST = 2;

  private static final long NANOS = 20_000_000;

  @Override
  public String name() {
    return "wasm-costs";
  }

  @Override
  public String summary() {
    return "how well fuel tells the time of kernels the costs were fitted on, and of others";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int rounds = (int) context.option("count", context.nightly() ? 21 : 7);
    Map<String, Double> nanosPerTurn = new LinkedHashMap<>();
    Map<String, Double> nanosPerUnit = new LinkedHashMap<>();
    try (Kernels kernels = new Kernels()) {
      for (String kernel : Kernels.names()) {
        int turns = kernels.turns(kernel, NANOS);
        double nanos = kernels.nanos(kernel, turns, rounds);
        nanosPerTurn.put(kernel, nanos / turns);
        nanosPerUnit.put(kernel, nanos / kernels.fuel(kernel, turns));
        context.ran();
      }
    }
    double mean = geometricMean(half(nanosPerUnit, "fit"));
    context.say(String.format(Locale.ROOT, "%.4f ns a unit of fuel", mean));
    nanosPerUnit.forEach(
        (kernel, nanos) ->
            context.say(String.format(Locale.ROOT, "%-18s %5.2f", kernel, nanos / mean)));
    tell(context, "fit", nanosPerUnit, mean);
    tell(context, "judge", nanosPerUnit, mean);
    context.result("fuel_units_per_us", Math.round(1_000 / mean));
    if (context.option("fit").isPresent()) {
      context.say(CostFit.table(nanosPerTurn));
    }
  }

  private static void tell(
      ProgramContext context, String half, Map<String, Double> nanosPerUnit, double mean) {
    List<Double> ratios = half(nanosPerUnit, half).stream().map(n -> n / mean).sorted().toList();
    context.result(half + "_least_ratio", Rounds.hundredths(ratios.getFirst()));
    context.result(half + "_most_ratio", Rounds.hundredths(ratios.getLast()));
    if (ratios.getFirst() < 1 / MOST || ratios.getLast() > MOST) {
      context.missed(half + ": fuel does not tell the time within a factor of " + MOST);
    }
  }

  private static List<Double> half(Map<String, Double> values, String half) {
    List<Double> chosen = new ArrayList<>();
    values.forEach(
        (kernel, value) -> {
          if (kernel.startsWith(half)) {
            chosen.add(value);
          }
        });
    return chosen;
  }

  private static double geometricMean(List<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
  }
}

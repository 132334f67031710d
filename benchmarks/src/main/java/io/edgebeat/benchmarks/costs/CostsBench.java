package io.edgebeat.benchmarks.costs;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.exec.wasm.meter.CostTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How well fuel tells processor time: the time of a unit of fuel in each kernel, over that of the
 * half that the table of costs was fitted on, where the middle between its dearest and its cheapest
 * is taken. The other half judges the table, and takes no part in anything but that. With the
 * option {@code fit} prices are fitted anew, and printed.
 */
public final class CostsBench implements Program {
  /** How far a kernel may lie from the middle, either way. */
  private static final double MOST = 2;

  private static final long NANOS = 5_000_000;

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
    int rounds = (int) context.option("count", context.nightly() ? 61 : 15);
    Kernels kernels = new Kernels(CostTable.CURRENT, Kernels.FIT, Kernels.JUDGE);
    Map<String, Double> nanosPerTurn = kernels.nanosPerTurn(rounds, NANOS);
    Map<String, Double> fuelPerTurn = new LinkedHashMap<>();
    for (String kernel : nanosPerTurn.keySet()) {
      fuelPerTurn.put(kernel, kernels.fuel(kernel));
      context.ran();
    }
    Map<String, Double> nanosPerUnit = new LinkedHashMap<>();
    nanosPerTurn.forEach(
        (kernel, nanos) ->
            nanosPerUnit.put(kernel, nanos / Objects.requireNonNull(fuelPerTurn.get(kernel))));
    List<Double> fitted = half(nanosPerUnit, Kernels.FIT);
    double middle = Math.sqrt(fitted.getFirst() * fitted.getLast());
    nanosPerUnit.forEach(
        (kernel, nanos) ->
            context.say(
                String.format(
                    Locale.ROOT,
                    "%-18s %6.2f  %12.1f ns %14.1f units",
                    kernel,
                    nanos / middle,
                    nanosPerTurn.get(kernel),
                    fuelPerTurn.get(kernel))));
    double worst = tell(context, Kernels.JUDGE, nanosPerUnit, middle);
    double worstFitted = tell(context, Kernels.FIT, nanosPerUnit, middle);
    context.result("worst", Rounds.hundredths(worst));
    context.result("worst_fitted", Rounds.hundredths(worstFitted));
    List<Double> beside = half(nanosPerUnit, Kernels.BESIDE);
    context.result("worst_beside", Rounds.hundredths(beside.getLast() / middle));
    context.result("units_per_us", Math.round(1_000 / middle));
    if (context.option("fit").isPresent()) {
      CostFit.lines(nanosPerTurn).forEach(context::say);
    }
  }

  /** Prints nothing but a miss; says how far the half's worst kernel lies from the middle. */
  private static double tell(
      ProgramContext context, String half, Map<String, Double> nanosPerUnit, double middle) {
    List<Double> sorted = half(nanosPerUnit, half);
    double worst = Math.max(middle / sorted.getFirst(), sorted.getLast() / middle);
    long outside = sorted.stream().filter(n -> n * MOST < middle || n > MOST * middle).count();
    if (outside > 0) {
      context.say(
          "beyond the goal, "
              + half
              + ": "
              + outside
              + " of "
              + sorted.size()
              + " not within a factor of "
              + MOST);
    }
    return worst;
  }

  /** The values of a half, sorted. */
  private static List<Double> half(Map<String, Double> values, String half) {
    return values.entrySet().stream()
        .filter(each -> each.getKey().startsWith(half + "_"))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }
}

package io.edgebeat.benchmarks.costs;

import io.edgebeat.exec.wasm.meter.CostTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Fits prices of instructions to times: how often each class of instructions is executed is counted
 * by metering with a table in which nothing else costs anything. Then all prices are moved, by
 * their logarithms and so never below zero, to where the sum over the fitted half of the fourth
 * powers of the logarithms of fuel over time is least: the kernels that are told worst count most.
 * Prices that this says little about are held near those of the table there is.
 */
final class CostFit {
  /** Small prices must not be lost in whole numbers. */
  private static final double UNITS_PER_NANO = 64;

  private static final double HOLD = 0.03;
  private static final int STEPS = 40_000;
  private static final double FIRST_STEP = 0.02;

  private final List<String> classes = new ArrayList<>();
  private final double[][] counts;
  private final double[] units;
  private final double[] first;

  private CostFit(Map<String, Double> nanosPerTurn) throws IOException {
    List<String> kernels =
        nanosPerTurn.keySet().stream().filter(k -> k.startsWith(Kernels.FIT + "_")).toList();
    units =
        kernels.stream()
            .mapToDouble(k -> Objects.requireNonNull(nanosPerTurn.get(k)) * UNITS_PER_NANO)
            .toArray();
    List<double[]> byClass = new ArrayList<>();
    Map<String, Integer> nothing = new HashMap<>(CostTable.CURRENT.prices());
    nothing.replaceAll((name, price) -> name.equals("stack-slots") ? price : 0);
    for (String name : CostTable.CURRENT.prices().keySet()) {
      Map<String, Integer> one = new HashMap<>(nothing);
      one.put(name, 1);
      if (isFitted(name)) {
        Kernels counting = new Kernels(CostTable.trial(one), Kernels.FIT);
        double[] count = kernels.stream().mapToDouble(counting::fuel).toArray();
        if (sum(count) > 0) {
          classes.add(name);
          byClass.add(count);
        }
      }
    }
    counts = new double[kernels.size()][classes.size()];
    for (int k = 0; k < counts.length; k++) {
      for (int c = 0; c < counts[k].length; c++) {
        counts[k][c] = byClass.get(c)[k];
      }
    }
    first =
        classes.stream()
            .mapToDouble(name -> Math.max(1, CostTable.CURRENT.prices().getOrDefault(name, 1)))
            .toArray();
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * New prices.
   *
   * @param nanosPerTurn what each kernel takes
   * @return a line for each class: its name and what came out, before it is rounded
   */
  static List<String> lines(Map<String, Double> nanosPerTurn) throws IOException {
    CostFit fit = new CostFit(nanosPerTurn);
    double[] prices = fit.descend();
    List<String> lines = new ArrayList<>();
    for (int c = 0; c < prices.length; c++) {
      lines.add(String.format(Locale.ROOT, "%s %.1f", fit.classes.get(c), prices[c]));
    }
    return lines;
  }

  private static boolean isFitted(String price) {
    return !price.equals("free")
        && !price.equals("stack-slots")
        && !price.startsWith("host-")
        && !price.startsWith("grow");
  }

  /** Goes downhill, each price by a step of its own that becomes smaller (Adam). */
  private double[] descend() {
    double[] logs = new double[first.length];
    double[] mean = new double[first.length];
    double[] square = new double[first.length];
    for (int step = 1; step <= STEPS; step++) {
      double[] slope = slope(logs);
      double rate = FIRST_STEP * (1 - (double) step / (STEPS + 1));
      for (int c = 0; c < logs.length; c++) {
        mean[c] = 0.9 * mean[c] + 0.1 * slope[c];
        square[c] = 0.99 * square[c] + 0.01 * slope[c] * slope[c];
        logs[c] -= rate * mean[c] / (Math.sqrt(square[c]) + 1e-9);
      }
    }
    return prices(logs);
  }

  /** The prices, given by the logarithms of what they are of the first ones. */
  private double[] prices(double[] logs) {
    double[] prices = first.clone();
    for (int c = 0; c < prices.length; c++) {
      prices[c] *= Math.exp(logs[c]);
    }
    return prices;
  }

  /** How the error changes with each logarithm. */
  private double[] slope(double[] logs) {
    double[] prices = prices(logs);
    double[] slope = new double[logs.length];
    for (int c = 0; c < logs.length; c++) {
      slope[c] = 2 * HOLD * logs[c];
    }
    for (int k = 0; k < units.length; k++) {
      double fuel = 0;
      for (int c = 0; c < prices.length; c++) {
        fuel += counts[k][c] * prices[c];
      }
      double error = Math.log(fuel / units[k]);
      for (int c = 0; c < prices.length; c++) {
        slope[c] += 4 * error * error * error * counts[k][c] * prices[c] / fuel;
      }
    }
    return slope;
  }
}

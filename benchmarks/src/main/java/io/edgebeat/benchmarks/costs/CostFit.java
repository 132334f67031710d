package io.edgebeat.benchmarks.costs;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fits prices of instructions to times: how often each class of instructions is executed is counted
 * by metering with a table in which nothing else costs anything. Then prices are moved, one at a
 * time, while that brings fuel nearer to time over the fitted half: the sum of the squared
 * logarithms of their ratios. Prices that say little are held near those of the table there is.
 */
final class CostFit {
  /** What one unit of fuel is to be worth: small prices must not be lost in whole numbers. */
  private static final double NANOS_PER_UNIT = 0.0125;

  private static final int TURNS = 2;
  private static final double HOLD = 0.02;
  private static final long FUEL = 1L << 50;

  private final List<String> classes = new ArrayList<>();
  private final List<double[]> counts = new ArrayList<>();
  private final List<Double> nanos = new ArrayList<>();
  private double[] first = {};

  private CostFit() {}

  /**
   * A new table.
   *
   * @param nanosPerTurn what each kernel takes
   * @return its lines
   */
  static String table(Map<String, Double> nanosPerTurn) throws IOException {
    CostFit fit = new CostFit();
    fit.count(nanosPerTurn);
    double[] prices = fit.descend();
    StringBuilder lines = new StringBuilder();
    for (int c = 0; c < prices.length; c++) {
      lines.append(fit.classes.get(c)).append(' ').append(Math.max(1, Math.round(prices[c])));
      lines.append('\n');
    }
    return lines.toString();
  }

  private static boolean isFitted(String price) {
    return !price.equals("free")
        && !price.equals("stack-slots")
        && !price.startsWith("host-")
        && !price.startsWith("grow");
  }

  private void count(Map<String, Double> nanosPerTurn) throws IOException {
    byte[] module = Kernels.module();
    Map<String, Integer> nothing = new HashMap<>(CostTable.CURRENT.prices());
    nothing.replaceAll((name, price) -> name.equals("stack-slots") ? price : 0);
    List<String> kernels = new ArrayList<>();
    nanosPerTurn.forEach(
        (kernel, time) -> {
          if (kernel.startsWith("fit")) {
            kernels.add(kernel);
            nanos.add(time);
          }
        });
    List<Map<String, Long>> byClass = new ArrayList<>();
    for (String name : CostTable.CURRENT.prices().keySet()) {
      if (isFitted(name)) {
        Map<String, Integer> one = new HashMap<>(nothing);
        one.put(name, 1);
        Map<String, Long> fuel =
            fuel(MeteredModule.of(module, CostTable.trial(one)).bytes(), kernels);
        if (fuel.values().stream().anyMatch(count -> count > 0)) {
          classes.add(name);
          byClass.add(fuel);
        }
      }
    }
    for (String kernel : kernels) {
      counts.add(byClass.stream().mapToDouble(fuel -> fuel.getOrDefault(kernel, 0L)).toArray());
    }
    first =
        classes.stream()
            .mapToDouble(name -> Math.max(1, CostTable.CURRENT.prices().getOrDefault(name, 1)))
            .toArray();
  }

  /** The fuel of one turn of each kernel. */
  private static Map<String, Long> fuel(byte[] metered, List<String> kernels) {
    WasmModule module = Parser.parse(metered);
    var machines = MachineFactoryCompiler.compile(module);
    Map<String, Long> used = new HashMap<>();
    for (String kernel : kernels) {
      long[] left = new long[2];
      for (int i = 0; i < 2; i++) {
        Instance instance = Instance.builder(module).withMachineFactory(machines).build();
        instance.exports().global(MeteredModule.FUEL).setValue(FUEL);
        long[] unused = instance.export(kernel).apply(i * TURNS);
        left[i] = instance.exports().global(MeteredModule.FUEL).getValue();
      }
      used.put(kernel, (left[0] - left[1]) / TURNS);
    }
    return used;
  }

  private double[] descend() {
    double[] prices = first.clone();
    double step = 0.5;
    double best = error(prices);
    while (step > 0.005) {
      boolean better = false;
      for (int c = 0; c < prices.length; c++) {
        for (double factor : new double[] {1 + step, 1 / (1 + step)}) {
          double before = prices[c];
          prices[c] *= factor;
          double error = error(prices);
          if (error < best - 1e-9) {
            best = error;
            better = true;
          } else {
            prices[c] = before;
          }
        }
      }
      if (!better) {
        step /= 2;
      }
    }
    return prices;
  }

  private double error(double[] prices) {
    double sum = 0;
    for (int k = 0; k < nanos.size(); k++) {
      double units = 0;
      for (int c = 0; c < prices.length; c++) {
        units += counts.get(k)[c] * prices[c];
      }
      sum += square(Math.log(units * NANOS_PER_UNIT / nanos.get(k)));
    }
    for (int c = 0; c < prices.length; c++) {
      sum += HOLD * square(Math.log(prices[c] / first[c]));
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}

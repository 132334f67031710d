package io.edgebeat.benchmarks.money;

import io.edgebeat.benchmarks.ProgramContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What was measured in turns: rates by name, and the ratio of two of them, a round at a time. */
public final class Rounds {
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  /** Something that is measured; returns how much it did. */
  @FunctionalInterface
  public interface Work {
    long run() throws Exception;
  }

  /** Measures by the clock on the wall. */
  public void wall(String name, Work work) throws Exception {
    long before = System.nanoTime();
    long count = work.run();
    add(name, count * 1e9 / (System.nanoTime() - before));
  }

  /** Measures by the processor time of this thread. */
  public void processor(String name, Work work) throws Exception {
    long before = processorNanos();
    long count = work.run();
    add(name, count * 1e9 / (processorNanos() - before));
  }

  /** Of this thread. */
  public static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Takes a rate that was measured elsewhere. */
  public void add(String name, double rate) {
    rates.computeIfAbsent(name, n -> new ArrayList<>()).add(rate);
  }

  /** Forgets what was only to warm up. */
  public void clear() {
    rates.clear();
  }

  /** The newest of a rate. */
  double last(String name) {
    return rates.getOrDefault(name, List.of()).getLast();
  }

  /** The median of a rate. */
  public double median(String name) {
    return median(rates.getOrDefault(name, List.of()));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Prints a rate. */
  public void rate(ProgramContext context, String key, String name) {
    context.result(key, String.format(Locale.ROOT, "%.0f", median(name)));
  }

  /** Prints the ratio of two rates: median, smallest and largest of the rounds. */
  public double ratio(ProgramContext context, String key, String of, String to) {
    List<Double> all = new ArrayList<>();
    List<Double> first = rates.getOrDefault(of, List.of());
    List<Double> second = rates.getOrDefault(to, List.of());
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      all.add(first.get(i) / second.get(i));
    }
    all.sort(Comparator.naturalOrder());
    context.result(key, hundredths(median(all)));
    context.result(key + "_min", hundredths(all.getFirst()));
    context.result(key + "_max", hundredths(all.getLast()));
    return median(all);
  }

  /** Prints by how much one takes longer than the other, as a part of it. */
  public void overhead(ProgramContext context, String key, String of, String to) {
    List<Double> all = new ArrayList<>();
    List<Double> first = rates.getOrDefault(of, List.of());
    List<Double> second = rates.getOrDefault(to, List.of());
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      all.add(first.get(i) / second.get(i) - 1);
    }
    all.sort(Comparator.naturalOrder());
    context.result(key, hundredths(median(all)));
    context.result(key + "_min", hundredths(all.getFirst()));
    context.result(key + "_max", hundredths(all.getLast()));
  }

  public static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A directory that is gone afterwards; {@code -Dedgebeat.directory=} says on which disk. */
  public static Path directory(ProgramContext context, String name) throws IOException {
    Path parent = Path.of(context.option("directory").orElse(System.getProperty("java.io.tmpdir")));
    Path made = Files.createTempDirectory(parent, "edgebeat-" + name);
    context.say("on " + Files.getFileStore(made).type() + ", " + made);
    return made;
  }

  public static void remove(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

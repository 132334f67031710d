package io.edgebeat.benchmarks.costs;

import io.edgebeat.benchmarks.guest.Guest;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.exec.wasm.meter.CostTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the kernels of {@code src/main/c/costs} as the executor does, and times them. */
final class Kernels {
  /** The half that the prices are fitted on. */
  static final String FIT = "fit";

  /** The half that judges them. */
  static final String JUDGE = "judge";

  /** Not judged: what no price of an instruction can tell. */
  static final String BESIDE = "beside";

  /** Work of one turn may depend on its number; after so many it is the same again. */
  static final int TURNS = 64;

  /** Enough calls for the JVM's compiler to have compiled the whole function, not only a loop. */
  private static final int WARM_CALLS = 3_000;

  private static final long WARM_NANOS = 300_000_000;

  private final Map<String, Guest> guests = new LinkedHashMap<>();

  /** Those of some halves, metered by some table. */
  Kernels(CostTable costs, String... halves) throws IOException {
    for (String half : halves) {
      byte[] module = module(half);
      Guest guest = new Guest(module, costs);
      names(module).forEach(name -> guests.put(name, guest));
    }
  }

  private static byte[] module(String half) throws IOException {
    try (InputStream stream =
        Kernels.class.getResourceAsStream("/io/edgebeat/benchmarks/costs/" + half + ".wasm")) {
      if (stream == null) {
        throw new IOException("no resource " + half + ".wasm");
      }
      return stream.readAllBytes();
    }
  }

  /** The kernels of a module: the exports of these names. */
  private static List<String> names(byte[] module) {
    Matcher matcher =
        Pattern.compile("(?:" + FIT + "|" + JUDGE + "|" + BESIDE + ")_[a-z]+")
            .matcher(new String(module, StandardCharsets.ISO_8859_1));
    TreeSet<String> names = new TreeSet<>();
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return List.copyOf(names);
  }

  private Guest.Fresh fresh(String kernel) {
    return Objects.requireNonNull(guests.get(kernel)).instance(kernel);
  }

  /** The fuel of one turn. */
  double fuel(String kernel) {
    Guest.Fresh instance = fresh(kernel);
    long fuel = instance.fuel(TURNS);
    instance.end();
    Guest.Fresh other = fresh(kernel);
    fuel -= other.fuel(0);
    other.end();
    return fuel / (double) TURNS;
  }

  private static long nanos(Guest.Fresh instance, int turns) {
    long before = Rounds.processorNanos();
    long unused = instance.fuel(turns);
    return Rounds.processorNanos() - before;
  }

  /** Calls a kernel until the JVM has compiled it; says how many turns take some time. */
  private int warm(String kernel, long nanos) {
    Guest.Fresh instance = fresh(kernel);
    long end = Rounds.processorNanos() + WARM_NANOS;
    for (int i = 0; i < WARM_CALLS && Rounds.processorNanos() < end; i++) {
      long unused = instance.fuel(1);
    }
    int turns = TURNS;
    for (int pass = 0; pass < 3; pass++) {
      while (nanos(instance, turns) - nanos(instance, 0) < nanos) {
        turns *= 2;
      }
    }
    instance.end();
    return turns;
  }

  /**
   * The processor time of one turn of each kernel, compiled. In rounds in which each has its turn,
   * so that a machine that is slow for a while is so for all; the least of each counts.
   */
  Map<String, Double> nanosPerTurn(int rounds, long nanos) {
    Map<String, Integer> turns = new LinkedHashMap<>();
    guests.keySet().forEach(kernel -> turns.put(kernel, warm(kernel, nanos)));
    Map<String, Long> least = new LinkedHashMap<>();
    Map<String, Long> leastOfNone = new LinkedHashMap<>();
    for (int i = 0; i < rounds; i++) {
      turns.forEach(
          (kernel, count) -> {
            Guest.Fresh instance = fresh(kernel);
            leastOfNone.merge(kernel, nanos(instance, 0), Math::min);
            least.merge(kernel, nanos(instance, count), Math::min);
            instance.end();
          });
    }
    Map<String, Double> perTurn = new LinkedHashMap<>();
    turns.forEach(
        (kernel, count) ->
            perTurn.put(
                kernel,
                (Objects.requireNonNull(least.get(kernel))
                        - Objects.requireNonNull(leastOfNone.get(kernel)))
                    / (double) count));
    return perTurn;
  }
}

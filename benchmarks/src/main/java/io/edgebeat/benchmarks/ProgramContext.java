package io.edgebeat.benchmarks;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a {@link Program} is given, and where it puts its results. */
public final class ProgramContext {
  private final PrintStream out;
  private final Function<String, @Nullable String> options;
  private final Map<String, String> results = new LinkedHashMap<>();
  private long runs;
  private long violations;

  /**
   * For one run.
   *
   * @param out where it prints
   * @param options the value of each key, such as {@code edgebeat.count}
   */
  public ProgramContext(PrintStream out, Function<String, @Nullable String> options) {
    this.out = out;
    this.options = options;
  }

  /** A line for whoever watches. */
  public void say(String line) {
    out.println(line);
  }

  /** The option given as {@code -Dedgebeat.KEY=value} on Maven's command line. */
  public Optional<String> option(String key) {
    return Optional.ofNullable(options.apply("edgebeat." + key)).filter(value -> !value.isEmpty());
  }

  /** The number given as {@code -Dedgebeat.KEY=value}, or {@code otherwise}. */
  public long option(String key, long otherwise) {
    return number(key).orElse(otherwise);
  }

  /** The seed given as {@code -Dseed=number}: then the one run that it stands for is repeated. */
  public OptionalLong seed() {
    return number("seed");
  }

  /** Whether there is a night's time, by {@code -Pnightly}. */
  public boolean nightly() {
    return option("nightly").map(Boolean::parseBoolean).orElse(false);
  }

  /** A value for the last line; keys keep the order in which they were first put. */
  public void result(String key, Object value) {
    results.put(key, String.valueOf(value));
  }

  /** Counts one run of a proof. */
  public void ran() {
    runs++;
  }

  /** Counts a broken promise, and prints it with the seed that shows it again. */
  public void violation(long seed, String what) {
    violations++;
    out.println("VIOLATION seed=" + seed + " " + what);
  }

  /** Counts a promise about the runs as a whole that was not kept. */
  public void missed(String what) {
    violations++;
    out.println("MISSED " + what);
  }

  public long runs() {
    return runs;
  }

  long violations() {
    return violations;
  }

  Map<String, String> results() {
    return results;
  }

  private OptionalLong number(String key) {
    Optional<String> text = option(key);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.decode(text.get()));
    } catch (NumberFormatException e) {
      throw new UsageException(
          "The option " + key + " takes a whole number, not '" + text.get() + "'.", e);
    }
  }
}

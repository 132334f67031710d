package io.edgebeat.benchmarks.simulate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A JVM with other hash seeds, another time zone, another language and one processor, in which a
 * seed must give the very same market.
 */
final class OtherJvm implements AutoCloseable {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private final Process process;

  private OtherJvm(Process process) {
    this.process = process;
  }

  /**
   * Lets it run some seeds.
   *
   * @param first the first one
   * @param step from one to the next
   * @param count how many
   */
  static OtherJvm start(long first, long step, long count) throws IOException {
    return new OtherJvm(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ActiveProcessorCount=1",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=3",
                "-Duser.timezone=Pacific/Apia",
                "-Duser.language=tr",
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName(),
                Long.toString(first),
                Long.toString(step),
                Long.toString(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** What it has found; waits until it is done. */
  Map<Long, String> traces() throws InterruptedException {
    Map<Long, String> traces = new HashMap<>();
    try (BufferedReader lines = process.inputReader()) {
      lines
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(words -> traces.put(Long.parseLong(words[0]), words[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int ended = process.waitFor();
    if (ended != 0) {
      throw new IllegalStateException("the other JVM ended with " + ended);
    }
    return traces;
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** What runs there: prints a line a seed. */
  public static void main(String[] arguments) {
    QUIET.setLevel(Level.OFF);
    long first = Long.parseLong(arguments[0]);
    long step = Long.parseLong(arguments[1]);
    long count = Long.parseLong(arguments[2]);
    for (long seed = first; seed < first + step * count; seed += step) {
      System.out.println(seed + " " + SimulatedMarket.run(seed).hash());
    }
  }
}

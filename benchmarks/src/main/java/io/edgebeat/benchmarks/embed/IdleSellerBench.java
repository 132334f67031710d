package io.edgebeat.benchmarks.embed;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seller costs that waits: the heap, in a small JVM with a market around it; the jars; and
 * the time until a fresh JVM has its first result, from {@code EdgeBeat.local()} on.
 */
public final class IdleSellerBench implements Program {
  private static final double MEBI = 1 << 20;

  /** So small that a device may have it; both heap and task must fit. */
  private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xmx32m");

  @Override
  public String name() {
    return "idle-seller";
  }

  @Override
  public String summary() {
    return "heap and jars of an embedded seller, and the time to a first result";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 11 : 3);
    Path directory = Rounds.directory(context, "idle");
    try {
      Closure closure = new Closure(directory);
      Rounds rounds = new Rounds();
      for (int i = 0; i < count; i++) {
        child(rounds, closure, List.of(), IdleSeller.FIRST_RESULT, directory.resolve("first" + i));
        child(rounds, closure, SMALL, IdleSeller.HEAP, directory.resolve("heap" + i));
      }
      mebi(context, "heap_mib", rounds.median("idle"));
      mebi(context, "heap_after_task_mib", rounds.median("used"));
      mebi(context, "heap_bare_jvm_mib", rounds.median("bare"));
      mebi(context, "jars_mib", Closure.size(closure.engine));
      mebi(
          context,
          "jars_with_binding_mib",
          Closure.size(closure.engine) + Closure.size(closure.binding));
      mebi(context, "library_jar_mib", Closure.size(closure.library));
      seconds(context, "first_result_s", rounds.median("first"));
      seconds(context, "first_result_processor_s", rounds.median("processor"));
    } finally {
      Rounds.remove(directory);
    }
  }

  private static void mebi(ProgramContext context, String key, double bytes) {
    context.result(key, Rounds.hundredths(bytes / MEBI));
  }

  private static void seconds(ProgramContext context, String key, double nanos) {
    context.result(key, Rounds.hundredths(nanos / 1e9));
  }

  private static void child(
      Rounds rounds, Closure closure, List<String> options, String what, Path directory)
      throws IOException, InterruptedException {
    Path market = Files.createDirectories(directory.resolve("market"));
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(
        List.of("-cp", closure.classPath(), IdleSeller.class.getName(), what, market.toString()));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    try (BufferedReader lines = process.inputReader()) {
      for (String line : lines.lines().toList()) {
        String[] words = line.split("=", 2);
        rounds.add(words[0], Double.parseDouble(words[1]));
      }
    }
    int ended = process.waitFor();
    if (ended != 0) {
      throw new IllegalStateException(
          "a JVM for " + what + " ended with " + ended + ": " + Files.readString(log));
    }
  }
}

package io.edgebeat.benchmarks.guest;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The first task of a fresh JVM: nothing compiled, compiled code on disk, and a bare JVM. */
public final class WasmColdBench implements Program {
  /** Of {@code run(1)} of the kernel. */
  private static final String RESULT = "1241091324";

  @Override
  public String name() {
    return "wasm-cold";
  }

  @Override
  public String summary() {
    return "the first WebAssembly task of a fresh JVM, with and without compiled code on disk";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 31 : 5);
    Path directory = Rounds.directory(context, "cold");
    try {
      Path code = directory.resolve("code");
      Rounds rounds = new Rounds();
      measure(rounds, "filling", Optional.of(code)); // not counted: it also writes
      rounds.clear();
      for (int i = 0; i < count; i++) {
        measure(rounds, "compiled", Optional.empty());
        measure(rounds, "kept", Optional.of(code));
        bare(rounds);
      }
      millis(context, rounds, "first_task_ms", "compiled");
      millis(context, rounds, "first_task_kept_ms", "kept");
      millis(context, rounds, "process_ms", "compiledProcess");
      millis(context, rounds, "process_kept_ms", "keptProcess");
      millis(context, rounds, "bare_jvm_ms", "bare");
      rounds.ratio(context, "ratio_kept", "compiled", "kept");
    } finally {
      Rounds.remove(directory);
    }
  }

  private static void millis(ProgramContext context, Rounds rounds, String key, String name) {
    context.result(key, Rounds.hundredths(1e3 / rounds.median(name)));
  }

  private static void measure(Rounds rounds, String name, Optional<Path> code)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(ColdTask.class.getName(), "MIX", "1"));
    code.ifPresent(path -> arguments.add(path.toString()));
    long before = System.nanoTime();
    String said = java(arguments);
    int space = said.indexOf(' ');
    rounds.add(name + "Process", 1e9 / (System.nanoTime() - before));
    rounds.add(name, 1e9 / Long.parseLong(said.substring(0, space)));
    if (!said.substring(space + 1).equals(RESULT)) {
      throw new IllegalStateException("the task said " + said);
    }
  }

  private static void bare(Rounds rounds) throws IOException, InterruptedException {
    long before = System.nanoTime();
    java(List.of("-version"));
    rounds.add("bare", 1e9 / (System.nanoTime() - before));
  }

  private static String java(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return said.strip();
  }
}

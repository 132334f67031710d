package io.edgebeat.benchmarks.mutants;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.explore.ExplorationOracle;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Plants every mistake of {@code src/mutants} in the real sources, one at a time, and has an oracle
 * look for it. A mistake that is not found is a violation of the oracle's promise to find it; so is
 * one that cannot be planted any more.
 */
public final class Mutants implements Program {
  private static final long SECONDS_EACH = 120;

  /** Made by the list of programs. */
  public Mutants() {}

  @Override
  public String name() {
    return "mutants";
  }

  @Override
  public String summary() {
    return "whether the known mistakes, planted in the real rules, are found";
  }

  /** The seed is the number of one mutant, in the order of their names. */
  @Override
  public void run(ProgramContext context) throws Exception {
    Path root = root();
    List<Path> files = patches(root);
    Path work = Files.createTempDirectory("edgebeat-mutants");
    try {
      for (int i = 0; i < files.size(); i++) {
        if (context.seed().isEmpty() || context.seed().getAsLong() == i) {
          context.ran();
          judge(context, i, root, files.get(i), Files.createDirectory(work.resolve("m" + i)));
        }
      }
    } finally {
      try (Stream<Path> all = Files.walk(work)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static void judge(ProgramContext context, int number, Path root, Path file, Path overlay)
      throws IOException, InterruptedException {
    String name = String.valueOf(file.getFileName());
    try {
      Patch patch = Patch.read(file);
      compile(patch.name(), patch.apply(root), overlay);
      String[] words = patch.head("oracle").split(" ", 2);
      Oracle oracle = Oracle.named(words[0]);
      Verdict verdict = ask(oracle, words.length == 1 ? List.of() : List.of(words[1]), overlay);
      if (verdict.exitCode == ExplorationOracle.FOUND) {
        context.say(patch.name() + ": " + patch.head("mistake"));
        context.say("  found by " + oracle.name() + ": " + verdict.output);
      } else {
        context.violation(
            number, patch.name() + " was not found by " + oracle.name() + ": " + verdict.output);
      }
    } catch (IllegalStateException unusable) {
      context.violation(number, name + " cannot be planted: " + unusable.getMessage());
    }
  }

  /** The files of {@code src/mutants}, by name. */
  static List<Path> patches(Path root) throws IOException {
    try (Stream<Path> all = Files.list(root.resolve("benchmarks/src/mutants"))) {
      return all.filter(p -> p.toString().endsWith(".patch")).sorted().toList();
    }
  }

  /** The directory that holds the repository, at or above the present one. */
  static Path root() {
    for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
      if (Files.isDirectory(here.resolve("benchmarks/src/mutants"))) {
        return here;
      }
    }
    throw new IllegalStateException(
        "no benchmarks/src/mutants at or above " + Path.of("").toAbsolutePath());
  }

  /** Compiles the changed classes alone; everything else is as it was built. */
  static void compile(String name, Map<String, String> sources, Path overlay) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("a JDK is needed, this Java has no compiler");
    }
    Path changed = Files.createDirectories(overlay.resolve("sources"));
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = changed.resolve(source.getKey().replaceFirst("^.*/src/main/java/", ""));
      Files.createDirectories(file.resolveSibling(""));
      files.add(Files.writeString(file, source.getValue()));
    }
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            overlay.toString());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      if (!compiler
          .getTask(said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
          .call()) {
        throw new IllegalStateException(name + " does not compile:\n" + said);
      }
    }
  }

  private record Verdict(int exitCode, String output) {}

  /** In a JVM of its own, where the changed classes come first. */
  private static Verdict ask(Oracle oracle, List<String> arguments, Path overlay)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-classpath");
    command.add(overlay + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(oracle.main().getName());
    command.addAll(arguments);
    Path output = overlay.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(SECONDS_EACH, TimeUnit.SECONDS)) {
        return new Verdict(-1, "nothing within " + SECONDS_EACH + " seconds");
      }
      return new Verdict(process.exitValue(), Files.readString(output).strip());
    } finally {
      process.destroyForcibly();
    }
  }
}

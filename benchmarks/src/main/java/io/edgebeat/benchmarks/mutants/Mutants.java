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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Plants every mistake of {@code src/mutants} in the real sources, one at a time, and has an oracle
 * look for it. A mistake that is not found is a violation of the oracle's promise to find it; so is
 * one that cannot be planted any more. What has found one must find nothing in the sources as they
 * are: every seed and every exploration that has shown one is run without it, too.
 */
public final class Mutants implements Program {
  private static final long SECONDS_EACH = 240;

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
    Map<Oracle, Set<String>> asked = new LinkedHashMap<>();
    // An oracle has one thread.
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<Judgement>> mutants = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        if (context.seed().isEmpty() || context.seed().getAsLong() == i) {
          Path file = files.get(i);
          int number = i;
          Path overlay = Files.createDirectory(work.resolve("m" + i));
          mutants.add(workers.submit(() -> judge(number, root, file, overlay)));
        }
      }
      int skipped = 0;
      for (Future<Judgement> mutant : mutants) {
        Judgement judgement = mutant.get();
        context.ran();
        if (judgement.missing.isPresent()) {
          skipped++;
          context.say("SKIPPED " + judgement.text);
          if (context.option("components").orElse("").equals("required")) {
            context.missed(judgement.text);
          }
        } else if (judgement.found) {
          context.say(judgement.text);
          asked
              .computeIfAbsent(judgement.oracle, o -> new TreeSet<>())
              .add(judgement.oracle.there(judgement.text));
        } else {
          context.violation(judgement.number, judgement.text);
        }
      }
      if (skipped > 0) {
        context.result("skipped", skipped);
      }
      unpatched(context, workers, asked, work);
    } finally {
      try (Stream<Path> all = Files.walk(work)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /**
   * What came of a mutant.
   *
   * @param number of the mutant
   * @param oracle who looked for it
   * @param found whether it was found
   * @param missing what the oracle needs and is not there
   * @param text for whoever watches
   */
  private record Judgement(
      int number, Oracle oracle, boolean found, Optional<String> missing, String text) {}

  private static Judgement judge(int number, Path root, Path file, Path overlay)
      throws IOException, InterruptedException {
    Oracle oracle = Oracle.ALL.getFirst();
    try {
      Patch patch = Patch.read(file);
      compile(patch.name(), patch.apply(root), overlay);
      String[] words = patch.head("oracle").split(" ", 2);
      oracle = Oracle.named(words[0]);
      if (oracle.missing().isPresent()) {
        String why = patch.name() + ", for " + oracle.name() + ": " + oracle.missing().get();
        return new Judgement(number, oracle, false, oracle.missing(), why);
      }
      Verdict verdict = ask(oracle, List.of(words.length == 1 ? "" : words[1]), overlay);
      boolean found = verdict.exitCode == ExplorationOracle.FOUND;
      return new Judgement(
          number,
          oracle,
          found,
          Optional.empty(),
          found
              ? patch.name()
                  + ": "
                  + patch.head("mistake")
                  + "\n  found by "
                  + oracle.name()
                  + ": "
                  + verdict.output
              : patch.name() + " was not found by " + oracle.name() + ": " + verdict.output);
    } catch (IllegalStateException unusable) {
      String name = String.valueOf(file.getFileName());
      return new Judgement(
          number,
          oracle,
          false,
          Optional.empty(),
          name + " cannot be planted: " + unusable.getMessage());
    }
  }

  /** Where mistakes were found, once more without them. */
  private static void unpatched(
      ProgramContext context, ExecutorService workers, Map<Oracle, Set<String>> asked, Path work)
      throws Exception {
    List<Callable<Verdict>> runs = new ArrayList<>();
    for (Map.Entry<Oracle, Set<String>> each : asked.entrySet()) {
      for (List<String> share : shares(List.copyOf(each.getValue()))) {
        Path empty = Files.createDirectory(work.resolve("unpatched" + runs.size()));
        runs.add(() -> ask(each.getKey(), share, empty));
      }
    }
    for (Future<Verdict> run : workers.invokeAll(runs)) {
      Verdict verdict = run.get();
      if (verdict.exitCode == 0) {
        context.say("unpatched: " + verdict.output);
      } else {
        context.violation(-1, "the sources without a mistake: " + verdict.output);
      }
    }
  }

  /** A few at a time, so that none lasts long. */
  private static List<List<String>> shares(List<String> all) {
    List<List<String>> shares = new ArrayList<>();
    for (int i = 0; i < all.size(); i += 3) {
      shares.add(all.subList(i, Math.min(all.size(), i + 3)));
    }
    return shares;
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
    // Else the JVM's warning about the signature library stands before what was found.
    command.add("--enable-native-access=ALL-UNNAMED");
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

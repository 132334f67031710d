package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The official test suite of WebAssembly's core, through the meter, interpreted and compiled, and
 * what can be shown of it in GraalWasm. Its files are no part of this project: they are looked for
 * beside it, and converted while it runs.
 */
public final class TestSuite implements Program {
  /** Fewer than these and something is wrong with the suite or the converter. */
  private static final int LEAST_FILES = 70;

  private static final int LEAST_ASSERTIONS = 15_000;

  private static final int LEAST_IN_GRAAL = 10_000;

  private static final Path BESIDE = Path.of("..", "shared", "data", "wasm-testsuite");

  /** Made by the list of programs. */
  public TestSuite() {}

  @Override
  public String name() {
    return "wasm-testsuite";
  }

  @Override
  public String summary() {
    return "the official WebAssembly test suite through the meter, in every engine";
  }

  /** The seed is the number of one file, in the order of their names. */
  @Override
  public void run(ProgramContext context) throws Exception {
    Optional<Path> directory = directory(context);
    Optional<String> converter = WastConverter.version();
    if (directory.isEmpty() || converter.isEmpty()) {
      String absent =
          directory.isEmpty()
              ? "no test suite at " + BESIDE + "; name its directory: -Dedgebeat.wasm.testsuite=.."
              : "no wast2json on the path; install wabt (apt-get install wabt)";
      context.say("SKIPPED all of it: " + absent);
      context.result("skipped", "all");
      if (context.option("components").orElse("").equals("required")) {
        context.missed("the test suite is required: " + absent);
      }
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory.get())) {
      files = all.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
    Path work = Files.createTempDirectory("edgebeat-testsuite");
    try {
      runAll(context, files, work);
    } finally {
      try (Stream<Path> all = Files.walk(work)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
    context.result("converter", converter.get());
  }

  private static void runAll(ProgramContext context, List<Path> files, Path work) throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    var threads = Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory();
    Map<Integer, Future<FileReport>> running = new TreeMap<>();
    Totals totals = new Totals();
    try (Host host = new Host(WasmLimits.DEFAULTS);
        ExecutorService workers = Executors.newFixedThreadPool(processors, threads)) {
      for (int i = 0; i < files.size(); i++) {
        if (context.seed().isEmpty() || context.seed().getAsLong() == i) {
          Path file = files.get(i);
          Path directory = Files.createDirectory(work.resolve("f" + i));
          running.put(i, workers.submit(() -> one(file, directory, host)));
        }
      }
      for (Map.Entry<Integer, Future<FileReport>> each : running.entrySet()) {
        totals.add(context, each.getKey(), each.getValue().get());
      }
    }
    totals.print(context);
    if (context.seed().isEmpty()) {
      if (totals.files < LEAST_FILES) {
        context.missed(totals.files + " files have an assertion that holds; " + LEAST_FILES);
      }
      if (totals.inGraal < LEAST_IN_GRAAL) {
        context.missed(totals.inGraal + " assertions in GraalWasm; at least " + LEAST_IN_GRAAL);
      }
      if (totals.assertions < LEAST_ASSERTIONS) {
        context.missed(totals.assertions + " assertions; at least " + LEAST_ASSERTIONS);
      }
    }
  }

  private record FileReport(
      String name,
      Map<String, Integer> dropped,
      Map<Rig, ScriptRun.Report> reports,
      Optional<GraalScript.Report> graal) {}

  private static FileReport one(Path file, Path work, Host host)
      throws IOException, InterruptedException {
    WastConverter.Converted converted = WastConverter.convert(file, work);
    Map<Rig, ScriptRun.Report> reports = new EnumMap<>(Rig.class);
    if (Files.exists(converted.json())) {
      for (Rig rig : Rig.values()) {
        reports.put(rig, ScriptRun.run(converted, rig, host));
      }
    }
    String name = String.valueOf(file.getFileName());
    if (reports.isEmpty()) {
      return new FileReport(name, converted.dropped(), reports, Optional.empty());
    }
    GraalScript.Report graal =
        GraalScript.run(converted, reports.values().iterator().next().verdicts());
    return new FileReport(name, converted.dropped(), reports, Optional.of(graal));
  }

  private static final class Totals {
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int files;
    private int assertions;
    private int inGraal;
    private int refused;

    void add(ProgramContext context, int number, FileReport file) {
      file.dropped.forEach((reason, count) -> skipped.merge(reason, count, Integer::sum));
      List<List<String>> verdicts = new ArrayList<>();
      file.reports.forEach(
          (rig, report) -> {
            context.ran();
            verdicts.add(report.verdicts());
            for (String failure : report.failures()) {
              context.violation(number, file.name + " " + rig + " " + failure);
            }
          });
      if (verdicts.isEmpty()) {
        return;
      }
      if (!verdicts.stream().allMatch(verdicts.getFirst()::equals)) {
        context.violation(number, file.name + " has other verdicts in each way to run it");
      }
      file.graal.ifPresent(
          graal -> {
            inGraal += graal.same();
            refused += graal.refused();
            for (String difference : graal.differences()) {
              context.violation(number, file.name + " " + difference);
            }
          });
      ScriptRun.Report first = file.reports.values().iterator().next();
      first.skipped().forEach((reason, count) -> skipped.merge(reason, count, Integer::sum));
      long held = first.verdicts().stream().filter(verdict -> verdict.endsWith(" holds")).count();
      assertions += (int) held;
      files += held > 0 ? 1 : 0;
    }

    void print(ProgramContext context) {
      skipped.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .forEach(each -> context.say("skipped " + each.getValue() + ": " + each.getKey()));
      context.result("files", files);
      context.result("assertions", assertions);
      context.result("assertions_graalwasm", inGraal);
      context.result("modules_graalwasm_refuses", refused);
      context.result("skipped", skipped.values().stream().mapToInt(Integer::intValue).sum());
    }
  }

  /** Where the suite lies: as it is said, or beside the checkout. */
  private static Optional<Path> directory(ProgramContext context) {
    Optional<Path> said = context.option("wasm.testsuite").map(Path::of);
    if (said.isPresent()) {
      return said.filter(Files::isDirectory);
    }
    for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
      Path found = here.resolve(BESIDE).normalize();
      if (Files.isDirectory(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}

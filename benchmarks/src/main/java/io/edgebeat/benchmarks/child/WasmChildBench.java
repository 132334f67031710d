package io.edgebeat.benchmarks.child;

import io.edgebeat.benchmarks.Jars;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.exec.wasm.ChildOptions;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process of its own costs: start, call and result of a known module in this JVM, in a child
 * that its agreement has already, in a spare one, and in one that is started for it.
 */
public final class WasmChildBench implements Program {
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().stackSize(WasmExecutor.STACK_BYTES).factory();

  private int agreements;

  @Override
  public String name() {
    return "wasm-child";
  }

  @Override
  public String summary() {
    return "a task in this JVM, in a warm child JVM and in a cold one, and messages to each";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int warm = (int) context.option("count", context.nightly() ? 20_000 : 3_000);
    int cold = (int) context.option("colds", context.nightly() ? 51 : 11);
    Path directory = Rounds.directory(context, "child");
    try (Desk desk = new Desk()) {
      String classPath = classPath(directory);
      warm(context, desk, warm, classPath);
      double spare = cold(desk, cold, options(classPath, 1, Optional.empty()));
      double bare = cold(desk, cold, options(classPath, 0, Optional.empty()));
      Path archives = directory.resolve("archive");
      awaitArchive(desk, options(classPath, 1, Optional.of(archives)), archives);
      double archived = cold(desk, cold, options(classPath, 0, Optional.of(archives)));
      millis(context, "spare_child_ms", spare);
      millis(context, "cold_child_ms", bare);
      millis(context, "cold_child_archive_ms", archived);
      context.result("archive_ratio", Rounds.hundredths(archived / bare));
    } finally {
      Rounds.remove(directory);
    }
  }

  private void warm(ProgramContext context, Desk desk, int count, String classPath)
      throws Exception {
    int rounds = 5;
    long messages = 20_000;
    List<Long> here = new ArrayList<>();
    List<Long> there = new ArrayList<>();
    Rounds rates = new Rounds();
    try (WasmExecutor inJvm = WasmExecutor.create(THREADS, WallClock.MACHINE, WasmLimits.DEFAULTS);
        WasmExecutor children =
            WasmExecutor.inChildren(
                THREADS,
                WallClock.MACHINE,
                WasmLimits.DEFAULTS,
                options(classPath, 0, Optional.empty()))) {
      desk.prepare(inJvm);
      desk.prepare(children);
      int agreement = ++agreements;
      for (int round = 0; round <= rounds; round++) {
        if (round == 1) { // the first is to warm up
          here.clear();
          there.clear();
          rates.clear();
        }
        for (int i = 0; i < count / rounds; i++) {
          here.add(desk.add(inJvm, agreement));
        }
        for (int i = 0; i < count / rounds; i++) {
          there.add(desk.add(children, agreement));
        }
        rates.wall("here", () -> desk.messages(inJvm, agreement, messages));
        rates.wall("there", () -> desk.messages(children, agreement, messages));
      }
      context.result("child_rss_mib", residentMebi());
    }
    micros(context, "in_jvm_us", here);
    micros(context, "warm_child_us", there);
    context.result(
        "warm_ratio", Rounds.hundredths((double) percentile(there, 50) / percentile(here, 50)));
    rates.rate(context, "in_jvm_messages_per_s", "here");
    rates.rate(context, "child_messages_per_s", "there");
  }

  /** Median nanoseconds of the first task of an agreement. */
  private double cold(Desk desk, int count, ChildOptions options) throws InterruptedException {
    List<Long> nanos = new ArrayList<>();
    try (WasmExecutor executor =
        WasmExecutor.inChildren(THREADS, WallClock.MACHINE, WasmLimits.DEFAULTS, options)) {
      for (int i = 0; i < count; i++) {
        nanos.add(desk.add(executor, ++agreements));
        if (options.spare() > 0) {
          awaitIdle(i + 2); // one more is ready
        }
      }
    }
    return percentile(nanos.subList(1, nanos.size()), 50);
  }

  private void awaitArchive(Desk desk, ChildOptions options, Path archives)
      throws InterruptedException, IOException {
    try (WasmExecutor executor =
        WasmExecutor.inChildren(THREADS, WallClock.MACHINE, WasmLimits.DEFAULTS, options)) {
      for (int i = 0; i < 3; i++) {
        long unused = desk.add(executor, ++agreements);
      }
      for (int i = 0; i < 60; i++) {
        if (Files.isDirectory(archives)) {
          try (Stream<Path> files = Files.list(archives)) {
            if (files.anyMatch(file -> file.toString().endsWith(".jsa"))) {
              return;
            }
          }
        }
        pause(1);
      }
    }
    throw new IllegalStateException("no archive was made in " + archives);
  }

  /** Waits until there are so many processes, and none of them does anything. */
  private static void awaitIdle(int count) throws InterruptedException {
    Duration before = Duration.ZERO;
    for (int i = 0; i < 60; i++) {
      pause(1);
      List<ProcessHandle> children = ProcessHandle.current().children().toList();
      Duration used = Duration.ZERO;
      for (ProcessHandle child : children) {
        used = used.plus(child.info().totalCpuDuration().orElse(Duration.ZERO));
      }
      if (children.size() >= count && used.minus(before).toMillis() <= 20) {
        return;
      }
      before = used;
    }
  }

  private static void pause(int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds);
  }

  private static ChildOptions options(String classPath, int spare, Optional<Path> directory) {
    return new ChildOptions(spare, 0, Duration.ofMinutes(5), Optional.of(classPath), directory);
  }

  /** The class path of this JVM, with jars for what was compiled and not packaged. */
  private static String classPath(Path directory) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      String text = path.toAbsolutePath().toString();
      boolean wanted =
          Stream.of("edgebeat-api", "edgebeat-exec-wasm", "chicory", "asm", "slf4j-api")
              .anyMatch(text::contains);
      if (wanted && Files.isDirectory(path) && Files.exists(path.resolve("io"))) {
        Path jar = directory.resolve("classes" + entries.size() + ".jar");
        entries.add(Jars.jar(path, jar).toString());
      } else if (wanted && Files.isRegularFile(path)) {
        entries.add(text);
      }
    }
    return entries.stream().collect(Collectors.joining(File.pathSeparator));
  }

  /** What the child that runs now holds, as the operating system says; 0 where it does not. */
  private static long residentMebi() throws IOException {
    long kibi = 0;
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      Path status = Path.of("/proc", Long.toString(child.pid()), "status");
      if (Files.exists(status)) {
        kibi +=
            Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
      }
    }
    return kibi >> 10;
  }

  private static long percentile(List<Long> nanos, int percent) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static void micros(ProgramContext context, String key, List<Long> nanos) {
    context.result(key, percentile(nanos, 50) / 1_000);
    context.result(key.replace("_us", "_p99_us"), percentile(nanos, 99) / 1_000);
  }

  private static void millis(ProgramContext context, String key, double nanos) {
    context.result(key, String.format(Locale.ROOT, "%.0f", nanos / 1e6));
  }
}

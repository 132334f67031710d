package io.edgebeat.benchmarks.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.exec.wasm.WasmLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Spoilt modules, given to the executor as a stranger would: each is refused with an error that is
 * declared, or runs and ends in time, and nothing of it stays.
 */
public final class FuzzProof implements Program {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private static final int GENERATED = 400;

  /** Larger ones are whole C programs, of which each takes the time of fifty others. */
  private static final int LARGE_BYTES = 8 << 10;

  private static final Path RESOURCES = Path.of("edgebeat-exec-wasm", "src", "test", "resources");

  /** What a stranger's module may be answered with before it runs. */
  private static final Set<ErrorCode> DECLARED =
      Set.of(ErrorCode.BAD_WORKLOAD, ErrorCode.WORKLOAD_REFUSED, ErrorCode.LIMIT_EXCEEDED);

  private static final Duration WALL = Duration.ofMillis(100);
  private static final long TOO_LONG_MILLIS = 100;

  /** Reading, metering and compiling a module of a few thousand bytes. */
  private static final long MOST_PREPARE_MILLIS = 2_000;

  private static final ExecutionLimits LIMITS =
      new ExecutionLimits(4 << 20, WALL, 1 << 10, 1 << 16);

  /** Little compiled code and no memory is kept, so that the heap shows what is lost. */
  private static final long CACHED_BYTES = 64 << 10;

  /** After so many the heap is looked at. */
  private static final int PERIOD = 5_000;

  private static final long MOST_GROWTH_BYTES = 4 << 20;

  /** Fewer than these say little. */
  private static final int LEAST_RUNS = 5_000;

  /** Made by the list of programs. */
  public FuzzProof() {}

  @Override
  public String name() {
    return "wasm-fuzz";
  }

  @Override
  public String summary() {
    return "spoilt modules: refused with a declared error or run in time, and nothing is left";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    QUIET.setLevel(Level.OFF);
    Mutator mutator = new Mutator(corpus());
    try (Metronome metronome = new Metronome();
        Fuzz fuzz = new Fuzz(context, mutator, metronome)) {
      if (context.seed().isPresent()) {
        long seed = context.seed().getAsLong();
        context.say(HexFormat.of().formatHex(mutator.mutate(seed)));
        fuzz.one(seed, fuzz.hosts.get(0));
        return;
      }
      long count = context.option("count", context.nightly() ? 1_000_000 : 100_000);
      long seconds = context.option("seconds", context.nightly() ? 14_400 : 155);
      fuzz.all(context.option("first", 1), count, seconds);
      fuzz.print();
      if (context.nightly() && context.runs() < count) {
        context.missed(context.runs() + " of " + count + " modules within " + seconds + " s");
      }
      if (context.runs() < Math.min(count, LEAST_RUNS)) {
        context.missed("only " + context.runs() + " modules within " + seconds + " s");
      }
    }
  }

  private static WasmLimits limits() {
    return WasmLimits.DEFAULTS.withMemoryBytes(LIMITS.memoryBytes()).withCacheBytes(CACHED_BYTES);
  }

  private static List<byte[]> corpus() throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    for (int seed = 1; seed <= GENERATED; seed++) {
      corpus.add(ModuleGenerator.of(seed).module());
    }
    for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
      if (Files.isDirectory(here.resolve(RESOURCES))) {
        try (Stream<Path> all = Files.walk(here.resolve(RESOURCES))) {
          for (Path file : all.filter(f -> f.toString().endsWith(".wasm")).sorted().toList()) {
            byte[] module = Files.readAllBytes(file);
            corpus.addAll(Collections.nCopies(module.length < LARGE_BYTES ? 20 : 2, module));
          }
        }
        break;
      }
    }
    return corpus;
  }

  private static final class Fuzz implements AutoCloseable {
    private final ProgramContext context;
    private final Mutator mutator;
    private final Metronome metronome;

    /** One for each thread: an executor compiles one module at a time. */
    private final List<Host> hosts = new ArrayList<>();

    private final Map<String, Integer> answers = new TreeMap<>();
    private final List<Long> heaps = new ArrayList<>();

    Fuzz(ProgramContext context, Mutator mutator, Metronome metronome) {
      this.context = context;
      this.mutator = mutator;
      this.metronome = metronome;
      for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
        hosts.add(new Host(limits()));
      }
    }

    /** In periods, between which nothing runs. */
    void all(long first, long count, long seconds) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      for (long from = first; from < first + count && System.nanoTime() < end; from += PERIOD) {
        long to = Math.min(first + count, from + PERIOD);
        AtomicLong next = new AtomicLong(from);
        AtomicInteger threads = new AtomicInteger();
        DifferentialProof.onLargeStacks(
            hosts.size(),
            () -> {
              Host host = hosts.get(threads.getAndIncrement());
              for (long seed = next.getAndIncrement();
                  seed < to && System.nanoTime() < end;
                  seed = next.getAndIncrement()) {
                one(seed, host);
              }
            });
        hosts.forEach(Host::forget);
        heaps.add(heap());
      }
    }

    /** One module; a second and a third time when it took too long, for the machine may have. */
    void one(long seed, Host host) {
      byte[] module = mutator.mutate(seed);
      String answer = "";
      Optional<String> fault = Optional.empty();
      for (int attempt = 0; attempt < 3; attempt++) {
        try {
          answer = answer(module, host);
          fault = fault(answer);
        } catch (EdgeBeatException e) {
          answer =
              "refused "
                  + e.code()
                  + (e.getCause() == null ? "" : " " + e.getCause().getClass().getSimpleName());
          fault = DECLARED.contains(e.code()) ? Optional.empty() : Optional.of("throws " + e);
        } catch (RuntimeException | Error e) {
          answer = "throws";
          fault = Optional.of("throws " + e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        if (fault.isEmpty() || !fault.get().startsWith("takes")) {
          break;
        }
      }
      add(seed, answer, fault, module);
    }

    private synchronized void add(long seed, String answer, Optional<String> fault, byte[] module) {
      context.ran();
      answers.merge(answer, 1, Integer::sum);
      fault.ifPresent(
          what -> context.violation(seed, what + "; module " + HexFormat.of().formatHex(module)));
    }

    private String answer(byte[] module, Host host) throws InterruptedException {
      ContentId image = host.put(module);
      Workload workload = Host.call(image, "run", "3", "-7", "1.5", "nan");
      long late = metronome.lateNanos();
      long begin = System.nanoTime();
      try {
        host.prepare(workload);
      } catch (EdgeBeatException e) {
        if (e.code() != ErrorCode.BAD_WORKLOAD || !Host.isMissingEntry(e)) {
          throw e;
        }
        workload = Host.command(image);
        host.prepare(workload);
      }
      long prepared = System.nanoTime();
      TaskOutcome outcome = host.run(workload, LIMITS);
      long ended = System.nanoTime();
      long lost = metronome.lateNanos() - late;
      long prepareMillis = TimeUnit.NANOSECONDS.toMillis(prepared - begin - lost);
      long runMillis = TimeUnit.NANOSECONDS.toMillis(ended - prepared - lost);
      if (prepareMillis > MOST_PREPARE_MILLIS) {
        return "takes " + prepareMillis + " ms to prepare";
      }
      if (runMillis > WALL.toMillis() + TOO_LONG_MILLIS) {
        return "takes " + runMillis + " ms to run, and may take " + WALL.toMillis();
      }
      return outcome instanceof TaskOutcome.Trapped trapped
          ? "trapped " + trapped.reason()
          : outcome instanceof TaskOutcome.Failed failed
              ? "failed " + failed.code() + " " + failed.message()
              : outcome.getClass().getSimpleName();
    }

    /** What no stranger may bring about. */
    private static Optional<String> fault(String answer) {
      boolean hostFailed =
          answer.startsWith("failed") || answer.startsWith("trapped illegal state");
      return hostFailed || answer.startsWith("takes") ? Optional.of(answer) : Optional.empty();
    }

    /** What stays: the last guest is watched for some milliseconds after its end. */
    private static long heap() throws InterruptedException {
      long least = Long.MAX_VALUE;
      for (int look = 0; look < 3; look++) {
        Thread.sleep(50);
        System.gc();
        least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      return least;
    }

    @Override
    public void close() {
      hosts.forEach(Host::close);
    }

    void print() {
      answers.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .limit(30)
          .forEach(each -> context.say(each.getValue() + " " + each.getKey()));
      int executed =
          answers.entrySet().stream()
              .filter(each -> !each.getKey().startsWith("refused"))
              .mapToInt(Map.Entry::getValue)
              .sum();
      context.result("executed", executed);
      if (executed < context.runs() / 50) {
        context.missed("only " + executed + " of " + context.runs() + " modules were executed");
      }
      // The first period fills caches.
      if (heaps.size() > 2) {
        long growth = heaps.get(heaps.size() - 1) - heaps.get(1);
        context.result("heap_growth_kib", growth >> 10);
        if (growth > MOST_GROWTH_BYTES) {
          context.missed("the heap has grown by " + growth + " bytes: " + heaps);
        }
      }
    }
  }
}

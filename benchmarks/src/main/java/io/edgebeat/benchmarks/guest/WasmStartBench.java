package io.edgebeat.benchmarks.guest;

import io.edgebeat.api.exec.Executor;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a task takes to begin on a node that knows its module: a fresh instance and one call,
 * metered; the same through the executor, with its thread, its limits and its result; beside {@code
 * docker run} of a container that does as little, and beside the zeroing of a large memory.
 */
public final class WasmStartBench implements Program {
  /** Adds 1, in 64 KiB of memory. */
  private static final byte[] SMALL = module("0503010001"); // (memory 1)

  /** The same in 3.4 MB. */
  private static final byte[] LARGE = module("0503010034"); // (memory 52)

  private static final int LARGE_BYTES = 52 << 16;
  private static final double MICRO = 1e3;

  /**
   * {@code (func (export "run") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))}
   */
  private static byte[] module(String memory) {
    return HexFormat.of()
        .parseHex(
            "0061736d01000000"
                + "0106016001" // type
                + "7f017f"
                + "03020100"
                + memory
                + "0707010372756e0000"
                + "0a09010700200041016a0b");
  }

  @Override
  public String name() {
    return "wasm-start";
  }

  @Override
  public String summary() {
    return "a fresh instance of a known module and one call, beside docker run";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 200_000 : 20_000);
    Guest small = new Guest(SMALL, true);
    Guest large = new Guest(LARGE, true);
    try (Errands errands = new Errands(SMALL);
        Executor executor = executor()) {
      start(small, count); // warm
      long[] starts = start(small, count);
      start(large, count / 4);
      long[] larges = start(large, count / 4);
      zero(count / 20);
      long[] zeros = zero(count / 20);
      tasks(errands, executor, count / 20);
      long[] tasks = tasks(errands, executor, count / 20);
      micros(context, "start_p50_us", starts, 0.5);
      micros(context, "start_p99_us", starts, 0.99);
      micros(context, "start_3400k_p50_us", larges, 0.5);
      micros(context, "start_3400k_p99_us", larges, 0.99);
      micros(context, "zeroing_3400k_p50_us", zeros, 0.5);
      ratio(context, "ratio_zeroing", at(zeros, 0.5), at(larges, 0.5));
      micros(context, "task_p50_us", tasks, 0.5);
      micros(context, "task_p99_us", tasks, 0.99);
      docker(context, starts, tasks);
    }
  }

  private static Executor executor() {
    return WasmExecutor.create(
        Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory(),
        java.time.InstantSource.system(),
        WasmLimits.DEFAULTS);
  }

  private static void docker(ProgramContext context, long[] starts, long[] tasks) throws Exception {
    Optional<Container> container = Container.build(context);
    if (container.isEmpty()) {
      context.result("docker", "absent");
      return;
    }
    try (Container image = container.get()) {
      long[] runs = new long[context.nightly() ? 50 : 12];
      for (int i = 0; i < runs.length; i++) {
        runs[i] = image.run();
      }
      Arrays.sort(runs);
      micros(context, "docker_p50_us", runs, 0.5);
      ratio(context, "ratio", at(runs, 0.5), at(starts, 0.5));
      ratio(context, "ratio_min", runs[0], at(starts, 0.99));
      ratio(context, "ratio_task", at(runs, 0.5), at(tasks, 0.5));
    }
  }

  private static long[] start(Guest guest, int count) {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long before = System.nanoTime();
      Guest.Fresh instance = guest.instance();
      int result = instance.run(i);
      nanos[i] = System.nanoTime() - before;
      if (result != i + 1) {
        throw new IllegalStateException(i + " and 1 is " + result);
      }
      instance.end(); // zeroed for the next one, when its result is out
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static long[] zero(int count) {
    long[] nanos = new long[count];
    byte[] made = {};
    for (int i = 0; i < count; i++) {
      long before = System.nanoTime();
      made = new byte[LARGE_BYTES];
      nanos[i] = System.nanoTime() - before;
    }
    if (made[count] != 0) {
      throw new IllegalStateException("a new array is not zero");
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static long[] tasks(Errands errands, Executor executor, int count) throws Exception {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = errands.run(executor, i);
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static long at(long[] sorted, double part) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
  }

  private static void micros(ProgramContext context, String key, long[] sorted, double part) {
    context.result(key, Rounds.hundredths(at(sorted, part) / MICRO));
  }

  private static void ratio(ProgramContext context, String key, long of, long to) {
    context.result(key, String.format(Locale.ROOT, "%.1f", (double) of / to));
  }
}

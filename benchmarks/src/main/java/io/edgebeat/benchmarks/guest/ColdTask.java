package io.edgebeat.benchmarks.guest;

import io.edgebeat.exec.wasm.CodeCache;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import java.nio.file.Path;
import java.time.InstantSource;

/** One task in a JVM that has done nothing else; prints how long it took, and what came out. */
public final class ColdTask {
  private ColdTask() {}

  /**
   * Runs a kernel.
   *
   * @param args which; how much of it; the directory with compiled code, or nothing
   */
  public static void main(String[] args) throws Exception {
    long before = System.nanoTime();
    CodeCache code =
        args.length > 2 ? CodeCache.in(Path.of(args[2]), 64 << 20) : CodeCache.IN_MEMORY;
    try (Errands errands = new Errands(Kernel.valueOf(args[0]).module());
        WasmExecutor executor =
            WasmExecutor.create(
                Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory(),
                InstantSource.system(),
                WasmLimits.DEFAULTS,
                code)) {
      errands.run(executor, Integer.parseInt(args[1]));
      System.out.println((System.nanoTime() - before) + " " + errands.last());
    }
  }
}

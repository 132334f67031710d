package io.edgebeat.exec.wasm;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.exec.wasm.child.ChildProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A node in a JVM of its own, which others kill: it starts a guest that never ends, says which
 * process runs it, and waits.
 */
final class ChildNode {
  private ChildNode() {}

  /** Takes the class that is the child's program, and the seconds of the lease. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    InstantSource clock = () -> Bench.START.plusNanos(System.nanoTime() - start);
    ChildOptions options = ChildOptions.DEFAULTS.withSpare(0);
    String classPath = System.getProperty("java.class.path");
    try (Bench bench =
        new Bench(
            WasmExecutor.inChildren(
                Bench.threads(),
                clock,
                WasmLimits.DEFAULTS,
                new ChildOptions(
                    options.spare(),
                    options.heapBytes(),
                    options.idle(),
                    java.util.Optional.of(classPath),
                    options.directory()),
                args[0]))) {
      String spin =
          WasmExecutorTest.WASI
              + """
              (data (i32.const 100) "x")
              (func (export "_start")
                (call $write (i32.const 2) (i32.const 100) (i32.const 1))
                (loop (br 0)))
              """;
      Execution execution =
          bench
              .wat(spin)
              .limits(Bench.LIMITS.withWallTime(Duration.ofMinutes(30)))
              .lease(Instant.MAX)
              .start();
      if (execution.channel().awaitLog(Duration.ofMinutes(1)).isEmpty()) {
        throw new IllegalStateException("it does not run: " + execution.await());
      }
      execution.leaseUntil(clock.instant().plusSeconds(Long.parseLong(args[1])));
      // It says nothing more; meanwhile its child is told.
      var unused = execution.channel().awaitLog(Duration.ofSeconds(1));
      for (ChildProcess child : bench.executor.processes()) {
        System.out.println("child=" + child.pid());
      }
      System.out.println("outcome=" + execution.await());
    }
  }
}

package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.Workload;
import io.edgebeat.testkit.ExecutorBench;
import io.edgebeat.testkit.ExecutorContract;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

class WasmExecutorContractTest implements ExecutorContract {
  @Override
  public ExecutorBench createBench() {
    return bench(clock -> WasmExecutor.create(Bench.threads(), clock, WasmLimits.DEFAULTS));
  }

  /** The programs, for an executor at any level of isolation. */
  static ExecutorBench bench(Function<InstantSource, Executor> executors) {
    return new ExecutorBench() {
      private final MemoryContent content = new MemoryContent();

      @Override
      public Executor createExecutor(InstantSource clock) {
        return executors.apply(clock);
      }

      @Override
      public ContentStore content() {
        return content;
      }

      @Override
      public Workload workload(Program program) {
        return Workload.wasm(content.put(Wat.assemble(text(program))));
      }

      @Override
      public Optional<Workload> talks() {
        return Optional.of(Workload.wasm(content.put(Wat.assemble(TALKS))));
      }

      @Override
      public Workload noProgram() {
        return Workload.wasm(content.put("no program".getBytes(UTF_8)));
      }

      @Override
      public void close() {
        content.close();
      }
    };
  }

  /** Says what its buyer sends: to its error stream, to its output, and back to him. */
  static final String TALKS =
      WasmExecutorTest.WASI
          + """
          (data (i32.const 100) "buyer")
          (func (export "_start") (local $fd i32) (local $n i32)
            (local.set $fd (call $stream_open (i32.const 100) (i32.const 5)))
            (if (i32.lt_s (local.get $fd) (i32.const 0))
              (then (call $proc_exit (i32.sub (i32.const 0) (local.get $fd)))))
            (loop $next
              (local.set $n (call $read (local.get $fd) (i32.const 1000) (i32.const 60000)))
              (if (local.get $n)
                (then
                  (call $write (i32.const 2) (i32.const 1000) (local.get $n))
                  (call $write (i32.const 1) (i32.const 1000) (local.get $n))
                  (call $write (local.get $fd) (i32.const 1000) (local.get $n))
                  (br $next)))))
          """;

  private static String text(ExecutorBench.Program program) {
    return switch (program) {
      case COPIES_INPUT -> WasmExecutorTest.ECHO;
      case EXITS_WITH_3 ->
          WasmExecutorTest.WASI + "(func (export \"_start\") (call $proc_exit (i32.const 3)))";
      case RUNS_FOREVER -> "(func (export \"_start\") (loop (br 0)))";
      case SAYS_HELLO ->
          WasmExecutorTest.WASI
              + """
              (data (i32.const 100) "hello")
              (func (export "_start")
                (call $write (i32.const 2) (i32.const 100) (i32.const 5)))
              """;
    };
  }
}

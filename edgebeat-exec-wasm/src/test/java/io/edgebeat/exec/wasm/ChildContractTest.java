package io.edgebeat.exec.wasm;

import io.edgebeat.testkit.ExecutorBench;
import io.edgebeat.testkit.ExecutorContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Guests in child JVMs keep every promise that guests in this JVM keep. */
@ResourceLock(Bench.CHILDREN)
class ChildContractTest implements ExecutorContract {
  @Override
  public ExecutorBench createBench() {
    return WasmExecutorContractTest.bench(
        clock ->
            WasmExecutor.inChildren(
                Bench.threads(), clock, WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0)));
  }

  @AfterEach
  void noProcessIsLeft() throws Exception {
    Bench.noChildIsLeft();
  }
}

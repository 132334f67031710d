package io.edgebeat.exec.wasm;

import io.edgebeat.testkit.ExecutorBench;
import io.edgebeat.testkit.ExecutorContract;

/** Guests in GraalWasm keep every promise that guests in Chicory keep. */
class GraalContractTest implements ExecutorContract {
  @Override
  public ExecutorBench createBench() {
    return WasmExecutorContractTest.bench(
        clock -> WasmExecutor.create(Bench.threads(), clock, WasmLimits.DEFAULTS, WasmMode.GRAAL));
  }
}

package io.edgebeat.exec.wasm;

import java.time.InstantSource;

/** Ends that come from outside, and nodes that hang, for guests in GraalWasm: the same. */
class GraalLeaseTest extends LeaseTest {
  @Override
  WasmExecutor executor(InstantSource clock, WasmLimits maxima) {
    return WasmExecutor.create(Bench.threads(), clock, maxima, WasmMode.GRAAL);
  }
}

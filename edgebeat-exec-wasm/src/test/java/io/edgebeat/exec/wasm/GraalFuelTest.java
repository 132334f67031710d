package io.edgebeat.exec.wasm;

/** What an execution in GraalWasm has used is billed exactly, too. */
class GraalFuelTest extends FuelTest {
  @Override
  Bench bench() {
    return Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS);
  }
}

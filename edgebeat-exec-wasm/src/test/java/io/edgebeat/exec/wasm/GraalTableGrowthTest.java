package io.edgebeat.exec.wasm;

/** How far tables grow is the same in GraalWasm, where the module itself asks. */
class GraalTableGrowthTest extends TableGrowthTest {
  @Override
  Bench bench(WasmLimits maxima) {
    return Bench.of(WasmMode.GRAAL, maxima);
  }
}

package io.edgebeat.exec.wasm;

/** What a guest in GraalWasm can do with the capabilities it was granted: the same. */
class GraalStreamTest extends StreamTest {
  @Override
  Bench bench() {
    return Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS);
  }
}

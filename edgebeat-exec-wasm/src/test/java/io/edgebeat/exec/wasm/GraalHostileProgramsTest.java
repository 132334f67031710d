package io.edgebeat.exec.wasm;

/** Programs that want to hurt their host end the same in GraalWasm. */
class GraalHostileProgramsTest extends HostileProgramsTest {
  @Override
  Bench bench() {
    return Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS);
  }
}

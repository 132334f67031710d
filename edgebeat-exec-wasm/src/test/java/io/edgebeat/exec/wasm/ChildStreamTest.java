package io.edgebeat.exec.wasm;

/** What a guest in a child can do with the capabilities it was granted: the same. */
class ChildStreamTest extends StreamTest {
  @Override
  Bench bench() {
    return Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0));
  }
}

package io.edgebeat.exec.wasm;

import org.junit.jupiter.api.parallel.ResourceLock;

/** What a guest in a child can do with the capabilities it was granted: the same. */
@ResourceLock(Bench.CHILDREN)
class ChildStreamTest extends StreamTest {
  @Override
  Bench bench() {
    return Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0));
  }
}

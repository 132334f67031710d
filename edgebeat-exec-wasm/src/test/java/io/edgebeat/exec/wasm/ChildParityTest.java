package io.edgebeat.exec.wasm;

import org.junit.jupiter.api.parallel.ResourceLock;

/** Guests in children end, log, are refused and are charged as in this JVM. */
@ResourceLock(Bench.CHILDREN)
class ChildParityTest extends Parity {
  @Override
  Bench there() {
    return Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS);
  }
}

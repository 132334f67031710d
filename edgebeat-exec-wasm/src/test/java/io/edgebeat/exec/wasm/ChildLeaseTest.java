package io.edgebeat.exec.wasm;

import java.time.InstantSource;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Ends that come from outside, and nodes that hang, for guests in children: the same. */
@ResourceLock(Bench.CHILDREN)
class ChildLeaseTest extends LeaseTest {
  @Override
  WasmExecutor executor(InstantSource clock, WasmLimits maxima) {
    return WasmExecutor.inChildren(
        Bench.threads(), clock, maxima, ChildOptions.DEFAULTS.withSpare(0));
  }
}

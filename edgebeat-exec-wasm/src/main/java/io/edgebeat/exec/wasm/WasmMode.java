package io.edgebeat.exec.wasm;

/**
 * A value: how guests' code is run. Results, fuel and snapshots are the same in each; who checks
 * what another has computed takes the other one, which shares little with it.
 */
public enum WasmMode {
  /** Compiled to bytecode of the JVM. */
  COMPILED,

  /**
   * Interpreted: some hundred times slower, ready at once. Each call of the guest takes more of the
   * thread's stack: 256 MiB are enough for every guest.
   */
  INTERPRETED
}

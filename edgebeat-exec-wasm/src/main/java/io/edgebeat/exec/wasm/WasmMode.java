package io.edgebeat.exec.wasm;

/**
 * A value: how guests' code is run. Results and fuel are the same in each, and snapshots where they
 * can be made; who checks what another has computed takes the other one, which shares little with
 * it.
 */
public enum WasmMode {
  /** Compiled to bytecode of the JVM. */
  COMPILED,

  /** Interpreted: much slower, and ready at once. */
  INTERPRETED,

  /**
   * By GraalWasm, for nodes that run on a GraalVM: there it is compiled, on other JVMs interpreted.
   * Its jars have to be added; what it runs can be neither frozen nor resumed.
   */
  GRAAL
}

/**
 * The WebAssembly executor: strangers' modules in this JVM, sandboxed, limited and leased. {@link
 * io.edgebeat.exec.wasm.WasmExecutor} is the entrance; no type of the WebAssembly runtime leaves
 * this package.
 */
@NullMarked
package io.edgebeat.exec.wasm;

import org.jspecify.annotations.NullMarked;

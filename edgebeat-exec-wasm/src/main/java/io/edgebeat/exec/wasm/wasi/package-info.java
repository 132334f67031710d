/**
 * What a guest of WASI preview 1 can hold: descriptors with their rights, and files in memory under
 * quotas. Nothing here knows a WebAssembly runtime, a machine's files or its clock. Not exported.
 */
@NullMarked
package io.edgebeat.exec.wasm.wasi;

import org.jspecify.annotations.NullMarked;

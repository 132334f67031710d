/** Runs WebAssembly in the JVM. */
@NullMarked
package io.edgebeat.exec.wasm;

import org.jspecify.annotations.NullMarked;

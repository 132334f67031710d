/** What is promised of the WebAssembly executor, and programs that try to break it. */
@NullMarked
package io.edgebeat.benchmarks.wasm;

import org.jspecify.annotations.NullMarked;

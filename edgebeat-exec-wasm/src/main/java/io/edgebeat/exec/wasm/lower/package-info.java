/**
 * Turns modules that no engine here runs as they are (64-bit memories and tables, exceptions) into
 * equal modules of WebAssembly 2.0, before an engine validates them.
 */
@NullMarked
package io.edgebeat.exec.wasm.lower;

import org.jspecify.annotations.NullMarked;

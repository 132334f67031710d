/**
 * What a node and the child JVMs of its WebAssembly executor say to each other, and how a child is
 * started. Knows nothing of WebAssembly.
 */
@NullMarked
package io.edgebeat.exec.wasm.child;

import org.jspecify.annotations.NullMarked;

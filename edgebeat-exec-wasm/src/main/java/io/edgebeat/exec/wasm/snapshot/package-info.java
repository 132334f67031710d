/**
 * A process between two calls as a file: its content, its form, and the reader that believes
 * nothing of it.
 */
@NullMarked
package io.edgebeat.exec.wasm.snapshot;

import org.jspecify.annotations.NullMarked;

/**
 * Counts what a guest computes, inside of the guest: a module goes in, the same module with a
 * counter that it can neither see nor change comes out. Because the counting is part of the code,
 * every engine counts the same.
 *
 * <p>{@link io.edgebeat.exec.wasm.meter.MeteredModule} is the entrance. Modules come here after an
 * engine has validated them, so types are trusted; offsets, indices and lengths are not.
 */
@NullMarked
package io.edgebeat.exec.wasm.meter;

import org.jspecify.annotations.NullMarked;

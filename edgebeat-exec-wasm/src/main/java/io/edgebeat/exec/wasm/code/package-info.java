/**
 * Compiled WebAssembly: the classes a runtime's compiler makes of a module, with the places of a
 * guest's state (memory, globals, counters) turned into fields, and where such classes are kept.
 * Public for the classes that are made while the program runs; not exported.
 */
@NullMarked
package io.edgebeat.exec.wasm.code;

import org.jspecify.annotations.NullMarked;

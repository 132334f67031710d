/** How well fuel tells the time that a WebAssembly program takes. */
@NullMarked
package io.edgebeat.benchmarks.costs;

import org.jspecify.annotations.NullMarked;

/** WebAssembly as a seller runs it: its speed, and the time until a task has begun. */
@NullMarked
package io.edgebeat.benchmarks.guest;

import org.jspecify.annotations.NullMarked;

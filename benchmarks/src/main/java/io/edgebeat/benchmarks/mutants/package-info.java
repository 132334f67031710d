/** Plants known mistakes in the real rules and asks whether they are noticed. */
@NullMarked
package io.edgebeat.benchmarks.mutants;

import org.jspecify.annotations.NullMarked;

/** Benchmarks and proofs, run by {@code mvn -q -Pbench} and {@code mvn -q -Pprove}. */
@NullMarked
package io.edgebeat.benchmarks;

import org.jspecify.annotations.NullMarked;

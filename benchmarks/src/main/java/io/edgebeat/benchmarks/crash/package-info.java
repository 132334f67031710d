/** Proofs that nothing is lost and nothing is paid twice, wherever a node dies. */
@org.jspecify.annotations.NullMarked
package io.edgebeat.benchmarks.crash;

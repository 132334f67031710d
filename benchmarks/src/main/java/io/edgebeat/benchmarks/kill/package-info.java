/** Real nodes in JVMs of their own that are killed: at a point, or at any time. */
@org.jspecify.annotations.NullMarked
package io.edgebeat.benchmarks.kill;

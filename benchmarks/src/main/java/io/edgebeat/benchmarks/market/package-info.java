/** What choosing among many listings costs, beside looking at each of them. */
@NullMarked
package io.edgebeat.benchmarks.market;

import org.jspecify.annotations.NullMarked;

/** What durable money costs: the journal, its replay, ticks and vouchers. */
@NullMarked
package io.edgebeat.benchmarks.money;

import org.jspecify.annotations.NullMarked;

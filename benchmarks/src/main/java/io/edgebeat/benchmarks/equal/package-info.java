/** The embedded ledger and the one on an EVM chain, told the same and compared. */
@NullMarked
package io.edgebeat.benchmarks.equal;

import org.jspecify.annotations.NullMarked;

/** What the ledger on an EVM chain costs: calls, opens, reading history, gas. */
@NullMarked
package io.edgebeat.benchmarks.evm;

import org.jspecify.annotations.NullMarked;

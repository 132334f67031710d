/** A ledger on an EVM chain, how its contracts get there, and a chain for tests and samples. */
@NullMarked
package io.edgebeat.chain.evm;

import org.jspecify.annotations.NullMarked;

/** Transactions: what is signed, nonces, fees. */
@NullMarked
package io.edgebeat.chain.evm.tx;

import org.jspecify.annotations.NullMarked;

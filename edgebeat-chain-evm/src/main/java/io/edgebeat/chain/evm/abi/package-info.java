/** The byte formats of an EVM chain: RLP, ABI. */
@NullMarked
package io.edgebeat.chain.evm.abi;

import org.jspecify.annotations.NullMarked;

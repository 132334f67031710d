/** The chain as it grows and is reorganised. */
@NullMarked
package io.edgebeat.chain.evm.follow;

import org.jspecify.annotations.NullMarked;

/** Vouchers and hash-chain ticks, both sides; pure. */
@NullMarked
package io.edgebeat.core.pay;

import org.jspecify.annotations.NullMarked;

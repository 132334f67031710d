/**
 * Who signs and what: addresses, signatures, keccak-256 and EIP-712. Pure JDK, because the engine,
 * a chain backend and an offline verifier must compute the same bytes.
 */
@NullMarked
package io.edgebeat.api.identity;

import org.jspecify.annotations.NullMarked;

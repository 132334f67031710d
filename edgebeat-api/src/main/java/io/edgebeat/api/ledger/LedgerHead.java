package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import java.time.Instant;

/**
 * A value: the newest block a ledger knows; ledger time is its time.
 *
 * @param number the block's number
 * @param hash the block's hash
 * @param time the ledger's time, whole seconds
 */
public record LedgerHead(long number, Bytes32 hash, Instant time) {}

package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import java.time.Instant;

/**
 * A value: one event in its place. The same event may come again with {@code retracted} when its
 * block was reorganised away.
 *
 * @param block the number of its block
 * @param blockHash the hash of its block
 * @param index its place in the block, from 0
 * @param time the time of its block
 * @param finality how certain it was when the page was made
 * @param retracted true when it no longer holds
 * @param event what happened
 */
public record LedgerEntry(
    long block,
    Bytes32 blockHash,
    int index,
    Instant time,
    Finality finality,
    boolean retracted,
    LedgerEvent event) {}

package io.edgebeat.api.state;

/**
 * A value: up to where an index has been fed.
 *
 * @param journalSequence the last record of the journal
 * @param ledgerBlock the last block of the ledger
 */
public record IndexCursor(long journalSequence, long ledgerBlock) {}

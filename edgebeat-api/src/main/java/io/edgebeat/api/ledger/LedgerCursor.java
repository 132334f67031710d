package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Blob;

/**
 * A value: where a reader of events stands; opaque to everyone but the ledger that made it.
 *
 * @param position the ledger's own bytes; empty for the beginning
 */
public record LedgerCursor(Blob position) {
  /** Before the first event. */
  public static final LedgerCursor START = new LedgerCursor(Blob.EMPTY);
}

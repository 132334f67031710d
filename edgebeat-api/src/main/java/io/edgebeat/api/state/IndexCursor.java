package io.edgebeat.api.state;

import io.edgebeat.api.identity.Blob;
import java.util.Objects;

/**
 * A value: up to where an index has been fed.
 *
 * @param journal the id of the journal; the numbers of another one mean nothing
 * @param journalSequence the last record of the journal that the rows show, 0 for none
 * @param ledgerBlock the block of the ledger that the listings are of, -1 for none
 */
public record IndexCursor(Blob journal, long journalSequence, long ledgerBlock) {
  /** Checks the components. */
  public IndexCursor {
    Objects.requireNonNull(journal, "journal");
  }
}

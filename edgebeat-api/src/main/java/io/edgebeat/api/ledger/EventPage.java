package io.edgebeat.api.ledger;

import java.util.List;

/**
 * A value: some events in order, and where to go on.
 *
 * @param entries the events; retractions come in their place
 * @param next the cursor behind the last of them
 * @param head the newest block when the page was made
 */
public record EventPage(List<LedgerEntry> entries, LedgerCursor next, LedgerHead head) {
  /** Copies the list. */
  public EventPage {
    entries = List.copyOf(entries);
  }
}

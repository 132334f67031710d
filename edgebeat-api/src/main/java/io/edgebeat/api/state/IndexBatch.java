package io.edgebeat.api.state;

import java.util.List;

/**
 * A value: rows that are written together with the cursor, or not at all.
 *
 * @param entries the rows in order
 */
public record IndexBatch(List<IndexEntry> entries) {
  /** Copies the list. */
  public IndexBatch {
    entries = List.copyOf(entries);
  }
}

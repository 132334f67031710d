package io.edgebeat.core.engine;

import java.time.Instant;
import java.util.List;

/**
 * One record of the journal: what one decision of one partition came to.
 *
 * @param partition which
 * @param at when, as the event was stamped
 * @param facts in their order
 */
public record FactBatch(PartitionKey partition, Instant at, List<Fact> facts) {
  /** Copies the list. */
  public FactBatch {
    facts = List.copyOf(facts);
  }
}

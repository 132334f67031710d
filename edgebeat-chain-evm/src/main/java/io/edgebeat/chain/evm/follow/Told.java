package io.edgebeat.chain.evm.follow;

import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.chain.evm.market.Log;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A log, and what it says.
 *
 * @param log the log
 * @param events none for a log that nobody needs, two at most
 * @param time that of its block, where the node has said it with the log
 */
public record Told(Log log, List<LedgerEvent> events, Optional<Instant> time) {
  /** Copies the list. */
  public Told {
    events = List.copyOf(events);
  }
}

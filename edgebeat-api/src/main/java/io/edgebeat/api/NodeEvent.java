package io.edgebeat.api;

import io.edgebeat.api.market.NegotiationId;
import java.time.Instant;
import java.util.Map;

/**
 * A value: something that happened inside a node, for displays, metrics and tests. Secrets never
 * appear in it.
 *
 * @param at when, by the node's clock
 * @param negotiation what it belongs to
 * @param role {@code buyer} or {@code seller}
 * @param name the name of the fact, such as {@code VoucherAccepted}
 * @param details further values by name, as text
 */
public record NodeEvent(
    Instant at, NegotiationId negotiation, String role, String name, Map<String, String> details) {
  /** Copies the map. */
  public NodeEvent {
    details = Map.copyOf(details);
  }
}

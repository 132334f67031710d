package io.edgebeat.api.net;

import io.edgebeat.api.market.NegotiationId;
import java.util.Objects;

/**
 * A value: a message with its place. Messages of one negotiation and sender are numbered from 1, in
 * order, sent again until acknowledged, and acknowledged only when their facts are durable.
 *
 * @param negotiation the negotiation
 * @param sequence the sender's number of this message; 0 for a bare acknowledgement
 * @param seen the highest number of the other side whose facts are durable here
 * @param message the message; a bare acknowledgement carries a {@link PeerMessage.Seen}
 */
public record PeerEnvelope(
    NegotiationId negotiation, long sequence, long seen, PeerMessage message) {
  /** Checks the components. */
  public PeerEnvelope {
    Objects.requireNonNull(negotiation, "negotiation");
    Objects.requireNonNull(message, "message");
  }
}

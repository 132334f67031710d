package io.edgebeat.api.market;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import java.time.Instant;
import java.util.Objects;

/**
 * A value: a proposal that its author has signed and the other side makes an agreement by signing
 * it too: a buyer's offer, or a seller's counter-offer.
 *
 * @param negotiation the negotiation
 * @param round 1 for the first offer; one more for every counter
 * @param terms what is proposed
 * @param agreement what the ledger will enforce, signed by the author
 * @param validUntil until when the author stands by it; at most the agreement's openBy
 * @param maximumLoss what each side can lose at most
 */
public record Offer(
    NegotiationId negotiation,
    int round,
    Terms terms,
    Signed<Agreement> agreement,
    Instant validUntil,
    MaximumLoss maximumLoss) {
  /** Checks the components. */
  public Offer {
    Objects.requireNonNull(negotiation, "negotiation");
    Objects.requireNonNull(terms, "terms");
    Objects.requireNonNull(agreement, "agreement");
    Objects.requireNonNull(validUntil, "validUntil");
    Objects.requireNonNull(maximumLoss, "maximumLoss");
  }

  /**
   * The buyer.
   *
   * @return who would pay
   */
  public Address buyer() {
    return agreement.message().buyer();
  }
}

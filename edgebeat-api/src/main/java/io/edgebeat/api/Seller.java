package io.edgebeat.api;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A handle on the selling side of a node; not for implementation. Calls may overlap. A call that
 * waits can be interrupted: that ends the waiting, never the operation.
 */
public interface Seller {

  /**
   * Advertises on the ledger and waits until that is final. The listing fee is taken. Buyers may
   * see the listing, and make offers, before this returns.
   *
   * @param spec what is on offer
   * @return the listing as others see it
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BAD_TIME} when it would be expired at
   *     once, {@code DUPLICATE}, {@code INSUFFICIENT_FUNDS} naming balance and fee, {@code
   *     LIMIT_EXCEEDED} when the node does not have what it offers
   */
  Listing advertise(ListingSpec spec);

  /**
   * Advertises the same again for a further time.
   *
   * @param id which
   * @param validFor for how long from now
   * @return the new listing; the old one is withdrawn
   */
  Listing renew(ListingId id, Duration validFor);

  /**
   * Withdraws a listing; running agreements go on.
   *
   * @param id which
   */
  void withdraw(ListingId id);

  /**
   * Sets who answers offers; until then every offer that is in order is accepted.
   *
   * @param policy answers offers
   */
  void offers(OfferPolicy policy);

  /**
   * What a watchtower needs to claim for this seller in its absence.
   *
   * @param agreement which
   * @return agreement and best payment; empty while nothing is paid, and while what was paid is not
   *     durable yet: ask again
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND} when this node does not sell
   *     under it
   */
  Optional<WatchOrder> watchOrder(AgreementId agreement);

  /**
   * The agreements that are not settled.
   *
   * @return their ids
   */
  List<AgreementId> agreements();

  /**
   * What settled agreements have brought.
   *
   * @return the sum of what was paid
   */
  Amount earnings();

  /**
   * Takes no more offers and waits until every agreement is settled.
   *
   * @param timeout how long to wait
   * @return true when all are settled
   */
  boolean drain(Duration timeout);
}

package io.edgebeat.api.market;

import io.edgebeat.api.ledger.ListingId;
import java.util.Optional;

/**
 * SPI: the listings that are live, as this node knows them.
 *
 * <p>Threads: calls may overlap. Blocking: every call may block and can be interrupted. Errors:
 * {@code LEDGER_UNAVAILABLE} when it cannot be reached. After close: {@code CLOSED}.
 */
public interface Marketplace extends AutoCloseable {

  /**
   * Finds listings, cheapest tick first, then by id.
   *
   * @param query which
   * @param from where to begin and how many
   * @return a page
   */
  Page<Listing> search(ListingQuery query, PageKey from);

  /**
   * Follows listings from now on.
   *
   * @param query which
   * @param listener is told
   * @return ends the subscription when closed
   */
  Subscription watch(ListingQuery query, ListingListener listener);

  /**
   * Finds one listing.
   *
   * @param id which
   * @return the listing, empty when it is not live
   */
  Optional<Listing> find(ListingId id);

  /**
   * A live view for a scheduler.
   *
   * @return the candidates; valid until this is closed
   */
  Candidates candidates();

  /** Closes; idempotent. */
  @Override
  void close();
}

package io.edgebeat.api.market;

import io.edgebeat.api.ledger.ListingId;
import java.util.Optional;

/** SPI: the listings that are live, as this node knows them. */
public interface Marketplace extends AutoCloseable {

  /**
   * Finds listings, cheapest tick first, then by id.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat; {@code INVALID_ARGUMENT} for a page of less than one item and for a key that this
   * marketplace did not make; {@code BAD_AMOUNT} for a query in another asset than the prices.
   * After close: {@code CLOSED}.
   *
   * @param query which
   * @param from where to begin and how many
   * @return a page
   */
  Page<Listing> search(ListingQuery query, PageKey from);

  /**
   * Follows listings from now on.
   *
   * <p>Threads: calls may overlap; a listener is called by one thread at a time, and what it throws
   * does not come back here. Blocking: may block; an interrupt ends it with {@code INTERRUPTED} or
   * lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice to repeat; {@code
   * BAD_AMOUNT} for a query in another asset than the prices. After close: {@code CLOSED}.
   *
   * @param query which
   * @param listener is told
   * @return ends the subscription when closed
   */
  Subscription watch(ListingQuery query, ListingListener listener);

  /**
   * Finds one listing.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
   *
   * @param id which
   * @return the listing, empty when it is not live
   */
  Optional<Listing> find(ListingId id);

  /**
   * A live view for a scheduler.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
   *
   * @return the candidates; valid until this is closed
   */
  Candidates candidates();

  /**
   * Closes; idempotent.
   *
   * <p>Threads: at any time; subscriptions end too. Blocking: until the call of a listener that is
   * running has returned; from within that call, no. Errors: none. After close: nothing happens.
   */
  @Override
  void close();
}

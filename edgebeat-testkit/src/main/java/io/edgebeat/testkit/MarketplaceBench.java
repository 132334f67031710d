package io.edgebeat.testkit;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Marketplace;
import java.time.Duration;

/**
 * A marketplace with sellers that come and go, as {@link MarketplaceContract} needs it. Implemented
 * by the tests of a backend; each test gets its own and closes it.
 */
public interface MarketplaceBench extends AutoCloseable {

  /**
   * The marketplace.
   *
   * @return the same at every call; the bench closes it
   */
  Marketplace marketplace();

  /**
   * Advertises as a seller does. Returns when it is under way: the marketplace may need a moment.
   *
   * @param region where the seller is
   * @param perTick what a second costs, in base units of the ledger's asset
   * @param validFor how long it counts
   * @return what is advertised: it runs {@code wasm}, with 1000 cpuMillis, and sells no capability
   */
  Listing advertise(String region, long perTick, Duration validFor);

  /**
   * Withdraws a listing, as its seller does.
   *
   * @param id which
   */
  void withdraw(ListingId id);

  /**
   * Lets time pass.
   *
   * @param by how much at least
   */
  void advance(Duration by);

  /**
   * Takes an advertisement back, as a reorganisation of the ledger does.
   *
   * @param id which
   * @return false when this bench cannot do that
   */
  default boolean reorganiseAway(ListingId id) {
    return false;
  }

  @Override
  void close();
}

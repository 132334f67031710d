package io.edgebeat.api.market;

import io.edgebeat.api.ledger.ListingId;

/** Application call: is told of listings that come and go; one call at a time a subscription. */
@FunctionalInterface
public interface ListingListener {

  /**
   * A listing is new or was renewed.
   *
   * @param listing the listing
   */
  void listed(Listing listing);

  /**
   * A listing was withdrawn, has expired, or its advertisement was reorganised away. Does nothing
   * unless overridden.
   *
   * @param id the listing
   */
  default void unlisted(ListingId id) {}
}

package io.edgebeat.api.market;

import java.util.List;

/**
 * SPI: a view over the live index of listings, not a copy: what a scheduler asks is pushed down to
 * it.
 */
public interface Candidates {

  /** In which order candidates are wanted; ties are broken by price, then by listing id. */
  enum Order {
    /** The lowest price of a tick first. */
    CHEAPEST,
    /** The shortest round trip first. */
    NEAREST,
    /** The highest trust first. */
    MOST_TRUSTED,
    /** The fewest open agreements of this node first. */
    LEAST_USED
  }

  /**
   * The best candidates.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: {@code INVALID_ARGUMENT} for a negative
   * limit, {@code BAD_AMOUNT} for a query in another asset than the prices. After close: {@code
   * CLOSED} once its marketplace is closed.
   *
   * @param query which are wanted
   * @param order which first
   * @param limit how many at most
   * @return the best in order, empty when none is wanted
   */
  List<Candidate> best(ListingQuery query, Order order, int limit);

  /**
   * How many listings are live.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: {@code CLOSED} once its
   * marketplace is closed.
   *
   * @return the number
   */
  int size();
}

package io.edgebeat.core.market;

/** What is best, where it is not the price of a tick. */
enum Ranking {
  /** The lowest price of one unit of a tick. */
  UNIT_PRICE,
  /** The shortest round trip. */
  ROUND_TRIP,
  /** The highest trust. */
  TRUST,
  /** The fewest open agreements of this node. */
  OPEN_AGREEMENTS
}

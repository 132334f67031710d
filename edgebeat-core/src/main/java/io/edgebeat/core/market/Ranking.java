package io.edgebeat.core.market;

/** What is best, where it is not a price. */
enum Ranking {
  /** The shortest round trip. */
  ROUND_TRIP,
  /** The highest trust. */
  TRUST,
  /** The fewest open agreements of this node. */
  OPEN_AGREEMENTS
}

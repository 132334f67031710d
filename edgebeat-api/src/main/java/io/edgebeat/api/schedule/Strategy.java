package io.edgebeat.api.schedule;

/** What makes one seller better than another. */
public enum Strategy {
  /** The lowest price. */
  CHEAPEST,
  /** The shortest round trip. */
  LOWEST_LATENCY,
  /** The highest trust. */
  MOST_TRUSTED,
  /** The fewest open agreements of this buyer. */
  SPREAD
}

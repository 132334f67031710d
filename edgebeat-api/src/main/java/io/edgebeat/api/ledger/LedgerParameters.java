package io.edgebeat.api.ledger;

import java.time.Duration;

/**
 * A value: what a ledger checks new listings and agreements against.
 *
 * @param listingFee taken by every advertise
 * @param feeFloor the smallest fee an agreement may escrow
 * @param depositCap the largest deposit + topUps
 * @param minChallenge the shortest challenge time
 * @param maxChallenge the longest challenge time
 * @param maxLife how far ahead an expiry may lie
 */
public record LedgerParameters(
    Amount listingFee,
    Amount feeFloor,
    Amount depositCap,
    Duration minChallenge,
    Duration maxChallenge,
    Duration maxLife) {
  /** One tenth of an EDG a listing, a hundredth an agreement, deposits up to 10 000 EDG. */
  public static final LedgerParameters DEFAULTS =
      new LedgerParameters(
          Edg.of("0.1"),
          Edg.of("0.01"),
          Edg.of("10000"),
          Duration.ofHours(1),
          Duration.ofDays(30),
          Duration.ofDays(365));
}

package io.edgebeat.api.market;

import java.time.Duration;
import java.util.Objects;

/**
 * A value: a listing together with what this node knows of its seller.
 *
 * @param listing the listing
 * @param trust fees collected with distinct buyers in base units of the asset, halved every 90
 *     days; 0 for a newcomer
 * @param roundTrip how long a message there and back takes, as measured or estimated
 * @param openAgreements how many agreements this node has with the seller now
 */
public record Candidate(Listing listing, long trust, Duration roundTrip, int openAgreements) {
  /** Checks the components. */
  public Candidate {
    Objects.requireNonNull(listing, "listing");
    Objects.requireNonNull(roundTrip, "roundTrip");
  }
}

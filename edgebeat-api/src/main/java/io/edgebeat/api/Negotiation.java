package io.edgebeat.api;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Terms;
import java.time.Duration;
import java.util.Optional;

/**
 * A handle on talks with one seller about one agreement; not for implementation. Calls may overlap.
 */
public interface Negotiation {

  /**
   * Names it.
   *
   * @return its id
   */
  NegotiationId id();

  /**
   * What is proposed now.
   *
   * @return the terms of the newest round
   */
  Terms terms();

  /**
   * What each side can lose at most under these terms.
   *
   * @return both maximum losses
   */
  MaximumLoss maximumLoss();

  /**
   * Waits until both have signed.
   *
   * @param timeout how long to wait
   * @return the agreement's id
   * @throws io.edgebeat.api.error.EdgeBeatException {@code OFFER_REJECTED}, {@code NO_ANSWER},
   *     {@code TIMED_OUT}, {@code INTERRUPTED}
   */
  AgreementId awaitSigned(Duration timeout);

  /**
   * What both have signed.
   *
   * @return the agreement's id, empty before
   */
  Optional<AgreementId> agreement();
}

package io.edgebeat.api.market;

/**
 * Application call: a seller's answer to an offer that is otherwise in order (signatures, listing,
 * prices and capacity were checked before). Called one at a time; must not block for long.
 */
@FunctionalInterface
public interface OfferPolicy {
  /** Accepts whatever is otherwise in order. */
  OfferPolicy ACCEPT = offer -> new Answer.Accept();

  /**
   * Answers an offer.
   *
   * @param offer the offer
   * @return what to do
   */
  Answer answer(Offer offer);

  /** A value: what to do with an offer. */
  sealed interface Answer {
    /** Sign it. */
    record Accept() implements Answer {}

    /**
     * Propose another price instead.
     *
     * @param price what would be accepted
     */
    record Counter(Price price) implements Answer {}

    /**
     * Say no.
     *
     * @param reason told to the buyer
     */
    record Reject(String reason) implements Answer {}
  }
}

package io.edgebeat.core.negotiate;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Protocol;
import java.time.Duration;
import java.time.Instant;

/** What an offer must be like before anybody signs it; pure. */
public final class OfferRules {
  private OfferRules() {}

  /**
   * Checks an offer that came from the other side: its signature, that agreement and terms belong
   * together, and everything a ledger would refuse at opening.
   *
   * @param offer the offer
   * @param author who must have signed it
   * @param seller who sells in it
   * @param protocol domain, rules and signature checks
   * @param now the time
   * @throws EdgeBeatException naming the offending value
   */
  public static void check(
      Offer offer, Address author, Address seller, Protocol protocol, Instant now) {
    Agreement agreement = offer.agreement().message();
    LedgerParameters rules = protocol.ledger().parameters();
    if (!agreement.seller().equals(seller)) {
      throw refused("the offer is for seller " + agreement.seller() + ", not for " + seller);
    }
    if (!author.equals(seller) && !agreement.buyer().equals(author)) {
      throw refused("the offer names buyer " + agreement.buyer() + ", it comes from " + author);
    }
    if (agreement.buyer().equals(seller)) {
      throw refused("buyer and seller are the same account " + seller);
    }
    if (agreement.voucherKey().isZero() || agreement.voucherKey().equals(seller)) {
      throw refused("voucher key " + agreement.voucherKey() + " is zero or the seller's");
    }
    if (!offer.terms().listing().seller().equals(seller)) {
      throw refused("the terms name a listing of seller " + offer.terms().listing().seller());
    }
    if (!agreement.termsHash().equals(Documents.termsHash(offer.terms()))) {
      throw refused("termsHash " + agreement.termsHash() + " does not belong to the terms");
    }
    if (!offer.validUntil().isAfter(now) || agreement.openBy().isBefore(now)) {
      throw new EdgeBeatException(
          ErrorCode.EXPIRED,
          "the offer was valid until "
              + offer.validUntil()
              + " and could be opened by "
              + agreement.openBy()
              + "; it is "
              + now);
    }
    if (agreement.expiry().isBefore(agreement.openBy())
        || agreement.expiry().isAfter(now.plus(rules.maxLife()))) {
      throw new EdgeBeatException(
          ErrorCode.BAD_TIME,
          "expiry "
              + agreement.expiry()
              + " must lie between openBy "
              + agreement.openBy()
              + " and "
              + rules.maxLife().toDays()
              + " days from now");
    }
    Duration challenge = agreement.challenge();
    if (challenge.compareTo(rules.minChallenge()) < 0
        || challenge.compareTo(rules.maxChallenge()) > 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_TIME,
          "challenge "
              + challenge
              + " is outside of "
              + rules.minChallenge()
              + " .. "
              + rules.maxChallenge());
    }
    Price price = offer.terms().price();
    Amount least = price.setup().plus(price.perTick()).plus(offer.terms().resultAmount());
    if (agreement.deposit().compareTo(least) < 0
        || agreement.deposit().compareTo(rules.depositCap()) > 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "deposit "
              + agreement.deposit()
              + " must hold set-up, one tick and the result amount, "
              + least
              + ", and be at most "
              + rules.depositCap());
    }
    if (agreement.fee().compareTo(rules.feeFloor()) < 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "fee " + agreement.fee() + " is below the ledger's floor " + rules.feeFloor());
    }
    MaximumLoss loss = offer.terms().maximumLoss(agreement, lease(offer));
    if (!offer.maximumLoss().equals(loss)) {
      throw refused(
          "the offer states other maximum losses than its terms give: "
              + offer.maximumLoss()
              + " instead of "
              + loss);
    }
    if (!protocol.signedBy(author, agreement, offer.agreement().signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "signature "
              + offer.agreement().signature()
              + " of agreement "
              + protocol.id(agreement)
              + " is not a low-s signature by "
              + author);
    }
  }

  /** Whether the losses of an offer were stated for an executor with a lease. */
  private static boolean lease(Offer offer) {
    return !offer.maximumLoss().seller().equals(offer.agreement().message().deposit());
  }

  /**
   * Checks an offer against the seller's own listing.
   *
   * @param offer the offer
   * @param listing the listing it names, as the seller advertises it now
   * @param maxUnpaidTicks the most the seller allows
   * @param receiptKey the seller's receipt key
   * @param now the time
   * @throws EdgeBeatException naming the offending value
   */
  public static void checkListing(
      Offer offer, Listing listing, int maxUnpaidTicks, Address receiptKey, Instant now) {
    Terms terms = offer.terms();
    if (!listing.validUntil().isAfter(now)) {
      throw new EdgeBeatException(
          ErrorCode.EXPIRED, "listing " + listing.id() + " expired at " + listing.validUntil());
    }
    if (terms.listingSequence() != listing.sequence()) {
      throw new EdgeBeatException(
          ErrorCode.EXPIRED,
          "the terms name sequence "
              + terms.listingSequence()
              + " of listing "
              + listing.id()
              + ", it is at "
              + listing.sequence());
    }
    Price asked = listing.price();
    Price offered = terms.price();
    if (!offered.tickUnit().equals(asked.tickUnit())
        || offered.perTick().compareTo(asked.perTick()) < 0
        || offered.setup().compareTo(asked.setup()) < 0) {
      throw refused("offered " + offered + " is below the listed " + asked);
    }
    if (terms.maxUnpaidTicks() > maxUnpaidTicks) {
      throw refused(
          "maxUnpaidTicks "
              + terms.maxUnpaidTicks()
              + " is above what this seller allows, "
              + maxUnpaidTicks);
    }
    if (terms.window() > Voucher.MAX_TICKS) {
      throw refused("window " + terms.window() + " is above " + Voucher.MAX_TICKS + " ticks");
    }
    if (terms.limits().memoryBytes() > terms.resources().memoryBytes()) {
      throw refused(
          "limits of "
              + terms.limits().memoryBytes()
              + " bytes of memory are above what the terms reserve, "
              + terms.resources().memoryBytes());
    }
    if (!terms.receiptKey().equals(receiptKey)) {
      throw refused("receipt key " + terms.receiptKey() + " is not this seller's " + receiptKey);
    }
    if (!listing.workloadTypes().contains(terms.workloadType())) {
      throw refused("workload type " + terms.workloadType() + " is not on offer");
    }
    if (!listing.resources().covers(terms.resources())) {
      throw refused(terms.resources() + " is more than the listed " + listing.resources());
    }
    terms
        .capabilities()
        .forEach(
            (name, units) -> {
              if (listing.capabilities().stream()
                  .noneMatch(c -> c.name().equals(name) && c.unitsPerMessage() == units)) {
                throw refused("capability " + name + " at " + units + " units is not on offer");
              }
            });
  }

  private static EdgeBeatException refused(String message) {
    return new EdgeBeatException(ErrorCode.OFFER_REJECTED, message);
  }
}

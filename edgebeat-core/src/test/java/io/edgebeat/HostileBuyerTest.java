package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A buyer that speaks the protocol by hand, and lies about what it offers; the seller names the lie
 * and nothing moves.
 */
class HostileBuyerTest extends HostileBuyer {
  // ---------------------------------------------------------------- signatures

  @Test
  void aFlippedBitInASignature() {
    Offer offer = offer(Lies::flipped);
    rejected(offer, ErrorCode.BAD_SIGNATURE, offer.agreement().signature(), malloryKey.address());
  }

  @Test
  void aSignatureWithHighS() {
    Offer offer = offer(Lies::highS);
    rejected(offer, ErrorCode.BAD_SIGNATURE, offer.agreement().signature(), "low-s");
  }

  @Test
  void aSignatureByAnotherKey() {
    Offer offer = offer(s -> sign(poorKey, draft.agreement()));
    rejected(offer, ErrorCode.BAD_SIGNATURE, offer.agreement().signature(), malloryKey.address());
  }

  @Test
  void anAgreementInTheNameOfAnotherBuyer() {
    Agreement forged = Lies.withBuyer(draft.agreement(), buyerKey.address());
    rejected(
        offer(forged, draft.terms()),
        ErrorCode.OFFER_REJECTED,
        buyerKey.address(),
        malloryKey.address());
  }

  // ---------------------------------------------------------------- what is offered

  @Test
  void termsThatWereNotSigned() {
    Terms other = Lies.with(draft.terms(), PRICE, 0);
    Offer offer = offer(draft.agreement(), other);
    rejected(offer, ErrorCode.OFFER_REJECTED, "termsHash " + draft.agreement().termsHash());
  }

  @Test
  void anOfferForAnotherSeller() {
    Offer offer =
        offer(Lies.with(draft.agreement(), bystanderKey.address(), draft.terms()), draft.terms());
    rejected(offer, ErrorCode.OFFER_REJECTED, bystanderKey.address(), sellerKey.address());
  }

  @Test
  void aListingOfAnotherSeller() {
    Terms theirs = draft(elsewhere, add()).terms();
    Offer offer = offer(Lies.with(draft.agreement(), sellerKey.address(), theirs), theirs);
    rejected(offer, ErrorCode.OFFER_REJECTED, bystanderKey.address());
  }

  @Test
  void lessThanTheListedPrice() {
    Price cheap = new Price(Edg.of("0.0009"), PRICE.tickUnit(), PRICE.setup());
    rejected(
        offer(Lies.with(draft.terms(), cheap, 1)),
        ErrorCode.OFFER_REJECTED,
        cheap.perTick(),
        PRICE.perTick());
  }

  @Test
  void moreUnpaidTicksThanTheSellerAllows() {
    rejected(
        offer(Lies.with(draft.terms(), PRICE, 1000)),
        ErrorCode.OFFER_REJECTED,
        "maxUnpaidTicks 1000");
  }

  @Test
  void otherLossesThanTheTermsGive() {
    Offer honest = offer(draft.terms());
    Offer rosy =
        new Offer(
            negotiation,
            1,
            honest.terms(),
            honest.agreement(),
            honest.validUntil(),
            new MaximumLoss(Edg.units(0), Edg.units(0), Optional.empty()));
    rejected(rosy, ErrorCode.OFFER_REJECTED, "maximum losses");
  }

  @Test
  void anOfferThatIsOver() {
    Offer honest = offer(draft.terms());
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    Offer late =
        new Offer(negotiation, 1, honest.terms(), honest.agreement(), past, honest.maximumLoss());
    rejected(late, ErrorCode.EXPIRED, past);
  }

  @Test
  void aBuyerWithoutTheMoney() {
    Amount rest = Edg.of("0.001");
    send(malloryKey, new LedgerCommand.Transfer(poorKey.address(), before.minus(rest)));
    before = rest;
    rejected(
        offer(draft.terms()),
        ErrorCode.INSUFFICIENT_FUNDS,
        malloryKey.address(),
        rest,
        draft.agreement().total());
  }

  @Test
  void anOfferUnderAnotherNumberIsNoOffer() {
    Offer offer = offer(draft.terms());
    talks.misnumbered(3, new PeerMessage.OfferMade(offer));
    // Nobody has said anything yet that could be acknowledged.
    talks.misnumbered(1, new PeerMessage.OfferMade(offer), 16);
    say(new PeerMessage.OfferMade(offer));
    PeerMessage.Accepted accepted = answer(PeerMessage.Accepted.class);
    assertThat(seller.seller().agreements()).containsExactly(accepted.id());
  }

  @Test
  void theSameOfferAgain() {
    Offer offer = offer(draft.terms());
    say(new PeerMessage.OfferMade(offer));
    PeerMessage.Accepted accepted = answer(PeerMessage.Accepted.class);
    say(new PeerMessage.OfferMade(offer));
    refused(ErrorCode.WRONG_STATE);
    assertThat(seller.seller().agreements()).containsExactly(accepted.id());
    assertThat(ledger.agreement(accepted.id(), Finality.PENDING).status())
        .isEqualTo(AgreementStatus.NONE);
    assertThat(balance(malloryKey)).isEqualTo(before);
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Offers, counter-offers and signatures that do not follow from what was said before. */
class TalksTest {
  private static final Price LISTED = new Price(Edg.units(100), TickUnit.seconds(1), Edg.units(50));
  private static final Price DEARER = new Price(Edg.units(120), TickUnit.seconds(1), Edg.units(60));

  private static TwoSides.Setup counters() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.answer =
        offer ->
            offer.round() == 1
                ? new OfferPolicy.Answer.Counter(DEARER)
                : new OfferPolicy.Answer.Accept();
    return setup;
  }

  /** A world in which the seller has countered and the buyer has not heard it. */
  private static TwoSides countered() {
    TwoSides world = new TwoSides(counters());
    world.buyer.stopsAt = m -> m instanceof PeerMessage.Countered;
    world.begin();
    assertThat(world.sells().offer().orElseThrow().round()).isEqualTo(2);
    return world;
  }

  private static PeerMessage.Refused refused(List<Fact> facts) {
    return facts.stream()
        .filter(Fact.Said.class::isInstance)
        .map(f -> ((Fact.Said) f).message())
        .filter(PeerMessage.Refused.class::isInstance)
        .map(PeerMessage.Refused.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was refused: " + facts));
  }

  /** An offer as its author would sign it. */
  private static Offer offer(TwoSides world, boolean byBuyer, int round, Price price) {
    Terms terms =
        OfferDrafts.revised(world.begin.terms(), price, world.begin.terms().maxUnpaidTicks());
    return offer(world, byBuyer, world.negotiation, round, terms);
  }

  private static Offer offer(
      TwoSides world, boolean byBuyer, NegotiationId talks, int round, Terms terms) {
    Agreement a = world.begin.agreement();
    Agreement agreement =
        new Agreement(
            a.buyer(),
            a.seller(),
            a.voucherKey(),
            a.deposit(),
            a.fee(),
            a.openBy(),
            a.expiry(),
            a.challenge(),
            a.tenant(),
            a.policy(),
            a.funding(),
            Documents.termsHash(terms));
    return new Offer(
        talks,
        round,
        terms,
        new Signed<>(agreement, signature(world, byBuyer, agreement)),
        world.now.plusSeconds(20),
        terms.maximumLoss(agreement, true));
  }

  private static Signature signature(TwoSides world, boolean byBuyer, Agreement agreement) {
    return (byBuyer ? world.buyerKey : world.sellerKey)
        .sign(new SigningRequest.OfMessage(world.protocol.ledger().domain(), agreement));
  }

  // ---------------------------------------------------------------- rounds

  @Test
  void theTalksEndAfterAsManyRoundsAsTheSellerTakesPartIn() {
    TwoSides.Setup setup = counters();
    setup.sellerRounds = 1;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.sells().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.buys().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.buys().failure().orElseThrow().reason())
          .isEqualTo("no agreement after 1 rounds");
    }
  }

  @Test
  void theTalksEndAfterAsManyRoundsAsTheBuyerTakesPartIn() {
    TwoSides.Setup setup = counters();
    setup.buyerRounds = 1;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.buys().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.sells().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.sells().failure())
          .contains(
              new AgreementSide.Failure(ErrorCode.OVER_BUDGET, "no agreement after 1 rounds"));
    }
  }

  @Test
  void aCounterOfferThatDoesNotFollowIsRefusedAndTheTalksGoOn() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.seller.stopsAt = m -> true;
      world.begin();
      NegotiationId other = NegotiationId.of(new byte[16]);
      Terms terms = offer(world, false, 2, DEARER).terms();
      for (Offer wrong :
          List.of(
              offer(world, false, 1, DEARER),
              offer(world, false, 3, DEARER),
              offer(world, false, other, 2, terms))) {
        PeerMessage.Refused no =
            refused(world.forge(world.buyer, new PeerMessage.Countered(wrong)));
        assertThat(no.code()).isEqualTo(ErrorCode.WRONG_STATE);
        assertThat(no.reason()).contains("Countered", "round 1");
        assertThat(world.buys().deal()).isEqualTo(DealState.OFFERED);
      }
      // While one is being signed no other is heard.
      world.held = a -> a instanceof Action.Sign;
      world.forge(world.buyer, new PeerMessage.Countered(offer(world, false, 2, DEARER)));
      assertThat(world.buys().ordered("sign")).isTrue();
      PeerMessage.Refused no =
          refused(
              world.forge(world.buyer, new PeerMessage.Countered(offer(world, false, 3, LISTED))));
      assertThat(no.code()).isEqualTo(ErrorCode.WRONG_STATE);
      world.releaseHeld();
      assertThat(world.buys().deal()).isEqualTo(DealState.SIGNED);
      assertThat(world.buys().terms().price()).isEqualTo(DEARER);
    }
  }

  @Test
  void aBuyerMayOfferAgainAfterACounterOffer() {
    try (TwoSides world = countered()) {
      Offer again = offer(world, true, 3, LISTED);
      world.forge(world.seller, new PeerMessage.OfferMade(again));
      assertThat(world.sells().deal()).isEqualTo(DealState.SIGNED);
      assertThat(world.sells().terms().price()).isEqualTo(LISTED);
      assertThat(world.sent(world.seller, PeerMessage.Accepted.class))
          .singleElement()
          .satisfies(m -> assertThat(m.id()).isEqualTo(world.sells().agreementId()));
    }
  }

  @Test
  void anotherOfferThatDoesNotFollowIsRefusedAndTheCounterOfferStands() {
    try (TwoSides world = countered()) {
      Offer right = offer(world, true, 3, LISTED);
      Offer forged =
          new Offer(
              right.negotiation(),
              3,
              right.terms(),
              new Signed<>(
                  right.agreement().message(),
                  signature(world, false, right.agreement().message())),
              right.validUntil(),
              right.maximumLoss());
      AgreementId id = world.sells().agreementId();
      refusedOffer(world, offer(world, true, 4, LISTED), ErrorCode.WRONG_STATE, "round 2");
      refusedOffer(
          world,
          offer(world, true, NegotiationId.of(new byte[16]), 3, right.terms()),
          ErrorCode.WRONG_STATE,
          "round 2");
      refusedOffer(world, forged, ErrorCode.BAD_SIGNATURE, "not a low-s signature");
      assertThat(world.sells().agreementId()).isEqualTo(id);
      assertThat(world.sells().deal()).isEqualTo(DealState.OFFERED);
    }
    // Before it has answered, there is nothing to answer to.
    try (TwoSides world = new TwoSides(counters())) {
      world.held = a -> a instanceof Action.Examine;
      world.begin();
      refusedOffer(world, offer(world, true, 2, LISTED), ErrorCode.WRONG_STATE, "round 1");
      world.releaseHeld();
    }
  }

  private static void refusedOffer(TwoSides world, Offer offer, ErrorCode code, String why) {
    PeerMessage.Refused no = refused(world.forge(world.seller, new PeerMessage.OfferMade(offer)));
    assertThat(no.code()).isEqualTo(code);
    assertThat(no.reason()).contains(why);
  }

  // ---------------------------------------------------------------- first offers

  @Test
  void aFirstOfferThatIsNoneIsRejectedWithItsReason() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      rejected(offer(world, true, 2, LISTED), ErrorCode.WRONG_STATE, "a new negotiation");
      rejected(
          offer(world, true, NegotiationId.of(new byte[16]), 1, world.begin.terms()),
          ErrorCode.WRONG_STATE,
          "a new negotiation");
    }
  }

  private static void rejected(Offer offer, ErrorCode code, String why) {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.buyer.stopsAt = m -> true;
      world.forge(world.seller, new PeerMessage.OfferMade(offer));
      assertThat(world.sells().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.sent(world.seller, PeerMessage.Rejected.class))
          .singleElement()
          .satisfies(
              no -> {
                assertThat(no.code()).as(no.reason()).isEqualTo(code);
                assertThat(no.reason()).contains(why);
              });
    }
  }

  // ---------------------------------------------------------------- signatures

  @Test
  void aCounterOfferIsAcceptedByTheBuyersSignatureOnly() {
    try (TwoSides world = countered()) {
      Agreement agreement = world.sells().agreement();
      AgreementId id = world.sells().agreementId();
      PeerMessage.Refused no =
          refused(
              world.forge(
                  world.seller, new PeerMessage.Accepted(id, signature(world, false, agreement))));
      assertThat(no.code()).isEqualTo(ErrorCode.BAD_SIGNATURE);
      assertThat(no.reason()).contains(id.toString(), "not by the buyer");
      AgreementId other = new AgreementId(ContentId.sha256(new byte[] {5}));
      no =
          refused(
              world.forge(
                  world.seller,
                  new PeerMessage.Accepted(other, signature(world, true, agreement))));
      assertThat(no.code()).isEqualTo(ErrorCode.WRONG_STATE);
      assertThat(no.reason()).contains("an offer of " + id);
      assertThat(world.sells().deal()).isEqualTo(DealState.OFFERED);
      world.forge(world.seller, new PeerMessage.Accepted(id, signature(world, true, agreement)));
      assertThat(world.sells().deal()).isEqualTo(DealState.SIGNED);
    }
  }
}

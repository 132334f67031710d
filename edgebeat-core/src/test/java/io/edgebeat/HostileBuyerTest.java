package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.OfferDrafts;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A buyer that speaks the protocol by hand, and lies; the seller names the lie and nothing moves.
 */
class HostileBuyerTest extends Funded {
  private final Secret voucherKey = KeySigner.generateKey(random);
  private final NegotiationId negotiation = NegotiationId.of(bytes(16));
  private Protocol protocol;
  private ByHand talks;
  private Event.Begin draft;
  private Amount before;
  private Amount sellerBefore;

  @BeforeEach
  void connect() {
    protocol = new Protocol(ledger.info(), signatures);
    talks =
        ByHand.calling(
            network.transport(malloryKey.address()),
            new PeerEndpoint(listing.endpoint()),
            seller.address(),
            negotiation);
    draft = draft(listing, add());
    before = balance(malloryKey);
    sellerBefore = balance(sellerKey);
  }

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.option("seller.newcomerUnpaidTicks", "1");
  }

  private Event.Begin draft(Listing of, TaskSpec spec) {
    return new OfferDrafts(protocol, BuyerPolicy.DEFAULTS)
        .begin(
            new OfferDrafts.Randomness(
                negotiation, Bytes32.of(bytes(32)), voucherKey, Secret.of(bytes(32))),
            malloryKey.address(),
            Optional.empty(),
            spec,
            Edg.of("0.50"),
            List.of(of),
            2,
            new OfferDrafts.Mode(Event.Way.COMPACT, Agreement.Funding.WALLET),
            Instant.now());
  }

  private void say(PeerMessage message) {
    talks.say(message);
  }

  private <T extends PeerMessage> T answer(Class<T> type) {
    return talks.answer(type);
  }

  private void refused(ErrorCode code, Object... parts) {
    talks.refused(code, parts);
  }

  private void rejected(Offer offer, ErrorCode code, Object... parts) {
    say(new PeerMessage.OfferMade(offer));
    talks.rejected(code, parts);
    assertThat(balance(malloryKey)).isEqualTo(before);
    assertThat(balance(sellerKey)).isEqualTo(sellerBefore);
    assertThat(seller.seller().agreements()).isEmpty();
  }

  private Offer offer(Terms terms, Agreement agreement, Signature signature) {
    return new Offer(
        negotiation,
        1,
        terms,
        new Signed<>(agreement, signature),
        Instant.now().plusSeconds(30),
        terms.maximumLoss(agreement, listing.lease()));
  }

  /** An offer that is as it should be, but for its signature. */
  private Offer offer(UnaryOperator<Signature> changed) {
    return offer(
        draft.terms(), draft.agreement(), changed.apply(sign(malloryKey, draft.agreement())));
  }

  private Offer offer(Terms terms) {
    return offer(Lies.with(draft.agreement(), draft.agreement().seller(), terms), terms);
  }

  private Offer offer(Agreement agreement, Terms terms) {
    return offer(terms, agreement, sign(malloryKey, agreement));
  }

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

  // ---------------------------------------------------------------- payment

  private AgreementId openAgreement() {
    Offer offer = offer(draft.terms());
    say(new PeerMessage.OfferMade(offer));
    PeerMessage.Accepted accepted = answer(PeerMessage.Accepted.class);
    send(
        malloryKey,
        new LedgerCommand.Open(
            draft.agreement(),
            Optional.of(offer.agreement().signature()),
            Optional.of(accepted.signature())));
    assertThat(ledger.agreement(accepted.id(), Finality.PENDING).status())
        .isEqualTo(AgreementStatus.OPEN);
    return accepted.id();
  }

  private void nothingWasClaimed(AgreementId id) {
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(record.deposit()).isEqualTo(draft.agreement().deposit());
    assertThat(record.claimed().isZero()).isTrue();
    assertThat(balance(sellerKey)).isEqualTo(sellerBefore);
    assertThat(balance(malloryKey)).isEqualTo(before.minus(draft.agreement().total()));
  }

  private void pay(Voucher voucher, Secret key) {
    say(new PeerMessage.VoucherSent(protocol.sign(voucher, key)));
  }

  private static Voucher plain(AgreementId id, long sequence, Amount cumulative) {
    return new Voucher(id, sequence, cumulative, Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO);
  }

  @Test
  void vouchersThatAreWrong() {
    AgreementId id = openAgreement();
    Amount setup = PRICE.setup();
    Amount deposit = draft.agreement().deposit();
    pay(plain(id, 1, setup), KeySigner.generateKey(random));
    refused(ErrorCode.BAD_SIGNATURE, "voucher 1", "voucher key " + draft.agreement().voucherKey());
    AgreementId other = new AgreementId(Bytes32.of(bytes(32)));
    pay(plain(other, 1, setup), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, other, id);
    pay(plain(id, 7, setup), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, "sequence is 7", "expected 1");
    pay(plain(id, 1, PRICE.perTick()), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, PRICE.perTick(), "set-up costs " + setup);
    pay(plain(id, 1, deposit.plus(Edg.units(1))), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, deposit.plus(Edg.units(1)), "only " + deposit);
    Signed<Voucher> high = protocol.sign(plain(id, 1, setup), voucherKey);
    say(new PeerMessage.VoucherSent(new Signed<>(high.message(), Lies.highS(high.signature()))));
    refused(ErrorCode.BAD_SIGNATURE, "voucher 1");
    // After all that, a good one is taken, and nothing goes back behind it.
    pay(plain(id, 1, setup), voucherKey);
    assertThat(answer(PeerMessage.ReceiptSent.class).receipt().message().cumulative())
        .isEqualTo(setup);
    pay(plain(id, 2, PRICE.perTick()), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, "goes back", PRICE.perTick(), setup);
    pay(plain(id, 1, setup), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, "sequence is 1", "expected 2");
    nothingWasClaimed(id);
  }

  @Test
  void ticksThatAreWrong() {
    AgreementId id = openAgreement();
    Bytes32[] links = TickChain.links(id, Bytes32.of(bytes(32)), 10);
    say(new PeerMessage.Ticks(1, 1, links[1]));
    refused(ErrorCode.BAD_PAYMENT, "voucher 1", "never sent");
    pay(new Voucher(id, 1, PRICE.setup(), links[0], Edg.units(1), 10, Bytes32.ZERO), voucherKey);
    refused(ErrorCode.BAD_PAYMENT, PRICE.perTick(), Edg.units(1));
    pay(new Voucher(id, 1, PRICE.setup(), links[0], PRICE.perTick(), 10, Bytes32.ZERO), voucherKey);
    answer(PeerMessage.ReceiptSent.class);
    say(new PeerMessage.Ticks(1, 1, links[2]));
    refused(ErrorCode.BAD_PAYMENT, "tick 1", "does not hash up");
    say(new PeerMessage.Ticks(1, 2, links[2]));
    refused(ErrorCode.BAD_PAYMENT, "tick 2", "window 1");
    say(new PeerMessage.Ticks(2, 1, links[1]));
    refused(ErrorCode.BAD_PAYMENT, "voucher 2", "never sent");
    nothingWasClaimed(id);
  }

  @Test
  void taskOrdersThatAreWrong() {
    AgreementId id = openAgreement();
    TaskSpec spec = add();
    TaskOrder order = new TaskOrder(id, 1, spec.workload(), spec.input(), spec.limits());
    say(new PeerMessage.TaskOrdered(protocol.sign(order, KeySigner.generateKey(random))));
    refused(ErrorCode.BAD_SIGNATURE, "task order 1");
    TaskOrder third = new TaskOrder(id, 3, spec.workload(), spec.input(), spec.limits());
    say(new PeerMessage.TaskOrdered(protocol.sign(third, voucherKey)));
    refused(ErrorCode.WRONG_STATE, "TaskOrdered");
    say(new PeerMessage.CancelTask(5));
    refused(ErrorCode.WRONG_STATE, "CancelTask");
    say(new PeerMessage.TaskStarted(1));
    refused(ErrorCode.WRONG_STATE, "TaskStarted");
    nothingWasClaimed(id);
  }

  @Test
  void payingBeforeItIsOpenIsRefused() {
    say(new PeerMessage.OfferMade(offer(draft.terms())));
    AgreementId id = answer(PeerMessage.Accepted.class).id();
    pay(plain(id, 1, draft.agreement().deposit().plus(Edg.units(1))), voucherKey);
    refused(ErrorCode.BAD_PAYMENT);
    assertThat(ledger.agreement(id, Finality.PENDING).status()).isEqualTo(AgreementStatus.NONE);
  }

  @Test
  void anotherSpeakerInTheSameTalks() {
    AgreementId id = openAgreement();
    PeerSession stranger =
        network
            .transport(poorKey.address())
            .connect(
                new PeerEndpoint(listing.endpoint()), seller.address(), (from, envelope) -> {});
    stranger.send(
        new PeerEnvelope(
            negotiation,
            talks.next(),
            talks.seen(),
            new PeerMessage.CloseNotice("not by the buyer")));
    // The buyer's own message of that number is still the next one.
    pay(plain(id, 1, PRICE.setup()), voucherKey);
    assertThat(answer(PeerMessage.ReceiptSent.class).receipt().message().cumulative())
        .isEqualTo(PRICE.setup());
    nothingWasClaimed(id);
  }
}

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
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerMessage;
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

/** A market in which one more buyer is no node at all: the test speaks for it, to a real seller. */
abstract class HostileBuyer extends Funded {
  final Secret voucherKey = KeySigner.generateKey(random);
  final NegotiationId negotiation = NegotiationId.of(bytes(16));
  Protocol protocol;
  ByHand talks;
  Event.Begin draft;
  Amount before;
  Amount sellerBefore;

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

  /** A stranger's tick may be unpaid: the first answer to an honest offer is no counter-offer. */
  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.option("seller.newcomerUnpaidTicks", "1");
  }

  Event.Begin draft(Listing of, TaskSpec spec) {
    return draft(of, spec, 2);
  }

  Event.Begin draft(Listing of, TaskSpec spec, int tasks) {
    return new OfferDrafts(protocol, BuyerPolicy.DEFAULTS)
        .begin(
            new OfferDrafts.Randomness(
                negotiation, Bytes32.of(bytes(32)), voucherKey, Secret.of(bytes(32))),
            malloryKey.address(),
            Optional.empty(),
            spec,
            Edg.of("0.50"),
            List.of(of),
            tasks,
            new OfferDrafts.Mode(Event.Way.COMPACT, Agreement.Funding.WALLET),
            Instant.now());
  }

  void say(PeerMessage message) {
    talks.say(message);
  }

  <T extends PeerMessage> T answer(Class<T> type) {
    return talks.answer(type);
  }

  void refused(ErrorCode code, Object... parts) {
    talks.refused(code, parts);
  }

  void rejected(Offer offer, ErrorCode code, Object... parts) {
    say(new PeerMessage.OfferMade(offer));
    talks.rejected(code, parts);
    assertThat(balance(malloryKey)).isEqualTo(before);
    assertThat(balance(sellerKey)).isEqualTo(sellerBefore);
    assertThat(seller.seller().agreements()).isEmpty();
  }

  Offer offer(Terms terms, Agreement agreement, Signature signature) {
    return new Offer(
        negotiation,
        1,
        terms,
        new Signed<>(agreement, signature),
        Instant.now().plusSeconds(30),
        terms.maximumLoss(agreement, listing.lease()));
  }

  /** An offer that is as it should be, but for its signature. */
  Offer offer(UnaryOperator<Signature> changed) {
    return offer(
        draft.terms(), draft.agreement(), changed.apply(sign(malloryKey, draft.agreement())));
  }

  Offer offer(Terms terms) {
    return offer(Lies.with(draft.agreement(), draft.agreement().seller(), terms), terms);
  }

  Offer offer(Agreement agreement, Terms terms) {
    return offer(terms, agreement, sign(malloryKey, agreement));
  }

  AgreementId openAgreement() {
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

  void nothingWasClaimed(AgreementId id) {
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(record.deposit()).isEqualTo(draft.agreement().deposit());
    assertThat(record.claimed().isZero()).isTrue();
    assertThat(balance(sellerKey)).isEqualTo(sellerBefore);
    assertThat(balance(malloryKey)).isEqualTo(before.minus(draft.agreement().total()));
  }

  void pay(Voucher voucher, Secret key) {
    say(new PeerMessage.VoucherSent(protocol.sign(voucher, key)));
  }

  static Voucher plain(AgreementId id, long sequence, Amount cumulative) {
    return new Voucher(id, sequence, cumulative, Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO);
  }
}

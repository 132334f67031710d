package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A buyer that pays wrongly, or not at all; the seller names it and keeps what it holds. */
class BadPaymentTest extends HostileBuyer {
  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return super.sellerOptions(node)
        .option("seller.grace", "PT1S")
        .option("seller.resultTimeout", "PT1S")
        .option("seller.settleTimeout", "PT1S");
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

  // ---------------------------------------------------------------- another contract or chain

  @Test
  void vouchersForAnotherContractOrChain() {
    AgreementId id = openAgreement();
    SigningDomain here = ledger.info().domain();
    Voucher voucher = plain(id, 1, PRICE.setup());
    for (SigningDomain elsewhere :
        List.of(
            SigningDomain.edgeBeat(here.chainId() + 1, here.verifyingContract()),
            SigningDomain.edgeBeat(here.chainId(), malloryKey.address()))) {
      Signature signature =
          KeySigner.of(signatures, voucherKey)
              .sign(new SigningRequest.OfMessage(elsewhere, voucher));
      say(new PeerMessage.VoucherSent(new Signed<>(voucher, signature)));
      refused(
          ErrorCode.BAD_SIGNATURE, "voucher 1", "voucher key " + draft.agreement().voucherKey());
    }
    nothingWasClaimed(id);
    pay(voucher, voucherKey);
    assertThat(answer(PeerMessage.ReceiptSent.class).receipt().message().cumulative())
        .isEqualTo(PRICE.setup());
  }

  // ---------------------------------------------------------------- frames of ticks

  private Bytes32[] chain(AgreementId id, int ticks) {
    Bytes32[] links = TickChain.links(id, Bytes32.of(bytes(32)), 10);
    pay(
        new Voucher(id, 1, PRICE.setup(), links[0], PRICE.perTick(), ticks, Bytes32.ZERO),
        voucherKey);
    answer(PeerMessage.ReceiptSent.class);
    return links;
  }

  /** How many ticks the seller says it holds, when it has refused nothing so far. */
  private void holds(int ticks) {
    assertThat(talks.knows().best().map(VoucherClaim::ticks)).contains(ticks);
  }

  /** The seller has closed by itself, with what it holds. */
  private void released(AgreementId id, long ticks) {
    until(
        "the seller's release",
        () -> ledger.agreement(id, Finality.PENDING).status() == AgreementStatus.CLOSED);
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    Amount held = PRICE.setup().plus(PRICE.perTick().times(ticks));
    assertThat(record.paid()).isEqualTo(held);
    assertThat(balance(sellerKey)).isEqualTo(sellerBefore.plus(held));
    assertThat(balance(malloryKey)).isEqualTo(before.minus(held).minus(record.feePaid()));
    assertThat(record.feePaid()).isLessThanOrEqualTo(held);
  }

  @Test
  void framesThatAreStaleOrRepeatedAreIgnored() {
    AgreementId id = openAgreement();
    Bytes32[] links = chain(id, 5);
    say(new PeerMessage.Ticks(1, 1, links[1]));
    holds(1);
    say(new PeerMessage.Ticks(1, 1, links[1]));
    holds(1);
    say(new PeerMessage.Ticks(1, 2, links[2]));
    say(new PeerMessage.Ticks(1, 1, links[1]));
    say(new PeerMessage.Ticks(1, 1, Bytes32.of(bytes(32))));
    say(new PeerMessage.Ticks(1, 2, links[2]));
    holds(2);
    say(new PeerMessage.CloseNotice("enough"));
    assertThat(talks.unrefused(PeerMessage.SettlementProposed.class).settlement().cumulative())
        .isEqualTo(PRICE.setup().plus(PRICE.perTick().times(2)));
    released(id, 2);
  }

  @Test
  void framesThatAreTooLong() {
    AgreementId id = openAgreement();
    Bytes32[] links = chain(id, 2);
    say(new PeerMessage.Ticks(1, 1, links[1]));
    // As if the whole chain and more were shown at once: nothing is hashed for that.
    say(new PeerMessage.Ticks(1, Integer.MAX_VALUE, links[2]));
    refused(ErrorCode.BAD_PAYMENT, "tick " + Integer.MAX_VALUE, "1 held", "window 1", "chain of 2");
    say(new PeerMessage.Ticks(1, 2, links[2]));
    holds(2);
    // In the window, but behind the end of the chain that the voucher anchors.
    say(new PeerMessage.Ticks(1, 3, links[3]));
    refused(ErrorCode.BAD_PAYMENT, "tick 3", "2 held", "chain of 2");
    say(new PeerMessage.CloseNotice("enough"));
    released(id, 2);
  }

  // ---------------------------------------------------------------- not paying, not seeing

  @Test
  void aBuyerThatStopsPaying() {
    TaskSpec loops = start(BadWorkloadTest.LOOPS);
    draft = draft(listing, loops, 1);
    AgreementId id = openAgreement();
    TaskOrder order = new TaskOrder(id, 1, loops.workload(), loops.input(), loops.limits());
    say(new PeerMessage.TaskOrdered(protocol.sign(order, voucherKey)));
    Bytes32[] links = chain(id, 10);
    say(new PeerMessage.Ticks(1, 1, links[1]));
    talks.unrefused(PeerMessage.TaskStarted.class);
    // Tick 2 begins unpaid, as the terms allow; tick 3 does not.
    talks.unrefused(PeerMessage.PauseNotice.class);
    PeerMessage.TaskEnded ended = talks.unrefused(PeerMessage.TaskEnded.class);
    assertThat(ended.begun()).isEqualTo(2);
    assertThat(ended.outcome())
        .isInstanceOfSatisfying(
            TaskOutcome.Stopped.class,
            s -> assertThat(s.reason()).contains("tick 3 was not paid within PT1S"));
    released(id, 1);
  }

  @Test
  void aBuyerThatSaysItHasSeenWhatWasNeverSent() {
    AgreementId id = openAgreement();
    for (long seen : new long[] {1_000, Long.MAX_VALUE}) {
      long number = talks.next();
      long said = talks.seen();
      talks.say(
          new PeerMessage.VoucherSent(protocol.sign(plain(id, 1, PRICE.setup()), voucherKey)),
          seen);
      refused(
          ErrorCode.PEER_MISBEHAVED,
          "message " + number,
          "message " + seen + " was seen",
          said + " were sent");
    }
    nothingWasClaimed(id);
    // As if nothing had been seen: all of it comes again, and counts once.
    talks.say(
        new PeerMessage.VoucherSent(protocol.sign(plain(id, 1, PRICE.setup()), voucherKey)), 0);
    assertThat(answer(PeerMessage.ReceiptSent.class).receipt().message().cumulative())
        .isEqualTo(PRICE.setup());
    nothingWasClaimed(id);
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A node that is opened with an old backup of its files does not contradict what it has signed. */
class RestoredBackupTest {
  private static final ErrorCode OLD = ErrorCode.CONFLICTING_SIGNATURE;

  /** A buyer whose backup is from before its first payment, in the middle of its task. */
  private static Amount goBack(TwoSides world) {
    world.held = a -> a instanceof Action.Provision;
    world.begin();
    int backup = world.backup(world.buyer);
    world.releaseHeld();
    world.seconds(3);
    Amount revealed = world.buys().paid();
    assertThat(world.buys().ticks()).isGreaterThan(2);
    world.restore(world.buyer, backup);
    return revealed;
  }

  @Test
  void aBuyerAdoptsWhatItHasPaidAndSignsNothingMore() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      Amount revealed = goBack(world);
      assertThat(world.buys().paid()).isEqualTo(revealed);
      assertThat(world.buys().restored()).isTrue();
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(OLD);
      world.buyer.sent.clear();
      world.seconds(20);
      assertThat(world.sent(world.buyer, PeerMessage.VoucherSent.class)).isEmpty();
      assertThat(world.sent(world.buyer, PeerMessage.Ticks.class)).isEmpty();
      world.advance(java.time.Duration.ofMinutes(5));
      assertThat(world.sent(world.buyer, PeerMessage.SettlementSigned.class)).isEmpty();
      assertThat(world.record().paid()).as("what the seller got").isEqualTo(revealed);
    }
  }

  /** Whether it has signed before it does not know, and so not what it has signed since. */
  @Test
  void whoSignsTheAgreementAgainAsksWhatItHasSignedSince() {
    TwoSides.Setup setup = new TwoSides.Setup();
    Price dearer = new Price(Edg.units(120), setup.price.tickUnit(), setup.price.setup());
    setup.answer = offer -> new OfferPolicy.Answer.Counter(dearer);
    try (TwoSides world = new TwoSides(setup)) {
      AtomicInteger signatures = new AtomicInteger();
      // The buyer's offer, the seller's counter-offer, the buyer again.
      world.held = a -> a instanceof Action.Sign && signatures.incrementAndGet() == 3;
      world.begin();
      int backup = world.backup(world.buyer);
      assertThat(world.buys().deal()).isEqualTo(DealState.OFFERED);
      world.releaseHeld();
      world.seconds(3);
      Amount revealed = world.buys().paid();
      assertThat(world.buys().ticks()).isGreaterThan(1);
      world.buyer.sent.clear();
      world.restore(world.buyer, backup);
      assertThat(world.buys().deal()).isEqualTo(DealState.SIGNED);
      assertThat(world.buys().restored()).isTrue();
      world.seconds(20);
      assertThat(world.sent(world.buyer, PeerMessage.VoucherSent.class)).isEmpty();
      assertThat(world.sent(world.buyer, PeerMessage.Ticks.class)).isEmpty();
      world.advance(java.time.Duration.ofMinutes(5));
      assertThat(world.record().paid()).as("what the seller got").isEqualTo(revealed);
    }
  }

  @Test
  void theOperatorLetsTheBuyerSettle() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.tasks = 2;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.completes();
      assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
      int backup = world.backup(world.buyer);
      // The seller has the last word of a buyer that has none of it in its files.
      world.command(
          world.buyer,
          world.buying,
          new Event.RunTask(
              io.edgebeat.api.task.TaskId.of(java.util.Arrays.copyOf(new byte[] {1}, 16)),
              world.spec()));
      world.seconds(1);
      Amount revealed = world.buys().paid();
      world.restore(world.buyer, backup);
      assertThat(world.buys().restored()).isTrue();
      assertThat(world.buys().paid()).isEqualTo(revealed);
      world.command(world.buyer, world.buying, new Event.RestoreAccepted());
      assertThat(world.buys().restored()).isFalse();
      assertThatThrownBy(
              () -> world.command(world.buyer, world.buying, new Event.RestoreAccepted()))
          .hasMessageContaining("nothing shows");
      world.advance(java.time.Duration.ofMinutes(10));
      assertThat(world.record().paid()).isEqualTo(revealed);
    }
  }

  @Test
  void aSellerIsGivenBackWhatItHasForgotten() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(1);
      int backup = world.backup(world.seller);
      world.seconds(4);
      Amount revealed = world.buys().paid();
      world.runs.forEach(run -> run.over = true);
      world.restore(world.seller, backup);
      assertThat(world.sells().paid()).isEqualTo(revealed);
      assertThat(world.sells().restored()).isTrue();
      world.give(
          world.seller,
          world.selling,
          new Event.ExecutionEnded(
              1,
              new io.edgebeat.api.task.TaskOutcome.Stopped("the node was restarted"),
              io.edgebeat.api.task.Usage.NONE));
      world.advance(java.time.Duration.ofMinutes(5));
      assertThat(world.record().status()).isEqualTo(AgreementStatus.CLOSED);
      assertThat(world.record().paid()).isEqualTo(revealed);
    }
  }

  @Test
  void aPaymentThatIsStillOnItsWayIsNoSignOfAnOldBackup() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      world.seller.stopsAt = m -> true;
      world.seconds(1);
      assertThat(world.buys().paid()).isGreaterThan(world.sells().paid());
      world.restore(world.seller, world.backup(world.seller));
      assertThat(world.sells().asking()).as("was answered").isFalse();
      assertThat(world.sells().restored()).isFalse();
      world.seller.stopsAt = m -> false;
      world.seconds(3);
      assertThat(world.sells().paid()).isEqualTo(world.buys().paid());
      world.completes();
      world.seconds(20);
      world.settled();
    }
  }

  @Test
  void nothingIsSignedOrReleasedBeforeTheOtherSideHasAnswered() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      int now = world.backup(world.buyer);
      world.held = a -> a instanceof Action.Ask;
      world.buyer.sent.clear();
      world.restore(world.buyer, now);
      world.seconds(3);
      assertThat(world.sent(world.buyer, PeerMessage.Ticks.class)).isEmpty();
      world.releaseHeld();
      assertThat(world.buys().restored()).isFalse();
      assertThat(world.sent(world.buyer, PeerMessage.Ticks.class)).isNotEmpty();
      world.completes();
      world.seconds(20);
      world.settled();
    }
  }

  @Test
  void aSellerThatIsNotAnsweredReleasesWhatItHoldsInTheEnd() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      world.buyer.stopsAt = m -> true;
      world.completes();
      world.seconds(12);
      assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
      world.held = a -> a instanceof Action.Ask;
      world.restore(world.seller, world.backup(world.seller));
      assertThat(world.transactions(world.seller)).doesNotContain("Release");
      Amount held = world.sells().paid();
      world.seconds(40);
      assertThat(world.transactions(world.seller)).contains("Release");
      assertThat(world.record().paid()).isEqualTo(held);
    }
  }

  @Test
  void aBuyerWhoseSellerHasForgottenItTakesItsDepositBack() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = 2;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(1);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.OPENING);
      world.held = a -> a instanceof Action.Ask;
      world.seller.stopsAt = m -> true;
      world.seller.behind = true;
      world.restore(world.buyer, world.backup(world.buyer));
      world.mine(3);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.OPENING);
      world.advance(java.time.Duration.ofMinutes(3));
      world.mine(3);
      world.advance(java.time.Duration.ofMinutes(5));
      assertThat(world.sent(world.buyer, PeerMessage.VoucherSent.class)).isEmpty();
      assertThat(world.transactions(world.buyer)).contains("RequestClose");
    }
  }

  @Test
  void aLieAboutWhatWasPaidIsNotBelieved() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      Amount revealed = world.buys().paid();
      world.held = a -> a instanceof Action.Ask;
      world.restore(world.buyer, world.backup(world.buyer));
      AgreementId id = world.buys().agreementId();
      Amount dear = revealed.plus(revealed);
      Asset other = new Asset("EUR", 2);
      AgreementId elsewhere = new AgreementId(ContentId.sha256(new byte[] {6}));
      List<VoucherClaim> lies =
          List.of(
              claim(world, voucher(id, dear), world.receiptKey, 0),
              claim(world, voucher(elsewhere, dear), world.voucherKey, 0),
              claim(world, voucher(id, Amount.of(other, 1L << 60)), world.voucherKey, 0),
              claim(world, voucher(id, AgreementSide.ZERO), world.voucherKey, 0),
              // A tick of which nobody has the preimage.
              claim(
                  world,
                  new Voucher(
                      id,
                      9,
                      dear,
                      ContentId.sha256(new byte[] {7}),
                      Edg.units(100),
                      5,
                      Bytes32.ZERO),
                  world.voucherKey,
                  3));
      for (VoucherClaim lie : lies) {
        assertThat(world.buys().asking()).isTrue();
        answers(world, Optional.of(lie));
        assertThat(world.buys().restored()).as(lie.toString()).isFalse();
        assertThat(world.buys().paid()).isGreaterThanOrEqualTo(revealed).isLessThan(dear);
        world.give(world.buyer, world.buying, new Event.Reopened());
      }
    }
  }

  private static Voucher voucher(AgreementId id, Amount cumulative) {
    return new Voucher(
        id, 9, cumulative, Bytes32.ZERO, Amount.zero(cumulative.asset()), 0, Bytes32.ZERO);
  }

  private static VoucherClaim claim(TwoSides world, Voucher voucher, Secret key, int ticks) {
    return new VoucherClaim(world.protocol.sign(voucher, key), ticks, Bytes32.ZERO);
  }

  private static void answers(TwoSides world, Optional<VoucherClaim> best) {
    world.give(
        world.buyer,
        world.buying,
        new Event.Received(
            world.sellerKey.address(),
            new PeerEnvelope(
                world.negotiation, 0, world.sells().heard(), new PeerMessage.StateAnswer(best, 0)),
            Optional.empty()));
    world.pump();
  }

  @Test
  void aClaimOnTheLedgerThatIsAboveWhatIsKnownShowsItToo() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.held = a -> a instanceof Action.Provision;
      world.begin();
      int backup = world.backup(world.buyer);
      world.releaseHeld();
      world.seconds(3);
      VoucherClaim best = world.sells().till.best().orElseThrow();
      var claim = new LedgerCommand.Claim(world.buys().agreement(), best);
      world.seller.ledger.broadcast(world.seller.ledger.prepare(claim));
      world.held = a -> a instanceof Action.Ask;
      world.restore(world.buyer, backup);
      assertThat(world.buys().restored()).isTrue();
      assertThat(world.buys().failure().orElseThrow().reason()).contains(best.value().toString());
    }
  }
}

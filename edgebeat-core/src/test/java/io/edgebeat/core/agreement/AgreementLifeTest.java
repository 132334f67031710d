package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One agreement on both sides, from the first offer to the end, decision by decision. */
class AgreementLifeTest {
  private static final TaskOutcome DONE =
      new TaskOutcome.Completed(TwoSides.content("another result"));

  private static TwoSides.Setup setup() {
    return new TwoSides.Setup();
  }

  private static Price units(long tick) {
    return new Price(Edg.units(100), new TickUnit(TickUnit.Kind.CALLS, tick), Edg.units(50));
  }

  // ---------------------------------------------------------------- from offer to settlement

  @Test
  void goesFromOfferToSettlement() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
      world.seconds(5);
      world.completes();
      AgreementRecord record = world.settled();
      assertThat(world.sells().begun()).isEqualTo(6);
      assertThat(record.paid()).isEqualTo(Edg.units(50 + 6 * 100));
      assertThat(world.transactions(world.buyer)).containsExactly("Open");
      assertThat(world.transactions(world.seller)).containsExactly("Settle");
      assertThat(world.buys().invoice()).isEqualTo(world.sells().invoice()).isPresent();
    }
  }

  @Test
  void goesTheLiteralWay() {
    TwoSides.Setup setup = setup();
    setup.way = Event.Way.LITERAL;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.completes();
      AgreementRecord record = world.settled();
      assertThat(record.paid()).isEqualTo(Edg.units(50 + 3 * 100));
      assertThat(world.transactions(world.buyer))
          .containsExactly("RecordOffer", "DepositFee", "FundChannel", "Terminate");
      assertThat(world.transactions(world.seller)).containsExactly("AcceptOffer", "Terminate");
    }
  }

  @Test
  void aCounterOfferIsAccepted() {
    TwoSides.Setup setup = setup();
    Price dearer = new Price(Edg.units(120), TickUnit.seconds(1), Edg.units(60));
    setup.answer =
        offer ->
            offer.round() == 1
                ? new OfferPolicy.Answer.Counter(dearer)
                : new OfferPolicy.Answer.Accept();
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(1);
      world.completes();
      assertThat(world.settled().paid()).isEqualTo(Edg.units(60 + 2 * 120));
    }
  }

  @Test
  void theLedgerMayShowTheOpenBeforeTheBuyersWordIsHeard() {
    TwoSides.Setup setup = setup();
    setup.allowed = 0;
    TwoSides world = new TwoSides(setup);
    try (world) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Accepted;
      world.begin();
      assertThat(world.sells().deal()).isEqualTo(DealState.OFFERED);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.PAYING_SETUP);
      world.seller.stopsAt = m -> false;
      world.seconds(2);
      world.completes();
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 2 * 100));
    }
  }

  @Test
  void aBuyerWithoutHistoryPaysEveryTickBeforeItBegins() {
    TwoSides.Setup setup = setup().bounds(2, 1);
    setup.allowed = 0;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.sells().terms().maxUnpaidTicks()).isZero();
      assertThat(world.buys().terms()).isEqualTo(world.sells().terms());
      world.seconds(2);
      // The buyer falls silent; what is begun is paid.
      world.seller.stopsAt = m -> true;
      world.seconds(2);
      assertThat(world.sells().begun()).isEqualTo(world.sells().ticks());
      world.seller.stopsAt = m -> false;
      world.seconds(1);
      world.completes();
      assertThat(world.settled().paid()).isGreaterThanOrEqualTo(Edg.units(50 + 3 * 100));
    }
  }

  @Test
  void aTaskThatFailsToStartCostsWhatWasPaidAndIsSettled() {
    TwoSides world = new TwoSides(setup());
    world.starts = false;
    try (world) {
      world.begin();
      assertThat(world.settled().paid()).isEqualTo(Edg.units(150));
      assertThat(world.buys().task(world.taskId).orElseThrow().outcome().orElseThrow())
          .isEqualTo(new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, "it does not start"));
    }
  }

  @Test
  void aRefusedImageIsSettled() {
    TwoSides world = new TwoSides(setup());
    world.provisions = false;
    try (world) {
      world.begin();
      world.settled();
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.WORKLOAD_REFUSED);
    }
  }

  // ---------------------------------------------------------------- exposure

  @ParameterizedTest
  @CsvSource({"0,1", "0,2", "0,4", "1,1", "1,2", "1,4", "2,1", "2,2", "2,4"})
  void exposureIsExactAtEveryStep(int unpaid, int window) {
    try (TwoSides world = new TwoSides(setup().bounds(unpaid, window)).begin()) {
      world.seconds(4);
      // The buyer falls silent: the seller begins what may begin unpaid, and no more.
      world.seller.stopsAt = m -> true;
      world.seconds(2);
      assertThat(world.sells().begun() - world.sells().ticks()).isLessThanOrEqualTo(unpaid);
      world.seller.stopsAt = m -> false;
      world.pump();
      // The seller falls silent: the buyer reveals what may be revealed, and no more.
      world.buyer.stopsAt = m -> true;
      world.seconds(6);
      world.buyer.stopsAt = m -> false;
      world.pump();
      world.seconds(2);
      if (!world.run().over) {
        world.completes();
      }
      world.advance(Duration.ofMinutes(2));
      world.settled();
      assertThat(world.exposure.mostUnpaid).isEqualTo(unpaid);
      assertThat(world.exposure.mostUndelivered).isEqualTo(window);
    }
  }

  @Test
  void isHeldWhileUnpaidAndGoesOnWhenPaid() {
    try (TwoSides world = new TwoSides(setup().bounds(0, 1)).begin()) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      world.seconds(1);
      assertThat(world.sells().work()).isEqualTo(SellerWork.PAUSED);
      assertThat(world.sells().plan().orElseThrow().held()).isTrue();
      world.seconds(3);
      assertThat(world.sells().begun()).isEqualTo(1);
      world.seller.stopsAt = m -> false;
      world.pump();
      assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
      assertThat(world.sells().plan().orElseThrow().held()).isFalse();
      assertThat(world.sells().begun()).isEqualTo(2);
      world.advance(Duration.ofMillis(500));
      world.completes();
      // The three seconds it was held are not paid.
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 2 * 100));
    }
  }

  /** Else a node that dies after a pause would leave its execution running unpaid. */
  @Test
  void aPauseThatIsOverLeavesNoLeaseBeyondWhatIsPaid() {
    try (TwoSides world = new TwoSides(setup().bounds(0, 1)).begin()) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      world.seconds(1);
      assertThat(world.sells().work()).isEqualTo(SellerWork.PAUSED);
      world.advance(Duration.ofMillis(200));
      world.seller.stopsAt = m -> false;
      world.pump();
      assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
      assertThat(world.sells().plan().orElseThrow().leaseUntil())
          .isEqualTo(world.now.plusSeconds(1).plus(SellerPolicy.DEFAULTS.leaseSlack()));
    }
  }

  @Test
  void isStoppedWhenThePaymentDoesNotComeInTime() {
    try (TwoSides world = new TwoSides(setup().bounds(0, 1)).begin()) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      world.seconds(1);
      world.advance(SellerPolicy.DEFAULTS.grace());
      assertThat(world.sells().work()).isIn(SellerWork.STOPPING, SellerWork.TERMINATING);
      assertThat(world.run().over).isTrue();
      assertThat(world.sells().stopReason).contains("tick ", " was not paid within ");
      world.seller.stopsAt = m -> false;
      world.pump();
      world.advance(Duration.ofMinutes(3));
      world.settled();
    }
  }

  @Test
  void unitsAreGrantedOnlyWhenTheyArePaid() {
    TwoSides.Setup setup = setup().bounds(0, 1);
    setup.price = units(1);
    setup.budget = Edg.of("0.01").plus(Edg.units(50 + 20 * 100));
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      ask(world, 1);
      assertThat(world.sells().plan().orElseThrow().granted()).isEqualTo(1);
      ask(world, 1);
      assertThat(world.sells().plan().orElseThrow().granted()).isEqualTo(1);
      assertThat(world.sells().work()).isEqualTo(SellerWork.PAUSED);
      world.seller.stopsAt = m -> false;
      world.pump();
      assertThat(world.sells().plan().orElseThrow().granted()).isEqualTo(2);
      ask(world, 5);
      assertThat(world.sells().plan().orElseThrow().granted()).isEqualTo(7);
      assertThat(world.sells().begun()).isEqualTo(7);
      world.completes();
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 7 * 100));
    }
  }

  @Test
  void unitsUsedWithinTheGrantAreBilledThoughTheEndIsToldFirst() {
    TwoSides.Setup setup = setup().bounds(0, 4);
    setup.price = units(1);
    setup.budget = Edg.of("0.01").plus(Edg.units(50 + 20 * 100));
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.sells().plan().orElseThrow().granted()).isEqualTo(4);
      assertThat(world.sells().begun()).isEqualTo(1);
      world.ends(new TaskOutcome.Completed(TwoSides.content("result")), 3);
      assertThat(world.sells().begun()).isEqualTo(3);
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 4 * 100));
    }
  }

  private static void ask(TwoSides world, long units) {
    world.command(world.seller, world.selling, new Event.UnitsAsked(1, "calls", units));
  }

  // ---------------------------------------------------------------- vouchers

  @Test
  void rollsOverToTheNextVoucherAndAcknowledgesAcrossIt() {
    TwoSides.Setup setup = setup().bounds(1, 4);
    setup.price = new Price(Edg.units(1), new TickUnit(TickUnit.Kind.CALLS, 1), Edg.units(50));
    try (TwoSides world = new TwoSides(setup).begin()) {
      for (int i = 0; i < 30; i++) {
        ask(world, 75);
      }
      assertThat(world.sent(world.buyer, PeerMessage.VoucherSent.class)).hasSize(3);
      assertThat(world.buys().acknowledged()).isGreaterThanOrEqualTo(30 * 75 - 1);
      world.completes();
      // What was revealed ahead of its delivery is paid: at most the window.
      assertThat(world.settled().paid())
          .isBetween(Edg.units(50 + 30 * 75), Edg.units(50 + 30 * 75 + 4));
      assertThat(world.buys().acknowledged()).isEqualTo(30 * 75);
      assertThat(world.sent(world.buyer, PeerMessage.VoucherSent.class))
          .extracting(m -> m.voucher().message().cumulative())
          .containsExactly(Edg.units(50), Edg.units(50 + 1024), Edg.units(50 + 2048));
    }
  }

  @Test
  void endsWhenTheDepositIsUsedUp() {
    TwoSides.Setup setup = setup();
    setup.deposit = Edg.units(50 + 3 * 100 + 20);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(20);
      world.advance(Duration.ofMinutes(2));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 3 * 100));
      assertThat(world.sells().begun()).isEqualTo(4);
    }
  }

  @Test
  void wrongTicksAreRefusedAndTheThirdTimeEndsTheWork() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      Amount before = world.sells().paid();
      for (int i = 1; i <= 3; i++) {
        assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
        List<Fact> facts =
            world.forge(
                world.seller,
                new PeerMessage.Ticks(
                    1, (int) world.sells().ticks() + 1, ContentId.sha256(new byte[] {1})));
        assertThat(facts).anyMatch(Fact.Noted.class::isInstance);
        assertThat(refused(facts).code()).isEqualTo(ErrorCode.BAD_PAYMENT);
      }
      assertThat(world.run().over).isTrue();
      assertThat(world.sells().paid()).isGreaterThanOrEqualTo(before);
      world.advance(Duration.ofMinutes(2));
      world.settled();
    }
  }

  @Test
  void staleTicksAreIgnored() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(3);
      PeerMessage.Ticks old = world.sent(world.buyer, PeerMessage.Ticks.class).getFirst();
      long held = world.sells().ticks();
      assertThat(world.forge(world.seller, old)).allMatch(f -> !(f instanceof Fact.Said));
      assertThat(world.sells().ticks()).isEqualTo(held);
      world.completes();
      world.advance(Duration.ofMinutes(2));
      world.settled();
    }
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

  @Test
  void vouchersThatAreNotTheNextOneAreRefused() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(1);
      AgreementId id = world.buys().agreementId();
      Amount paid = world.sells().paid();
      Amount zero = Edg.units(0);
      String before = money(world);
      refused(world, new Voucher(id, 1, paid, Bytes32.ZERO, zero, 0, Bytes32.ZERO), "sequence");
      refused(world, new Voucher(id, 3, paid, Bytes32.ZERO, zero, 0, Bytes32.ZERO), "sequence");
      refused(
          world,
          new Voucher(id, 2, paid.minus(Edg.units(1)), Bytes32.ZERO, zero, 0, Bytes32.ZERO),
          "goes back");
      assertThat(money(world)).isEqualTo(before);
    }
    try (TwoSides world = new TwoSides(setup()).begin()) {
      AgreementId id = world.buys().agreementId();
      Amount paid = world.sells().paid();
      Amount all = world.begin.agreement().deposit();
      Bytes32 anchor = ContentId.sha256(new byte[] {3});
      refused(
          world,
          new Voucher(id, 2, all.plus(Edg.units(1)), Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO),
          "the channel holds only");
      refused(
          world,
          new Voucher(
              new AgreementId(anchor), 2, paid, Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO),
          "agreement");
    }
    try (TwoSides world = new TwoSides(setup()).begin()) {
      AgreementId id = world.buys().agreementId();
      Amount paid = world.sells().paid();
      Bytes32 anchor = ContentId.sha256(new byte[] {3});
      refused(
          world, new Voucher(id, 2, paid, anchor, Edg.units(99), 3, Bytes32.ZERO), "a tick costs");
      refused(
          world,
          new Voucher(id, 2, paid.plus(Edg.units(1)), Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO),
          "nothing that was agreed");
      assertThat(world.sells().paid()).isEqualTo(paid);
      world.completes();
      world.advance(Duration.ofMinutes(2));
      world.settled();
    }
  }

  private static String money(TwoSides world) {
    return StateDump.value(world.sells().till);
  }

  private static void refused(TwoSides world, Voucher voucher, String why) {
    List<Fact> facts =
        world.forge(
            world.seller,
            new PeerMessage.VoucherSent(world.protocol.sign(voucher, world.voucherKey)));
    assertThat(refused(facts).reason()).contains(why);
    assertThat(refused(facts).code()).isEqualTo(ErrorCode.BAD_PAYMENT);
  }

  // ---------------------------------------------------------------- the end

  @Test
  void whenTheBuyerAsksToCloseTheSellerStopsAndClaims() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(3);
      requestClose(world);
      assertThat(world.run().over).isTrue();
      assertThat(world.transactions(world.seller)).contains("Claim");
      assertThat(world.record().claimed()).isEqualTo(world.sells().paid());
      world.advance(Duration.ofMinutes(3));
      world.advance(Duration.ofHours(25));
      world.settled();
    }
  }

  private static void requestClose(TwoSides world) {
    var tx =
        world.buyer.ledger.prepare(
            new io.edgebeat.api.ledger.LedgerCommand.RequestClose(world.buys().agreement()));
    world.buyer.ledger.broadcast(tx);
    world.pump();
  }

  @Test
  void aSettlementOfAnotherAmountIsRefusedAndTheBuyerAsksToClose() {
    for (long wrong : new long[] {100, -50, 1}) {
      try (TwoSides world = new TwoSides(setup()).begin()) {
        PeerMessage.SettlementProposed honest = proposal(world);
        Amount amount =
            wrong < 0
                ? honest.settlement().cumulative().minus(Edg.units(-wrong))
                : honest.settlement().cumulative().plus(Edg.units(wrong));
        world.forge(
            world.buyer,
            new PeerMessage.SettlementProposed(
                new Settlement(
                    honest.settlement().agreementId(), amount, honest.settlement().invoiceHash()),
                honest.invoice()));
        refusesAndCloses(world);
      }
    }
  }

  @Test
  void aSettlementWithAnotherInvoiceIsRefusedAndTheBuyerAsksToClose() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      PeerMessage.SettlementProposed honest = proposal(world);
      Invoice i = honest.invoice();
      Invoice other =
          new Invoice(
              i.agreementId(),
              i.buyer(),
              i.seller(),
              i.deposit(),
              i.topUps(),
              i.feeEscrowed(),
              i.setup(),
              i.tickAmount(),
              i.ticks() + 1,
              i.paid(),
              i.fee(),
              i.refunded(),
              i.lines());
      world.forge(world.buyer, new PeerMessage.SettlementProposed(honest.settlement(), other));
      refusesAndCloses(world);
    }
  }

  /** The proposal of an honest seller, kept from the buyer. */
  private static PeerMessage.SettlementProposed proposal(TwoSides world) {
    world.seconds(2);
    world.buyer.stopsAt = m -> m instanceof PeerMessage.SettlementProposed;
    world.completes();
    return world.sent(world.seller, PeerMessage.SettlementProposed.class).getLast();
  }

  private static void refusesAndCloses(TwoSides world) {
    assertThat(world.sent(world.buyer, PeerMessage.SettlementSigned.class)).isEmpty();
    assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.BAD_PAYMENT);
    assertThat(world.transactions(world.buyer)).contains("RequestClose");
    world.advance(Duration.ofMinutes(3));
    world.settled();
  }

  @Test
  void aSellerWithoutAnAnswerReleasesWithItsBestVoucher() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
      world.completes();
      assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
      world.advance(SellerPolicy.DEFAULTS.settleTimeout());
      assertThat(world.transactions(world.seller)).contains("Release");
      assertThat(world.settled().paid()).isEqualTo(world.sells().paid());
    }
  }

  @Test
  void aBuyerWithoutAnAnswerAsksToCloseAndFinalizesAtTheDeadline() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      world.held = a -> a instanceof Action.Prepare;
      world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
      world.completes();
      world.advance(SellerPolicy.DEFAULTS.settleTimeout());
      world.heldActions.clear();
      // The seller's node is dead from here on.
      world.held = a -> false;
      world.seller.stopsAt = m -> true;
      world.advance(BuyerPolicy.DEFAULTS.settleTimeout());
      assertThat(world.transactions(world.buyer)).contains("RequestClose");
      assertThat(world.record().status()).isIn(AgreementStatus.CLOSING, AgreementStatus.CLOSED);
      world.advance(Duration.ofHours(25));
      assertThat(world.record().status()).isEqualTo(AgreementStatus.CLOSED);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.DONE);
      assertThat(world.transactions(world.buyer)).contains("Finalize");
    }
  }

  @Test
  void theBuyerIsDoneWhenTheSellerClosesWhileTheResultIsFetched() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      world.held = a -> a instanceof Action.Fetch;
      world.completes();
      world.seller.ledger.broadcast(
          world.seller.ledger.prepare(
              new io.edgebeat.api.ledger.LedgerCommand.Release(
                  world.sells().agreement(), world.sells().till.best())));
      world.pump();
      assertThat(world.buys().work()).isEqualTo(BuyerWork.ENDING);
      world.releaseHeld();
      world.settled();
    }
  }

  @Test
  void bothAreDoneWhenTheSellerClosesWhileItStreams() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      world.buyer.stopsAt = m -> true;
      world.seller.ledger.broadcast(
          world.seller.ledger.prepare(
              new io.edgebeat.api.ledger.LedgerCommand.Release(
                  world.sells().agreement(), world.sells().till.best())));
      world.pump();
      world.advance(Duration.ofMinutes(2));
      world.settled();
    }
  }

  @Test
  void aSellerNeverSettlesBelowWhatItHolds() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      // The last tick is late: the seller proposes without it, then it comes.
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      world.seconds(1);
      world.completes();
      world.advance(SellerPolicy.DEFAULTS.resultTimeout());
      assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
      world.seller.stopsAt = m -> false;
      world.pump();
      world.advance(Duration.ofMinutes(1));
      assertThat(world.settled().paid()).isEqualTo(world.sells().paid());
    }
  }

  // ---------------------------------------------------------------- deals that come to nothing

  @Test
  void anOfferLapsesWithoutAnAnswer() {
    TwoSides world = new TwoSides(setup());
    try (world) {
      world.seller.stopsAt = m -> true;
      world.begin();
      assertThat(world.buys().deal()).isEqualTo(DealState.OFFERED);
      world.advance(BuyerPolicy.DEFAULTS.offerTtl());
      assertThat(world.buys().deal()).isEqualTo(DealState.LAPSED);
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.NO_ANSWER);
      world.seller.stopsAt = m -> false;
      world.pump();
      assertThat(world.sells().deal()).isIn(DealState.REJECTED, DealState.LAPSED);
    }
  }

  @Test
  void aSignedAgreementLapsesWhenItIsNotOpenedInTime() {
    TwoSides world = new TwoSides(setup());
    try (world) {
      world.held = a -> a instanceof Action.Prepare;
      world.begin();
      assertThat(world.buys().deal()).isEqualTo(DealState.SIGNED);
      world.advance(BuyerPolicy.DEFAULTS.openBy().plusSeconds(3));
      assertThat(world.buys().deal()).isEqualTo(DealState.LAPSED);
      assertThat(world.sells().deal()).isEqualTo(DealState.LAPSED);
      // It cannot be opened any more either.
      world.releaseHeld();
      assertThat(world.record().status()).isEqualTo(AgreementStatus.NONE);
    }
  }

  @Test
  void aSellerWithoutRoomRejects() {
    TwoSides.Setup setup = setup();
    setup.capacity = ResourceSpec.NONE;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.sells().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.buys().deal()).isEqualTo(DealState.REJECTED);
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.BUSY);
    }
  }

  /** Whatever is on its way when a deal ends may come late, and does no harm then. */
  @Test
  void answersThatComeAfterTheDealHasEndedDoNoHarm() {
    for (Class<?> late : List.of(Action.Sign.class, Action.Examine.class, Action.ReadFunds.class)) {
      try (TwoSides world = new TwoSides(setup())) {
        world.held = late::isInstance;
        world.begin();
        world.command(world.buyer, world.buying, new Event.CancelTask(world.taskId));
        world.releaseHeld();
        assertThat(world.buys().deal().terminal()).as(late.getSimpleName()).isTrue();
      }
    }
  }

  /** A buyer that goes while the seller signs must not be able to harm the seller. */
  @Test
  void aBuyerMayGoAtAnyMoment() {
    for (Class<?> late : List.of(Action.Sign.class, Action.Examine.class, Action.Tell.class)) {
      try (TwoSides world = new TwoSides(setup())) {
        world.held =
            a ->
                late.isInstance(a)
                    && world.seller.actions.contains(a)
                    && world.sells().deal() == DealState.OFFERED;
        world.begin();
        assertThat(world.sells().deal()).isEqualTo(DealState.OFFERED);
        world.forge(world.seller, new PeerMessage.Rejected(ErrorCode.CLOSED, "never mind"));
        world.releaseHeld();
        assertThat(world.sells().deal()).as(late.getSimpleName()).isEqualTo(DealState.REJECTED);
        assertThat(world.sent(world.seller, PeerMessage.Accepted.class)).isEmpty();
      }
    }
  }

  // ---------------------------------------------------------------- reorganisations

  @Test
  void anOpenThatIsRetractedIsSeenAgain() {
    TwoSides.Setup setup = setup();
    setup.depth = 3;
    setup.reorgCap = Edg.of("1");
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.sells().work()).isEqualTo(SellerWork.IN_CONTRACT);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.OPENING);
      world.chain.reorg(1, false);
      world.pump();
      assertThat(world.sells().work()).isEqualTo(SellerWork.WAITING);
      world.seconds(1);
      world.mine(4);
      world.seconds(5);
      assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
      world.completes();
      world.mine(4);
      world.advance(Duration.ofMinutes(1));
      world.mine(4);
      world.settled();
    }
  }

  // ---------------------------------------------------------------- several tasks, result amount

  @Test
  void carriesSeveralTasksOneAfterTheOther() {
    for (int unpaid : new int[] {0, 1}) {
      TwoSides.Setup setup = setup().bounds(unpaid, 1);
      setup.tasks = 3;
      try (TwoSides world = new TwoSides(setup).begin()) {
        for (int no = 1; no <= 3; no++) {
          if (no > 1) {
            assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
            world.command(
                world.buyer, world.buying, new Event.RunTask(TaskId.of(id(no)), world.spec()));
          }
          assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
          world.seconds(2);
          world.completes();
        }
        AgreementRecord record = world.settled();
        assertThat(record.paid()).isEqualTo(Edg.units(50 + 9 * 100));
        assertThat(world.buys().invoice().orElseThrow().lines()).hasSize(3);
      }
    }
  }

  @Test
  void whoHasNothingMoreToDoSaysSoAndSettles() {
    TwoSides.Setup setup = setup();
    setup.tasks = 2;
    try (TwoSides world = new TwoSides(setup).begin()) {
      // Set-up, and of each task a minute begun late and a tick ahead; not all of the budget.
      assertThat(world.buys().agreement().deposit()).isEqualTo(Edg.units(50 + 2 * 62 * 100));
      world.seconds(1);
      world.completes();
      assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
      assertThat(world.buys().taskState(world.taskId)).isEqualTo(TaskState.DONE);
      world.command(world.buyer, world.buying, new Event.Terminate("that was all"));
      assertThat(world.sent(world.buyer, PeerMessage.CloseNotice.class)).hasSize(1);
      world.settled();
    }
  }

  private static byte[] id(int no) {
    byte[] id = new byte[16];
    id[0] = (byte) no;
    return id;
  }

  @Test
  void theResultAmountIsRevealedOnlyForAFittingResult() {
    TwoSides.Setup setup = setup();
    setup.resultAmount = Edg.units(777);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.held = a -> a instanceof Action.Fetch;
      world.completes();
      assertThat(world.sells().paid()).isEqualTo(Edg.units(50 + 3 * 100));
      world.releaseHeld();
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 3 * 100 + 777));
    }
    TwoSides world = new TwoSides(setup);
    try (world) {
      world.fetchFits = false;
      world.begin();
      world.seconds(2);
      world.completes();
      world.advance(Duration.ofMinutes(1));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 3 * 100));
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
    }
  }

  @Test
  void theResultAmountStaysInTheChannelUntilTheEnd() {
    TwoSides.Setup setup = setup();
    setup.resultAmount = Edg.units(777);
    setup.deposit = Edg.units(50 + 2 * 100 + 777);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(20);
      world.advance(Duration.ofMinutes(2));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 2 * 100));
    }
  }

  @Test
  void everyTaskHasItsResultAmount() {
    TwoSides.Setup setup = setup();
    setup.resultAmount = Edg.units(777);
    setup.tasks = 2;
    setup.deposit = Edg.units(10_000);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(1);
      world.completes();
      world.command(world.buyer, world.buying, new Event.RunTask(TaskId.of(id(2)), world.spec()));
      world.seconds(1);
      world.completes();
      world.advance(Duration.ofMinutes(2));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 4 * 100 + 2 * 777));
    }
  }

  @Test
  void whatHasEndedIsNotExchangedWhileItIsChecked() {
    TwoSides.Setup setup = setup();
    setup.resultAmount = Edg.units(777);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.held = a -> a instanceof Action.Fetch;
      world.completes();
      List<Fact> facts =
          world.forge(world.buyer, new PeerMessage.TaskEnded(1, DONE, 3, Usage.NONE));
      assertThat(refused(facts).code()).isEqualTo(ErrorCode.WRONG_STATE);
      world.releaseHeld();
      world.settled();
      assertThat(world.buys().task(world.taskId).orElseThrow().outcome().orElseThrow())
          .isEqualTo(new TaskOutcome.Completed(TwoSides.content("result")));
    }
  }

  @Test
  void aCancelledTaskIsPaidForWhatItUsed() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      world.seconds(2);
      world.command(world.buyer, world.buying, new Event.CancelTask(world.taskId));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 3 * 100));
    }
  }

  @Test
  void aTaskThatIsCancelledBeforeItsAgreementIsOpenIsNeverOrdered() {
    try (TwoSides world = new TwoSides(setup())) {
      world.held = a -> a instanceof Action.Prepare;
      world.begin();
      assertThat(world.buys().deal()).isEqualTo(DealState.SIGNED);
      world.command(world.buyer, world.buying, new Event.CancelTask(world.taskId));
      world.releaseHeld();
      world.advance(BuyerPolicy.DEFAULTS.settleTimeout());
      world.advance(Duration.ofHours(25));
      assertThat(world.settled().paid()).isEqualTo(Edg.units(0));
      assertThat(world.sent(world.buyer, PeerMessage.TaskOrdered.class)).isEmpty();
      assertThat(world.buys().failure().orElseThrow().reason()).isEqualTo("cancelled");
    }
  }

  @Test
  void commandsInTheWrongStateAreRefused() {
    try (TwoSides world = new TwoSides(setup()).begin()) {
      // Opening twice is opening once.
      world.command(world.buyer, world.buying, new Event.OpenWanted());
      assertThat(world.transactions(world.buyer)).containsExactly("Open");
      assertThatThrownBy(
              () ->
                  world.command(
                      world.buyer, world.buying, new Event.RunTask(TaskId.of(id(2)), world.spec())))
          .hasMessageContaining("STREAMING");
      assertThatThrownBy(() -> world.command(world.buyer, world.buying, world.begin))
          .hasMessageContaining("begun before");
      world.completes();
      world.settled();
    }
  }
}

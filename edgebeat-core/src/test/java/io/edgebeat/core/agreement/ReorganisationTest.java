package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.wallet.CapacityState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ledger takes back what it has said. Both sides trust it too early where a state is otherwise
 * not to be had: what is FINAL is not taken back.
 */
class ReorganisationTest {
  private static final int DEPTH = 3;

  /** Both go on at depth 0, on a ledger that takes back up to three blocks. */
  private static TwoSides.Setup hasty() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = DEPTH;
    setup.believed = 0;
    return setup;
  }

  private static TwoSides.Setup patient() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = DEPTH;
    return setup;
  }

  /** Everything since the beginning is gone, and forgotten by the ledger. */
  private static void retractTheOpen(TwoSides world) {
    world.chain.reorg((int) world.chain.head().number(), false);
    world.pump();
    assertThat(world.buys().money.status()).isEqualTo(AgreementStatus.NONE);
    assertThat(world.sells().money.status()).isEqualTo(AgreementStatus.NONE);
  }

  private static ResourceSpec taken(TwoSides world) {
    return ((CapacityState) world.seller.cell(PartitionKey.CAPACITY).live).taken();
  }

  private static void goTo(TwoSides world, BuyerWork state) {
    switch (state) {
      case PAYING_SETUP -> world.held = a -> a instanceof Action.Provision;
      case ENDING -> world.held = a -> a instanceof Action.Fetch;
      case SETTLING -> world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
      default -> {}
    }
    world.begin();
    world.seconds(2);
    if (state == BuyerWork.ENDING || state == BuyerWork.SETTLING) {
      world.completes();
    }
    assertThat(world.buys().work()).isEqualTo(state);
    // No further task can follow this one.
    assertThat(world.buys().taskState(world.taskId)).isEqualTo(TaskState.valueOf(state.name()));
    assertThat(world.record().status()).isEqualTo(AgreementStatus.OPEN);
  }

  // ---------------------------------------------------------------- the open

  @ParameterizedTest
  @EnumSource(
      value = BuyerWork.class,
      names = {"PAYING_SETUP", "STREAMING", "ENDING", "SETTLING"})
  void anOpenThatIsGoneIsSentAgainAndTheAgreementEndsSettled(BuyerWork state) {
    try (TwoSides world = new TwoSides(hasty())) {
      goTo(world, state);
      Amount revealed = world.buys().paid();
      retractTheOpen(world);
      assertThat(world.buys().paid()).as("paid while nothing is open").isEqualTo(revealed);
      assertThat(world.runs).as("what runs unpaid").allMatch(run -> run.over);
      world.seconds(6);
      assertThat(world.record().status()).isNotEqualTo(AgreementStatus.NONE);
      world.seller.stopsAt = m -> false;
      world.releaseHeld();
      world.seconds(20);
      if (!world.runs.isEmpty() && !world.run().over) {
        world.completes();
      }
      world.seconds(20);
      AgreementRecord record = world.settled();
      assertThat(record.paid()).isGreaterThanOrEqualTo(revealed);
      assertThat(world.buys().invoice()).isEqualTo(world.sells().invoice());
      assertThat(world.buys().task(world.taskId).orElseThrow().outcome()).isPresent();
      assertThat(taken(world)).isEqualTo(ResourceSpec.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasOrderedUnderAnOpenThatIsGoneForGoodStartsNothing(boolean imageComes) {
    TwoSides.Setup setup = hasty();
    setup.believed = 1;
    try (TwoSides world = new TwoSides(setup)) {
      world.held = a -> a instanceof Action.Broadcast;
      world.begin();
      world.advance(Duration.between(world.now, world.buys().agreement().openBy()).minusSeconds(1));
      world.seller.behind = true;
      world.releaseHeld();
      world.held = a -> a instanceof Action.Provision;
      world.seconds(3);
      world.seller.behind = false;
      world.mine(1);
      assertThat(world.sells().work()).isEqualTo(SellerWork.IN_CONTRACT);
      assertThat(world.heldActions).as("what is being provisioned").hasSize(1);
      retractTheOpen(world);
      assertThat(world.sells().deal()).isEqualTo(DealState.LAPSED);
      world.provisions = imageComes;
      world.releaseHeld();
      world.seconds(20);
      assertThat(world.runs).isEmpty();
      assertThat(world.sells().deal()).isEqualTo(DealState.LAPSED);
      assertThat(taken(world)).isEqualTo(ResourceSpec.NONE);
    }
  }

  @Test
  void anIdleAgreementThatIsOpenedAgainTakesTheNextTask() {
    TwoSides.Setup setup = hasty();
    setup.tasks = 2;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.completes();
      assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
      retractTheOpen(world);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.OPENING);
      world.seconds(6);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
      assertThat(world.runs).as("the first task does not run twice").hasSize(1);
      world.command(
          world.buyer,
          world.buying,
          new Event.RunTask(TaskId.of(Arrays.copyOf(new byte[] {1}, 16)), world.spec()));
      world.seconds(2);
      world.completes();
      world.seconds(20);
      world.settled();
      assertThat(world.buys().invoice().orElseThrow().lines()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BuyerWork.class,
      names = {"PAYING_SETUP", "STREAMING", "ENDING", "SETTLING"})
  void anOpenThatNeverComesBackLapsesAndFreesTheCapacity(BuyerWork state) {
    try (TwoSides world = new TwoSides(hasty())) {
      goTo(world, state);
      world.held = a -> a instanceof Action.Broadcast || a instanceof Action.Provision;
      retractTheOpen(world);
      for (int minute = 0; minute < 12; minute++) {
        world.advance(Duration.ofMinutes(1));
        world.mine(1);
      }
      assertThat(world.sells().deal()).isEqualTo(DealState.LAPSED);
      assertThat(world.buys().deal()).isEqualTo(DealState.LAPSED);
      assertThat(world.buys().finished() && world.sells().finished()).isTrue();
      assertThat(taken(world)).isEqualTo(ResourceSpec.NONE);
      assertThat(world.buys().task(world.taskId).orElseThrow().outcome().orElseThrow())
          .isInstanceOfAny(
              TaskOutcome.Failed.class, TaskOutcome.Stopped.class, TaskOutcome.Completed.class);
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.EXPIRED);
      assertThat(world.chain.audit().held().isZero()).isTrue();
    }
  }

  @Test
  void aSellerThatSettlesFreesItsCapacityAsSoonAsTheOpenIsGone() {
    try (TwoSides world = new TwoSides(hasty())) {
      goTo(world, BuyerWork.SETTLING);
      assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
      assertThat(taken(world)).isNotEqualTo(ResourceSpec.NONE);
      world.held = a -> a instanceof Action.Broadcast;
      retractTheOpen(world);
      assertThat(taken(world)).isEqualTo(ResourceSpec.NONE);
    }
  }

  @Test
  void theFeeComesBackWhenTheChannelIsTakenBackAndItIsTooLateToFundItAgain() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = DEPTH;
    setup.believed = 1;
    setup.way = Event.Way.LITERAL;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.record().status()).isEqualTo(AgreementStatus.OPEN);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.OPENING);
      // The timer that sees to the fee fires now, while the channel is there.
      world.advance(Duration.ofMinutes(11));
      world.mine(1);
      world.seconds(2);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
      world.chain.reorg(2, false);
      world.pump();
      assertThat(world.record().status()).isEqualTo(AgreementStatus.FEE_HELD);
      for (int i = 0; i < 40; i++) {
        world.seconds(1);
        world.mine(1);
      }
      assertThat(world.record().status()).isEqualTo(AgreementStatus.LAPSED);
      assertThat(world.buys().finished() && world.sells().finished()).isTrue();
      assertThat(world.chain.audit().held().isZero()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void singleStepsThatAreGoneAreTakenAgainInTheirOrder(int depth) {
    TwoSides.Setup setup = patient();
    setup.way = Event.Way.LITERAL;
    try (TwoSides world = new TwoSides(setup).begin()) {
      assertThat(world.record().status()).isEqualTo(AgreementStatus.OPEN);
      world.chain.reorg(depth, false);
      world.pump();
      assertThat(world.record().status()).isNotEqualTo(AgreementStatus.OPEN);
      // The buyer sends first: its steps come before what they stand on.
      world.held = a -> a instanceof Action.Broadcast;
      world.seconds(12);
      world.releaseHeld();
      for (int i = 0; i < 20; i++) {
        world.seconds(1);
        world.mine(1);
      }
      assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
      world.completes();
      for (int i = 0; i < 10; i++) {
        world.seconds(1);
        world.mine(1);
      }
      world.settled();
    }
  }

  @Test
  void anOpenThatTheSellerHasSentFirstIsAsGoodAsOnesOwn() {
    try (TwoSides world = new TwoSides(patient())) {
      world.held = a -> a instanceof Action.Broadcast;
      world.begin();
      assertThat(world.buys().deal()).isEqualTo(DealState.SIGNED);
      world.seller.ledger.broadcast(
          world.seller.ledger.prepare(
              new LedgerCommand.Open(
                  world.buys().agreement(),
                  Optional.ofNullable(world.buys().own),
                  Optional.ofNullable(world.buys().theirs))));
      world.releaseHeld();
      world.mine(4);
      world.seconds(2);
      assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
      world.completes();
      world.mine(4);
      world.settled();
    }
  }

  @Test
  void whatIsFinalIsNotGoneBecauseTheLedgerDoesNotShowIt() {
    try (TwoSides world = new TwoSides(patient()).begin()) {
      List<LedgerEntry> shown =
          world.buyer.ledger.awaitEvents(LedgerCursor.START, 100, Duration.ZERO).entries().stream()
              .filter(e -> e.event() instanceof LedgerEvent.Opened)
              .toList();
      assertThat(shown).hasSize(1);
      for (AgreementSide side : List.of(world.buys(), world.sells())) {
        assertThat(side.vanished(shown, List.of())).isEmpty();
        assertThat(side.vanished(List.of(), List.of()))
            .as("not FINAL yet")
            .singleElement()
            .matches(e -> e.retracted() && e.event().equals(shown.getFirst().event()));
      }
      world.mine(4);
      for (AgreementSide side : List.of(world.buys(), world.sells())) {
        assertThat(side.vanished(List.of(), List.of())).isEmpty();
        assertThat(side.vanished(List.of(), shown))
            .as("the ledger says itself that it has taken it back")
            .singleElement()
            .matches(LedgerEntry::retracted);
      }
      world.completes();
      world.mine(4);
      world.settled();
    }
  }

  // ---------------------------------------------------------------- the close

  @Test
  void aCloseThatIsGoneIsNotForgottenByEitherSide() {
    try (TwoSides world = new TwoSides(patient()).begin()) {
      world.mine(4);
      world.seconds(2);
      world.completes();
      assertThat(world.record().status()).isEqualTo(AgreementStatus.CLOSED);
      // Every timer fires while the ledger still says CLOSED; nobody sends anything after it.
      world.held = a -> a instanceof Action.Broadcast;
      world.advance(Duration.ofMinutes(3));
      world.chain.reorg(1, false);
      world.pump();
      assertThat(world.record().status()).isEqualTo(AgreementStatus.OPEN);
      world.advance(Duration.ofMinutes(3));
      assertThat(world.transactions(world.seller)).contains("Release");
      assertThat(world.transactions(world.buyer)).contains("RequestClose");
      world.releaseHeld();
      world.mine(4);
      world.seconds(20);
      world.settled();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseThatIsSeenWhileItRunsAndIsGoneIsSettledAllTheSame(boolean again) {
    try (TwoSides world = new TwoSides(patient()).begin()) {
      world.mine(4);
      world.seconds(2);
      world.buyer.ledger.broadcast(
          world.buyer.ledger.prepare(new LedgerCommand.RequestClose(world.buys().agreement())));
      world.pump();
      assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
      world.chain.reorg((int) world.chain.head().number() - 5, again);
      world.pump();
      world.seconds(20);
      world.mine(4);
      world.advance(Duration.ofHours(25));
      world.mine(4);
      world.settled();
      assertThat(world.sells().paid()).isEqualTo(world.record().paid());
    }
  }

  // ---------------------------------------------------------------- top-ups

  /** Who adds it does not matter to the ledger; it needs no leave of either side. */
  private static void topUp(TwoSides world, long units) {
    world.buyer.ledger.broadcast(
        world.buyer.ledger.prepare(
            new LedgerCommand.TopUp(world.buys().agreement(), Edg.units(units))));
    world.pump();
  }

  private static void bothHaveTheInvoiceOfTheLedger(TwoSides world) {
    world.mine(4);
    AgreementRecord record = world.settled();
    Invoice invoice = world.buys().invoice().orElseThrow();
    assertThat(world.sells().invoice()).contains(invoice);
    assertThat(invoice.topUps()).isEqualTo(Edg.units(1)).isEqualTo(record.topUps());
    assertThat(invoice.paid()).isEqualTo(record.paid());
    assertThat(invoice.refunded()).isEqualTo(record.refunded());
    assertThat(invoice.fee()).isEqualTo(record.feePaid());
    assertThat(world.transactions(world.buyer))
        .as("nobody quarrels")
        .doesNotContain("RequestClose");
    assertThat(world.transactions(world.seller)).doesNotContain("Release");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, DEPTH})
  void aTopUpBetweenProposalAndSignatureIsNoReasonToQuarrel(int depth) {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = depth;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.mine(4);
      world.seconds(2);
      world.buyer.stopsAt = m -> m instanceof PeerMessage.SettlementProposed;
      world.completes();
      topUp(world, 1);
      world.buyer.stopsAt = m -> false;
      world.seconds(2);
      bothHaveTheInvoiceOfTheLedger(world);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, DEPTH})
  void aTopUpBetweenSignatureAndSettlementIsInTheInvoiceOfBoth(int depth) {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = depth;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.mine(4);
      world.seconds(2);
      world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
      world.completes();
      topUp(world, 1);
      world.seller.stopsAt = m -> false;
      world.seconds(2);
      bothHaveTheInvoiceOfTheLedger(world);
    }
  }

  @Test
  void aTopUpThatOnlyTheSellerHasSeenIsWaitedFor() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      world.buyer.behind = true;
      topUp(world, 1);
      world.completes();
      assertThat(world.buys().proposed).isNotNull();
      assertThat(world.buys().settlements.signed()).isNull();
      world.buyer.behind = false;
      world.seconds(2);
      bothHaveTheInvoiceOfTheLedger(world);
    }
  }

  @Test
  void aTopUpThatNeverWasIsRefused() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      topUp(world, 2);
      topUp(world, 2);
      world.buyer.stopsAt = m -> m instanceof PeerMessage.SettlementProposed;
      world.completes();
      PeerMessage.SettlementProposed honest =
          world.sent(world.seller, PeerMessage.SettlementProposed.class).getLast();
      Invoice i = honest.invoice();
      assertThat(i.topUps()).isEqualTo(Edg.units(4));
      world.buyer.stopsAt = m -> false;
      world.buyer.inbox.removeLast();
      world.forge(
          world.buyer,
          new PeerMessage.SettlementProposed(
              honest.settlement(),
              new Invoice(
                  i.agreementId(),
                  i.buyer(),
                  i.seller(),
                  i.deposit(),
                  Edg.units(3),
                  i.feeEscrowed(),
                  i.setup(),
                  i.tickAmount(),
                  i.ticks(),
                  i.paid(),
                  i.fee(),
                  i.refunded().minus(Edg.units(1)),
                  i.lines())));
      assertThat(world.buys().settlements.signed()).isNull();
      assertThat(world.buys().failure().orElseThrow().reason())
          .contains(Edg.units(3).toString(), Edg.units(4).toString());
      assertThat(world.transactions(world.buyer)).contains("RequestClose");
    }
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Messages that an honest side would not send, each with the reason why they are not taken. */
class MessagesTest {
  private static final Asset EUR = new Asset("EUR", 2);

  private static TwoSides running() {
    TwoSides world = new TwoSides(new TwoSides.Setup()).begin();
    world.seconds(2);
    return world;
  }

  private static List<PeerMessage.Refused> refusals(List<Fact> facts) {
    return facts.stream()
        .filter(Fact.Said.class::isInstance)
        .map(f -> ((Fact.Said) f).message())
        .filter(PeerMessage.Refused.class::isInstance)
        .map(PeerMessage.Refused.class::cast)
        .toList();
  }

  private static void refused(
      TwoSides world, TwoSides.Side by, PeerMessage message, ErrorCode code, String why) {
    assertThat(refusals(world.forge(by, message)))
        .singleElement()
        .satisfies(
            no -> {
              assertThat(no.code()).as(no.reason()).isEqualTo(code);
              assertThat(no.reason()).contains(why);
            });
  }

  private static void endsWell(TwoSides world) {
    if (!world.run().over) {
      world.completes();
    }
    world.advance(Duration.ofMinutes(5));
    world.settled();
  }

  // ---------------------------------------------------------------- orders

  private static PeerMessage.TaskOrdered ordered(TwoSides world, TaskOrder order) {
    return new PeerMessage.TaskOrdered(world.protocol.sign(order, world.voucherKey));
  }

  private static TaskOrder order(TwoSides world) {
    return new TaskOrder(
        world.sells().agreementId(),
        1,
        world.spec().workload(),
        Optional.empty(),
        world.spec().limits());
  }

  private static UnaryOperator<TaskOrder> limits(UnaryOperator<ExecutionLimits> change) {
    return o ->
        new TaskOrder(
            o.agreementId(), o.taskNo(), o.workload(), o.input(), change.apply(o.limits()));
  }

  private static UnaryOperator<TaskOrder> workload(UnaryOperator<Workload> change) {
    return o ->
        new TaskOrder(
            o.agreementId(), o.taskNo(), change.apply(o.workload()), o.input(), o.limits());
  }

  /** The buyer's node would not offer it, and the seller does not run it. */
  @Test
  void anOrderForMoreThanTheTermsAllowIsRefusedBeforeItIsHeard() {
    List<UnaryOperator<TaskOrder>> misfits =
        List.of(
            workload(w -> new Workload("oci", w.image(), w.entry(), w.arguments())),
            workload(w -> Workload.wasm(TwoSides.content("another module"))),
            limits(l -> l.withMemoryBytes(l.memoryBytes() + 1)),
            limits(l -> l.withWallTime(l.wallTime().plusSeconds(1))),
            limits(
                l ->
                    new ExecutionLimits(
                        l.memoryBytes(), l.wallTime(), l.inputBytes() + 1, l.outputBytes())),
            limits(
                l ->
                    new ExecutionLimits(
                        l.memoryBytes(), l.wallTime(), l.inputBytes(), l.outputBytes() + 1)));
    for (UnaryOperator<TaskOrder> misfit : misfits) {
      try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
        world.seller.stopsAt = m -> m instanceof PeerMessage.TaskOrdered;
        world.begin();
        assertThat(world.sells().work()).isEqualTo(SellerWork.IN_CONTRACT);
        TaskOrder order = misfit.apply(order(world));
        refused(
            world,
            world.seller,
            ordered(world, order),
            ErrorCode.WORKLOAD_REFUSED,
            "the terms do not allow " + order.workload() + " with " + order.limits());
        assertThat(world.sells().order).isNull();
        // It is no part of what the seller's evidence says; the order that fits is carried out.
        world.seller.stopsAt = m -> false;
        world.pump();
        endsWell(world);
      }
    }
  }

  @Test
  void anOrderIsTheVoucherKeysWordForThisAgreement() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.TaskOrdered;
      world.begin();
      TaskOrder order = order(world);
      TaskOrder other =
          new TaskOrder(
              new AgreementId(ContentId.sha256(new byte[] {4})),
              1,
              order.workload(),
              order.input(),
              order.limits());
      refused(
          world,
          world.seller,
          ordered(world, other),
          ErrorCode.BAD_SIGNATURE,
          "task order 1 is not by the voucher key");
      refused(
          world,
          world.seller,
          new PeerMessage.TaskOrdered(world.protocol.sign(order, world.receiptKey)),
          ErrorCode.BAD_SIGNATURE,
          "task order 1 is not by the voucher key");
      assertThat(world.sells().order).isNull();
      world.seller.stopsAt = m -> false;
      world.pump();
      endsWell(world);
    }
  }

  // ---------------------------------------------------------------- values that nobody foresees

  @Test
  void anotherCurrencyIsNoReasonToStop() {
    try (TwoSides world = running()) {
      Amount paid = world.sells().paid();
      Voucher foreign =
          new Voucher(
              world.sells().agreementId(),
              2,
              Amount.of(EUR, 1_000_000),
              Bytes32.ZERO,
              Amount.zero(EUR),
              0,
              Bytes32.ZERO);
      PeerMessage message =
          new PeerMessage.VoucherSent(world.protocol.sign(foreign, world.voucherKey));
      List<PeerMessage.Refused> no = refusals(world.forge(world.seller, message));
      assertThat(no).hasSize(1);
      assertThat(world.sells().paid()).isEqualTo(paid);
      endsWell(world);
    }
  }

  @Test
  void aSettlementInAnotherCurrencyIsNeverHeardOf() {
    try (TwoSides world = running()) {
      world.buyer.stopsAt = m -> m instanceof PeerMessage.SettlementProposed;
      world.completes();
      PeerMessage.SettlementProposed honest =
          world.sent(world.seller, PeerMessage.SettlementProposed.class).getLast();
      Amount foreign = Amount.of(EUR, 350);
      Invoice i = honest.invoice();
      List<PeerMessage.SettlementProposed> wrong =
          List.of(
              new PeerMessage.SettlementProposed(
                  new Settlement(
                      honest.settlement().agreementId(),
                      foreign,
                      honest.settlement().invoiceHash()),
                  i),
              new PeerMessage.SettlementProposed(
                  honest.settlement(),
                  new Invoice(
                      i.agreementId(),
                      i.buyer(),
                      i.seller(),
                      i.deposit(),
                      i.topUps(),
                      i.feeEscrowed(),
                      i.setup(),
                      i.tickAmount(),
                      i.ticks(),
                      i.paid(),
                      i.fee(),
                      foreign,
                      i.lines())));
      for (PeerMessage.SettlementProposed proposal : wrong) {
        refused(
            world,
            world.buyer,
            proposal,
            ErrorCode.BAD_PAYMENT,
            "the seller counts " + foreign + ", paid was " + world.buys().paid());
      }
      assertThat(world.buys().proposed).isNull();
      world.buyer.inbox.clear();
      world.buyer.stopsAt = m -> false;
      world.advance(Duration.ofMinutes(3));
      assertThat(world.sent(world.buyer, PeerMessage.SettlementSigned.class)).isEmpty();
      world.settled();
    }
  }

  // ---------------------------------------------------------------- receipts and settlements

  @Test
  void aReceiptForAnotherUsageThanWasReportedIsRefused() {
    try (TwoSides world = running()) {
      world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
      world.seconds(2);
      assertThat(world.sells().work()).isEqualTo(SellerWork.PAUSED);
      Receipt last =
          world.sent(world.seller, PeerMessage.ReceiptSent.class).getLast().receipt().message();
      assertThat(last.usageHash().isZero()).isFalse();
      Bytes32 other = ContentId.sha256(new byte[] {8});
      Receipt forged =
          new Receipt(
              last.agreementId(),
              last.taskNo(),
              last.sequence() + 1,
              last.cumulative(),
              last.ackAnchor(),
              other,
              last.resultHash());
      refused(
          world,
          world.buyer,
          new PeerMessage.ReceiptSent(world.protocol.sign(forged, world.receiptKey)),
          ErrorCode.BAD_PAYMENT,
          "is for usage " + other);
      world.seller.stopsAt = m -> false;
      world.pump();
      endsWell(world);
    }
  }

  @Test
  void aSettlementIsSignedByTheBuyerOrItsVoucherKey() {
    for (boolean mainKey : new boolean[] {true, false}) {
      try (TwoSides world = running()) {
        world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
        world.completes();
        assertThat(world.sells().work()).isEqualTo(SellerWork.TERMINATING);
        Settlement proposed = world.sells().proposed;
        assertThat(proposed).isNotNull();
        Settlement other =
            new Settlement(proposed.agreementId(), Edg.units(1), proposed.invoiceHash());
        refused(
            world,
            world.seller,
            signed(world, other, world.voucherKey),
            ErrorCode.WRONG_STATE,
            "with proposal");
        refused(
            world,
            world.seller,
            signed(world, proposed, world.receiptKey),
            ErrorCode.BAD_SIGNATURE,
            "signed by neither buyer nor voucher key");
        assertThat(world.transactions(world.seller)).doesNotContain("Settle");
        world.forge(
            world.seller,
            signed(world, proposed, mainKey ? TwoSides.secret("buyer") : world.voucherKey));
        assertThat(world.transactions(world.seller)).contains("Settle");
        world.seconds(2);
        assertThat(world.settled().paid()).isEqualTo(proposed.cumulative());
      }
    }
  }

  private static PeerMessage signed(TwoSides world, Settlement settlement, Secret key) {
    return new PeerMessage.SettlementSigned(world.protocol.sign(settlement, key));
  }

  // ---------------------------------------------------------------- what was seen

  private static List<Fact> claims(TwoSides world, long seen, PeerMessage message) {
    int before = world.seller.cell(world.selling).journal.size();
    world.give(
        world.seller,
        world.selling,
        new Event.Received(
            world.buyerKey.address(),
            new PeerEnvelope(world.negotiation, world.sells().heard() + 1, seen, message),
            Optional.empty()));
    world.seller.forged++;
    return world.seller.cell(world.selling).journal.subList(before, before + 1).getFirst().facts();
  }

  @Test
  void whoSaysItHasSeenWhatWasNeverSentIsToldButNotForARefusal() {
    try (TwoSides world = running()) {
      long said = world.sells().said();
      assertThat(refusals(claims(world, said + 7, new PeerMessage.CancelTask(1))))
          .singleElement()
          .satisfies(
              no -> {
                assertThat(no.code()).isEqualTo(ErrorCode.PEER_MISBEHAVED);
                assertThat(no.reason())
                    .contains("message " + (said + 7) + " was seen", "only " + said);
              });
      // Else the two would refuse each other's refusals for ever.
      List<Fact> facts =
          claims(world, world.sells().said() + 7, new PeerMessage.Refused(ErrorCode.BUSY, "busy"));
      assertThat(facts).containsExactly(new Fact.Noted(world.sells().heard()));
      assertThat(world.sells().work()).isEqualTo(SellerWork.RUNNING);
      world.pump();
      endsWell(world);
    }
  }

  @Test
  void whoTakesNoNoticeOfAnswersGetsNoMoreUntilItDoes() {
    try (TwoSides world = running()) {
      long seen = world.sells().peerSaw();
      PeerMessage wrong = new PeerMessage.TaskReady(1);
      int answered = 0;
      while (refusals(claims(world, seen, wrong)).size() == 1) {
        answered++;
        assertThat(answered).as("answers that nobody takes notice of").isLessThan(600);
      }
      long heard = world.sells().heard();
      assertThat(world.sells().said() - seen).isEqualTo(512);
      // The message was not taken, and comes again.
      assertThat(claims(world, seen, wrong)).isEmpty();
      assertThat(world.sells().heard()).isEqualTo(heard);
      assertThat(refusals(claims(world, world.sells().said(), wrong))).hasSize(1);
      assertThat(world.sells().heard()).isEqualTo(heard + 1);
      assertThat(world.sells().outbox().keySet())
          .filteredOn(k -> k.kind().equals("send"))
          .hasSize(1);
    }
  }

  // ---------------------------------------------------------------- executions

  /** An end is taken before what waits longer, and so before its own beginning; and only once. */
  @Test
  void anEndMayComeBeforeItsBeginningAndCountsOnce() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.held = a -> a instanceof Action.Start;
      world.begin();
      assertThat(world.sells().work()).isEqualTo(SellerWork.PROVISIONED);
      Event end =
          new Event.ExecutionEnded(
              1, new TaskOutcome.Completed(TwoSides.content("result")), Usage.NONE);
      world.command(world.seller, world.selling, end);
      assertThat(world.sent(world.seller, PeerMessage.TaskStarted.class)).hasSize(1);
      assertThat(world.sent(world.seller, PeerMessage.TaskEnded.class)).hasSize(1);
      world.command(world.seller, world.selling, end);
      world.leases = false;
      world.releaseHeld();
      world.command(world.seller, world.selling, end);
      assertThat(world.sent(world.seller, PeerMessage.TaskEnded.class)).hasSize(1);
      world.seconds(2);
      assertThat(world.settled().paid()).isEqualTo(Edg.units(50 + 100));
      assertThat(world.buys().invoice().orElseThrow().lines()).hasSize(1);
    }
  }

  // ---------------------------------------------------------------- what the application is told

  @Test
  void theStateOfATaskIsToldInEveryStateOfItsAgreement() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.held = a -> true;
      world.begin();
      is(world, TaskState.SEARCHING);
      world.releaseHeld();
      world.seconds(1);
      is(world, TaskState.STREAMING);
      world.held = a -> a instanceof Action.Fetch;
      world.seller.stopsAt = m -> m instanceof PeerMessage.SettlementSigned;
      world.completes();
      is(world, TaskState.ENDING);
      world.releaseHeld();
      is(world, TaskState.SETTLING);
      world.seller.stopsAt = m -> false;
      world.pump();
      world.settled();
      is(world, TaskState.DONE);
    }
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.seller.stopsAt = m -> true;
      world.begin();
      is(world, TaskState.NEGOTIATING);
      world.advance(BuyerPolicy.DEFAULTS.offerTtl());
      is(world, TaskState.DONE);
    }
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      world.held = a -> a instanceof Action.Prepare || a instanceof Action.Provision;
      world.begin();
      is(world, TaskState.OPENING);
      world.held = a -> a instanceof Action.Provision;
      while (!world.heldActions.isEmpty() && world.buys().status() == AgreementStatus.NONE) {
        world.heldActions.remove().run();
        world.pump();
      }
      is(world, TaskState.PAYING_SETUP);
      world.releaseHeld();
      endsWell(world);
    }
  }

  private static void is(TwoSides world, TaskState state) {
    assertThat(world.buys().taskState(world.taskId)).isEqualTo(state);
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import io.edgebeat.core.settle.Invoices;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every message in every state of both roles: it takes effect, or it is refused and named. */
class MessageProductTest {
  /** All that a message which is not legal may change. */
  private static final Set<String> COUNTERS =
      Set.of("outbox", "said", "heard", "peerSaw", "badTicks");

  @Test
  void everyMessageInEveryStateTakesEffectOrIsRefusedAndNamed() {
    EveryState states = new EveryState(EveryState::roughly);
    states.plain();
    Set<String> all = new java.util.TreeSet<>();
    for (DealState deal : EnumSet.allOf(DealState.class)) {
      if (deal != DealState.SIGNED) {
        all.add("buyer " + deal);
        all.add("seller " + deal);
      }
    }
    EnumSet.allOf(BuyerWork.class).forEach(w -> all.add("buyer SIGNED/" + w));
    EnumSet.allOf(SellerWork.class).forEach(w -> all.add("seller SIGNED/" + w));
    // The seller's side is begun by the offer itself.
    all.remove("seller NEW");
    assertThat(states.all().keySet()).containsAll(all);
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      int effects = 0;
      int refusals = 0;
      for (EveryState.Reached state : states.all().values()) {
        boolean buyer = state.buyer();
        TwoSides.Side side = buyer ? world.buyer : world.seller;
        PartitionKey key = buyer ? world.buying : world.selling;
        for (Class<?> type : PeerMessage.class.getPermittedSubclasses()) {
          Partition fresh = side.cell(key).replayed(state.facts());
          PeerMessage message = message(world, (AgreementSide) fresh, buyer, type);
          if (effect(world, side, key, fresh, message, state.name())) {
            effects++;
          } else {
            refusals++;
          }
        }
      }
      assertThat(effects).as("messages that took effect").isGreaterThan(80);
      assertThat(refusals).as("messages that were refused").isGreaterThan(200);
    }
  }

  private static boolean effect(
      TwoSides world,
      TwoSides.Side side,
      PartitionKey key,
      Partition partition,
      PeerMessage message,
      String where) {
    AgreementSide state = (AgreementSide) partition;
    boolean buyer = state instanceof BuyerSide;
    String what = message.getClass().getSimpleName() + " to " + where;
    String before = StateDump.of(state, COUNTERS);
    String stateName = state.deal().name();
    String workName = state.workName();
    long heard = state.heard();
    Step step = new Step(state, state.dealAt.plusSeconds(1));
    Event event =
        new Event.Received(
            (buyer ? world.sellerKey : world.buyerKey).address(),
            new PeerEnvelope(world.negotiation, heard + 1, 0, message),
            Optional.empty());
    if (buyer) {
      new BuyerDecider(world.protocol, BuyerPolicy.DEFAULTS).decide((BuyerSide) state, event, step);
    } else {
      new SellerDecider(world.protocol, SellerPolicy.DEFAULTS)
          .decide((SellerSide) state, event, step);
    }
    assertThat(state.heard()).as(what).isEqualTo(heard + 1);
    Partition replayed = side.cell(key).replayed(List.of());
    assertThat(replayed).isNotSameAs(state);
    if (step.facts().stream().anyMatch(Fact.Heard.class::isInstance)) {
      return true;
    }
    assertThat(step.facts().getFirst()).as(what).isEqualTo(new Fact.Noted(heard + 1));
    List<PeerMessage.Refused> refused =
        step.facts().stream()
            .filter(Fact.Said.class::isInstance)
            .map(f -> (PeerMessage.Refused) ((Fact.Said) f).message())
            .toList();
    assertThat(refused.size()).as(what).isLessThanOrEqualTo(1);
    if (!refused.isEmpty() && refused.getFirst().code() == ErrorCode.WRONG_STATE) {
      assertThat(refused.getFirst().reason())
          .as(what)
          .matches(
              r -> r.contains(message.getClass().getSimpleName()) || r.startsWith("deal: "),
              "names the message")
          .matches(
              r ->
                  r.contains(workName)
                      || r.contains(stateName)
                      || r.contains("task")
                      || r.contains("a buyer's agreement")
                      || r.contains("a seller's agreement")
                      || r.contains("round")
                      || r.contains("an offer of"),
              "names the state");
    }
    boolean third = step.facts().stream().anyMatch(Fact.WorkMoved.class::isInstance);
    if (!third) {
      assertThat(StateDump.of(state, COUNTERS)).as(what).isEqualTo(before);
    }
    return false;
  }

  /** A message of a type that would be right in the best of cases. */
  private static PeerMessage message(
      TwoSides world, AgreementSide side, boolean toBuyer, Class<?> type) {
    Agreement agreement = side.offer().map(o -> o.agreement().message()).orElse(null);
    Agreement a = agreement == null ? world.begin.agreement() : agreement;
    var id = world.protocol.id(a);
    Signature signature =
        (toBuyer ? world.sellerKey : world.buyerKey)
            .sign(
                new io.edgebeat.api.identity.SigningRequest.OfMessage(
                    world.protocol.ledger().domain(), a));
    Amount paid = side.paid();
    Bytes32 hash = ContentId.sha256(new byte[] {1});
    int task = Math.max(1, side.taskNo);
    Offer offer =
        new Offer(
            world.negotiation,
            side.offer().map(o -> o.round() + 1).orElse(1),
            world.begin.terms(),
            new Signed<>(world.begin.agreement(), signature),
            side.dealAt.plusSeconds(60),
            world.begin.terms().maximumLoss(world.begin.agreement(), true));
    Invoice invoice =
        Invoices.of(id, a, world.begin.terms(), Edg.units(0), Edg.units(50), 0, List.of());
    Settlement settlement = new Settlement(id, Edg.units(50), hash);
    return switch (type.getSimpleName()) {
      case "OfferMade" -> new PeerMessage.OfferMade(offer);
      case "Countered" -> new PeerMessage.Countered(offer);
      case "Rejected" -> new PeerMessage.Rejected(ErrorCode.CLOSED, "no");
      case "Accepted" -> new PeerMessage.Accepted(id, signature);
      case "OpenNotice" -> new PeerMessage.OpenNotice(id);
      case "TaskOrdered" ->
          new PeerMessage.TaskOrdered(
              world.protocol.sign(
                  new TaskOrder(
                      id,
                      side.taskNo + 1,
                      world.spec().workload(),
                      world.spec().input(),
                      world.spec().limits()),
                  world.voucherKey));
      case "TaskRefused" -> new PeerMessage.TaskRefused(task, ErrorCode.BUSY, "busy");
      case "TaskReady" -> new PeerMessage.TaskReady(task);
      case "TaskStarted" -> new PeerMessage.TaskStarted(task);
      case "VoucherSent" ->
          new PeerMessage.VoucherSent(
              world.protocol.sign(
                  new Voucher(id, 9, paid, Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO),
                  world.voucherKey));
      case "Ticks" -> new PeerMessage.Ticks(1, (int) side.ticks() + 1, hash);
      case "Ack" -> new PeerMessage.Ack(side.ticks() + 1, hash);
      case "ReceiptSent" ->
          new PeerMessage.ReceiptSent(
              world.protocol.sign(
                  new Receipt(id, task, 9, paid, hash, Bytes32.ZERO, Bytes32.ZERO),
                  world.receiptKey));
      case "UsageReport" -> new PeerMessage.UsageReport(task, Usage.NONE, 3);
      case "PauseNotice" -> new PeerMessage.PauseNotice(task);
      case "TaskEnded" ->
          new PeerMessage.TaskEnded(task, new TaskOutcome.Trapped("x"), side.ticks(), Usage.NONE);
      case "CancelTask" -> new PeerMessage.CancelTask(task);
      case "SettlementProposed" -> new PeerMessage.SettlementProposed(settlement, invoice);
      case "SettlementSigned" ->
          new PeerMessage.SettlementSigned(world.protocol.sign(settlement, world.voucherKey));
      case "CloseNotice" -> new PeerMessage.CloseNotice("enough");
      case "StateQuery" -> new PeerMessage.StateQuery();
      case "StateAnswer" -> new PeerMessage.StateAnswer(Optional.empty(), 0);
      case "Seen" -> new PeerMessage.Seen();
      case "TaskSaid" ->
          new PeerMessage.TaskSaid(task, TaskStream.LOG, 1, 0, 0, Blob.of(new byte[3]), false);
      case "TaskHeard" -> new PeerMessage.TaskHeard(task, TaskStream.LOG, 1, 0, 16);
      case "TaskMute" -> new PeerMessage.TaskMute(task, TaskStream.LOG, 1, ErrorCode.CLOSED);
      case "Refused" -> new PeerMessage.Refused(ErrorCode.BUSY, "busy");
      default -> throw new IllegalStateException("a message without a sample: " + type);
    };
  }
}

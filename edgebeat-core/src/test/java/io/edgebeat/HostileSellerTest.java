package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A seller that lies about the agreement or about its delivery; the buyer names it and pays nothing
 * more.
 */
class HostileSellerTest extends HostileSeller {
  private final AgreementId other = new AgreementId(Bytes32.of(bytes(32)));

  private void completed(Task task) {
    deliver();
    end(RESULT);
    settle(invoice(task.ticks(), RESULT));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOut(held());
  }

  // ---------------------------------------------------------------- the agreement

  @Test
  void acceptancesThatAreWrong() {
    Task task = submitted();
    Signature right = sign(malloryKey, agreement());
    Signature strange = sign(poorKey, agreement());
    talks.say(new PeerMessage.Accepted(id, strange));
    talks.refused(ErrorCode.BAD_SIGNATURE, strange, id, malloryKey.address());
    talks.say(new PeerMessage.Accepted(id, Lies.highS(right)));
    talks.refused(ErrorCode.BAD_SIGNATURE, Lies.highS(right), "low-s");
    talks.say(new PeerMessage.Accepted(other, right));
    talks.refused(ErrorCode.WRONG_STATE, "Accepted", other, id);
    nothingWasOpened();
    // After all that, the right one is taken.
    talks.say(new PeerMessage.Accepted(id, right));
    takePayment();
    talks.say(new PeerMessage.TaskStarted(1));
    completed(task);
  }

  private Offer counter(Terms terms, Agreement agreement, Signature signature, MaximumLoss loss) {
    return new Offer(
        offer.negotiation(),
        2,
        terms,
        new Signed<>(agreement, signature),
        offer.validUntil(),
        loss);
  }

  private Offer counter(Terms terms, Agreement agreement) {
    return counter(
        terms, agreement, sign(malloryKey, agreement), terms.maximumLoss(agreement, true));
  }

  private Offer counter(Terms terms) {
    return counter(terms, Lies.with(agreement(), malloryKey.address(), terms));
  }

  private Offer counter(Price price) {
    return counter(Lies.with(offer.terms(), price, offer.terms().maxUnpaidTicks()));
  }

  private void rejected(Task task, Offer counter, ErrorCode code, Object... parts) {
    talks.say(new PeerMessage.Countered(counter));
    talks.rejected(code, parts);
    refused(code, () -> task.await(LONG), parts);
    nothingWasOpened();
    id = protocol.id(counter.agreement().message());
    nothingWasOpened();
  }

  @Test
  void aCounterOfferThatWouldCostTheBuyerMore() {
    Task task = submitted();
    // Its own statement of the losses is right: eight ticks ahead instead of one.
    Terms terms = Lies.with(offer.terms(), PRICE, offer.terms().maxUnpaidTicks(), 8);
    rejected(task, counter(terms), ErrorCode.PEER_MISBEHAVED, "window from 1 to 8");
    task = submitted();
    Terms more = Lies.with(offer.terms(), PRICE, 3);
    rejected(task, counter(more), ErrorCode.PEER_MISBEHAVED, "maxUnpaidTicks from 1 to 3");
    task = submitted();
    Amount deposit = agreement().deposit().plus(Edg.of("0.1"));
    Agreement higher = Lies.with(agreement(), malloryKey.address(), deposit, offer.terms());
    rejected(
        task,
        counter(offer.terms(), higher),
        ErrorCode.PEER_MISBEHAVED,
        "deposit from " + agreement().deposit() + " to " + deposit);
  }

  @Test
  void aCounterOfferThatStatesOtherLossesThanItHas() {
    Task task = submitted();
    Offer honest = counter(new Price(Edg.of("0.0012"), PRICE.tickUnit(), Edg.of("0.003")));
    MaximumLoss rosy = new MaximumLoss(Edg.units(7), Edg.units(0), Optional.empty());
    rejected(
        task,
        counter(honest.terms(), honest.agreement().message(), honest.agreement().signature(), rosy),
        ErrorCode.OFFER_REJECTED,
        rosy,
        honest.maximumLoss());
  }

  @Test
  void aCounterOfferAboveTheBudget() {
    Task task = submitted();
    Price dear = new Price(Edg.of("0.02"), PRICE.tickUnit(), PRICE.setup());
    rejected(task, counter(dear), ErrorCode.OVER_BUDGET, dear, half().limit());
    task = submitted();
    Price dearer = new Price(Edg.of("0.4"), PRICE.tickUnit(), PRICE.setup());
    rejected(
        task,
        counter(dearer),
        ErrorCode.BAD_AMOUNT,
        agreement().deposit(),
        dearer.perTick().plus(dearer.setup()));
  }

  @Test
  void aCounterOfferBySomebodyElse() {
    Task task = submitted();
    Offer honest = counter(PRICE);
    Signature strange = sign(poorKey, honest.agreement().message());
    rejected(
        task,
        counter(honest.terms(), honest.agreement().message(), strange, honest.maximumLoss()),
        ErrorCode.BAD_SIGNATURE,
        strange,
        malloryKey.address());
    task = submitted();
    Agreement theirs = Lies.with(agreement(), bystanderKey.address(), offer.terms());
    rejected(
        task,
        counter(offer.terms(), theirs),
        ErrorCode.OFFER_REJECTED,
        bystanderKey.address(),
        malloryKey.address());
  }

  @Test
  void workThatBeginsBeforeItIsPaid() {
    Negotiation negotiation = buyer.negotiate(hostile, task(), half());
    called();
    accept();
    assertThat(signed(negotiation)).isEqualTo(id);
    talks.say(new PeerMessage.TaskStarted(1));
    talks.refused(ErrorCode.WRONG_STATE, "TaskStarted", "OPENING");
    talks.say(new PeerMessage.Ack(1, acks[1]));
    talks.refused(ErrorCode.WRONG_STATE, "Ack", "OPENING");
    say(receipt(1, Edg.units(0), Bytes32.ZERO));
    talks.refused(ErrorCode.WRONG_STATE, "ReceiptSent", "OPENING");
    end(RESULT);
    talks.refused(ErrorCode.WRONG_STATE, "TaskEnded", "OPENING");
    talks.say(
        new PeerMessage.SettlementProposed(settlement(invoice(1, RESULT)), invoice(1, RESULT)));
    talks.refused(ErrorCode.WRONG_STATE, "SettlementProposed", "OPENING");
    nothingWasOpened();
    buyer.open(id, LONG);
    talks.say(new PeerMessage.TaskStarted(1));
    talks.refused(ErrorCode.WRONG_STATE, "TaskStarted", "IDLE");
    talks.say(new PeerMessage.Ack(1, acks[1]));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick 1");
    Task task = buyer.run(id, task());
    takePayment();
    talks.say(new PeerMessage.TaskStarted(2));
    talks.refused(ErrorCode.WRONG_STATE, "TaskStarted", "PAYING_SETUP of task 1");
    nothingMoreIsPaid(task);
    talks.say(new PeerMessage.TaskStarted(1));
    completed(task);
  }

  // ---------------------------------------------------------------- the delivery

  @Test
  void acknowledgementsThatAreWrong() {
    Task task = streaming();
    talks.say(new PeerMessage.Ack(1, Bytes32.of(bytes(32))));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick 1", "does not hash up");
    Bytes32[] others = TickChain.links(other, acks[10], 10);
    talks.say(new PeerMessage.Ack(1, others[1]));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick 1", "does not hash up");
    talks.say(new PeerMessage.Ack(1, acks[2]));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick 1", "does not hash up");
    talks.say(new PeerMessage.Ack(3, acks[3]));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick 3", "1 are paid", "1 may begin unpaid");
    talks.say(new PeerMessage.Ack(Long.MAX_VALUE, acks[3]));
    talks.refused(ErrorCode.BAD_PAYMENT, "tick " + Long.MAX_VALUE);
    nothingMoreIsPaid(task);
    // After all that, the right one is worth the next tick.
    talks.say(new PeerMessage.Ack(1, acks[1]));
    takeTick();
    completed(task);
  }

  @Test
  void receiptsThatAreWrong() {
    Task task = streaming();
    Receipt second = receipt(2, held(), Bytes32.ZERO);
    talks.say(new PeerMessage.ReceiptSent(protocol.sign(second, KeySigner.generateKey(random))));
    talks.refused(ErrorCode.BAD_SIGNATURE, "receipt 2", hostile.receiptKey());
    say(new Receipt(other, 1, 2, held(), acks[0], Bytes32.ZERO, Bytes32.ZERO));
    talks.refused(ErrorCode.BAD_PAYMENT, "receipt 2", other, id);
    say(receipt(1, held(), Bytes32.ZERO));
    talks.refused(ErrorCode.BAD_PAYMENT, "receipt 1", "after receipt 1");
    say(receipt(0, held(), Bytes32.ZERO));
    talks.refused(ErrorCode.BAD_PAYMENT, "receipt 0", "after receipt 1");
    Amount more = held().plus(Edg.units(1));
    say(receipt(2, more, Bytes32.ZERO));
    talks.refused(ErrorCode.BAD_PAYMENT, "receipt 2", more, held());
    nothingMoreIsPaid(task);
    say(second);
    say(receipt(2, held(), Bytes32.ZERO));
    talks.refused(ErrorCode.BAD_PAYMENT, "receipt 2", "after receipt 2");
    completed(task);
  }

  // ---------------------------------------------------------------- what it has seen

  @Test
  void aSellerThatSaysItHasSeenWhatWasNeverSent() {
    Task task = paid();
    for (long seen : new long[] {1_000, Long.MAX_VALUE}) {
      long number = talks.next();
      long said = talks.seen();
      talks.say(new PeerMessage.TaskStarted(1), seen);
      talks.refused(
          ErrorCode.PEER_MISBEHAVED,
          "message " + number,
          "message " + seen + " was seen",
          said + " were sent");
    }
    nothingMoreIsPaid(task);
    // What it says it holds and has delivered is no acknowledgement.
    talks.misnumbered(0, new PeerMessage.StateAnswer(Optional.empty(), 1_000));
    nothingMoreIsPaid(task);
    // As if nothing had been seen: all of it comes again, and is paid once.
    talks.say(new PeerMessage.TaskStarted(1), 0);
    say(receipt(1, held(), Bytes32.ZERO));
    completed(task);
  }
}

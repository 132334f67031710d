package io.edgebeat.core.agreement;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.engine.Step;
import io.edgebeat.core.negotiate.OfferRules;
import io.edgebeat.core.settle.Invoices;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides for the seller. */
public final class SellerDecider extends AgreementDecider<SellerSide> {
  private static final int BAD_TICKS = 3;

  private final SellerPolicy policy;

  /** For one ledger and one seller. */
  public SellerDecider(Protocol protocol, SellerPolicy policy) {
    super(protocol);
    this.policy = policy;
  }

  @Override
  public SellerSide create(PartitionKey key) {
    return new SellerSide(protocol, policy, key);
  }

  @Override
  public void decide(SellerSide s, Event event, Step step) {
    switch (event) {
      case Event.Received e -> received(s, e, step);
      case Event.Examined e -> examined(s, e, step);
      case Event.Reserved e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), SellerSide.CAPACITY_HELD));
          if (s.deal == DealState.OFFERED && s.own == null) {
            step.fact(
                new Fact.SignatureOrdered(s.draft != null ? s.draft : s.offer().orElseThrow()));
          } else if (s.work == SellerWork.IN_CONTRACT) {
            tryProvision(s, step);
          }
        }
      }
      case Event.ReserveRefused e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), e.reason()));
          noCapacity(s, e, step);
        }
      }
      case Event.Acknowledged e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), "done"));
        }
      }
      case Event.SignatureMade e -> signed(s, e, step);
      case Event.Drawn e -> drawn(s, e, step);
      case Event.OnLedger e -> onLedger(s, e.entry(), step);
      case Event.HeadMoved e -> headMoved(s, e, step);
      case Event.OrderConcluded e -> concluded(s, e, step);
      case Event.Reopened e -> reopened(s, step);
      case Event.RestoreAccepted e -> restoreAccepted(s, step);
      case Event.Provisioned e -> provisioned(s, e, step);
      case Event.Started e -> started(s, e, step);
      case Event.ExecutionEnded e -> ended(s, e, step);
      case Event.UnitsAsked e -> {
        if (s.running && e.taskNo() == s.taskNo) {
          step.fact(new Fact.UnitsAsked(e.kind(), e.units()));
          if (s.work == SellerWork.RUNNING || s.work == SellerWork.PAUSED) {
            advance(s, step);
          } else {
            beginUsed(s, step);
          }
        }
      }
      case Event.TimerFired e -> timer(s, e.key(), step);
      case Event.ActionFailed e -> failed(s, e, step);
      case Event.Terminate e -> {
        if (s.work == SellerWork.IN_CONTRACT) {
          terminate(s, SellerEvent.IDLE, e.reason(), step);
        } else if (Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()) {
          stop(s, e.reason(), step);
        }
      }
      default ->
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE,
              event.getClass().getSimpleName() + " is not for a seller's agreement");
    }
  }

  // ---------------------------------------------------------------- the deal

  @Override
  void hear(SellerSide s, PeerMessage message, Event.Received event, Step step) {
    long seq = event.envelope().sequence();
    switch (message) {
      case PeerMessage.OfferMade m -> offered(s, m, event, step);
      case PeerMessage.Accepted m -> accepted(s, m, seq, step);
      case PeerMessage.Rejected m -> {
        Tables.DEAL.next(s.deal, DealEvent.REJECT);
        step.fact(new Fact.Heard(seq, m));
        endDeal(s, DealEvent.REJECT, m.code(), m.reason(), step);
      }
      case PeerMessage.OpenNotice m -> step.fact(new Fact.Heard(seq, m));
      case PeerMessage.TaskOrdered m -> taskOrdered(s, m, seq, step);
      case PeerMessage.VoucherSent m -> vouched(s, m, seq, step);
      case PeerMessage.Ticks m -> ticked(s, m, seq, step);
      case PeerMessage.CancelTask m -> {
        if (s.taskNo != m.taskNo()) {
          throw illegal(m, "task " + s.taskNo);
        }
        step.fact(new Fact.Heard(seq, m));
        if (Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()) {
          stop(s, "cancelled by the buyer", step);
        }
      }
      case PeerMessage.SettlementSigned m -> settlementSigned(s, m, seq, step);
      case PeerMessage.CloseNotice m -> {
        requireOpen(s, m);
        step.fact(new Fact.Heard(seq, m));
        if (s.work == SellerWork.IN_CONTRACT) {
          terminate(s, SellerEvent.IDLE, m.reason(), step);
        }
      }
      case PeerMessage.Refused m -> step.fact(new Fact.Heard(seq, m));
      default -> throw illegal(message, "a seller's agreement");
    }
  }

  private void offered(SellerSide s, PeerMessage.OfferMade m, Event.Received event, Step step) {
    Offer offer = m.offer();
    long seq = event.envelope().sequence();
    if (s.deal == DealState.NEW) {
      Event.SellerSetting setting =
          event
              .setting()
              .orElseThrow(() -> new IllegalStateException("an offer came without a setting"));
      step.fact(new Fact.SellerBegan(step.at(), setting, offer));
      step.fact(new Fact.Heard(seq, m));
      try {
        if (offer.round() != 1 || !offer.negotiation().equals(s.negotiation)) {
          throw illegal(m, "a new negotiation " + s.key);
        }
        OfferRules.check(offer, event.from(), setting.self(), protocol, step.at());
      } catch (EdgeBeatException refusal) {
        reject(s, refusal.code(), refusal.getMessage(), step);
        return;
      } catch (RuntimeException malformed) {
        reject(s, ErrorCode.OFFER_REJECTED, "the offer is malformed: " + malformed, step);
        return;
      }
      move(s, DealEvent.OFFER, "", step);
    } else {
      Tables.DEAL.next(s.deal, DealEvent.COUNTER);
      // Only after a counter-offer of this side: what is being examined, reserved or signed is not
      // exchanged for something else.
      if (s.own == null
          || !offer.negotiation().equals(s.negotiation)
          || offer.round() != s.offer().orElseThrow().round() + 1) {
        throw illegal(m, "round " + s.offer().orElseThrow().round());
      }
      OfferRules.check(offer, event.from(), agreementSeller(s), protocol, step.at());
      step.fact(new Fact.Heard(seq, m));
      move(s, DealEvent.COUNTER, "round " + offer.round(), step);
    }
    step.fact(new Fact.ExamineOrdered());
  }

  private static io.edgebeat.api.identity.Address agreementSeller(SellerSide s) {
    return s.agreement().seller();
  }

  private void examined(SellerSide s, Event.Examined e, Step step) {
    if (s.deal != DealState.OFFERED || !s.outbox.containsKey(e.key())) {
      return;
    }
    Offer offer = s.offer().orElseThrow();
    switch (e.answer()) {
      case OfferPolicy.Answer.Accept a -> {
        if (offer.terms().maxUnpaidTicks() > e.maxUnpaidTicks()) {
          counter(s, offer, offer.terms().price(), e, step);
        } else {
          step.fact(new Fact.ExamineDone(e.lease(), "accept"));
          claimCapacity(s, step);
        }
      }
      case OfferPolicy.Answer.Counter counter -> counter(s, offer, counter.price(), e, step);
      case OfferPolicy.Answer.Reject reject -> {
        step.fact(new Fact.ExamineDone(e.lease(), "reject"));
        reject(s, ErrorCode.OFFER_REJECTED, reject.reason(), step);
      }
    }
  }

  private void counter(SellerSide s, Offer offer, Price price, Event.Examined e, Step step) {
    int unpaid = Math.min(offer.terms().maxUnpaidTicks(), e.maxUnpaidTicks());
    step.fact(new Fact.ExamineDone(e.lease(), "counter " + price + ", " + unpaid + " unpaid"));
    if (offer.round() >= policy.maxRounds()) {
      reject(s, ErrorCode.OFFER_REJECTED, "no agreement after " + offer.round() + " rounds", step);
    } else {
      Terms terms = OfferDrafts.revised(offer.terms(), price, unpaid);
      step.fact(new Fact.SignatureOrdered(counter(offer, terms, e.lease())));
    }
  }

  private static Offer counter(Offer offer, Terms terms, boolean lease) {
    Agreement a = offer.agreement().message();
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
        offer.negotiation(),
        offer.round() + 1,
        terms,
        new Signed<>(agreement, offer.agreement().signature()),
        offer.validUntil(),
        terms.maximumLoss(agreement, lease));
  }

  private void claimCapacity(SellerSide s, Step step) {
    forget(s, "free", step);
    ActionKey key = new ActionKey("claim", s.asked + 1);
    step.fact(
        new Fact.Asked(
            key,
            PartitionKey.CAPACITY,
            new Event.Claim(s.key, key, s.agreement().buyer(), s.terms().resources())));
  }

  private void signed(SellerSide s, Event.SignatureMade e, Step step) {
    if (s.draft == null || !s.outbox.containsKey(e.key())) {
      return;
    }
    boolean counter = s.draft.round() != s.offer().orElseThrow().round();
    Offer draft = s.draft;
    step.fact(new Fact.AgreementSigned(e.signature()));
    if (s.deal != DealState.OFFERED) {
      // The buyer has gone, or the offer's time is over: a signature that is not sent binds nobody.
      return;
    }
    if (counter) {
      Offer signed =
          new Offer(
              draft.negotiation(),
              draft.round(),
              draft.terms(),
              new Signed<>(draft.agreement().message(), e.signature()),
              draft.validUntil(),
              draft.maximumLoss());
      step.fact(new Fact.Said(new PeerMessage.Countered(signed)));
      move(s, DealEvent.COUNTER, "counter", step);
    } else {
      step.fact(new Fact.Said(new PeerMessage.Accepted(s.agreementId(), e.signature())));
      move(s, DealEvent.SIGN, "", step);
    }
  }

  private void accepted(SellerSide s, PeerMessage.Accepted m, long seq, Step step) {
    Tables.DEAL.next(s.deal, DealEvent.SIGN);
    if (s.own == null || !m.id().equals(s.agreementId())) {
      throw illegal(m, "an offer of " + s.agreementId());
    }
    if (!protocol.signedBy(s.agreement().buyer(), s.agreement(), m.signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE, "signature of " + m.id() + " is not by the buyer");
    }
    step.fact(new Fact.Heard(seq, m));
    move(s, DealEvent.SIGN, "counter accepted", step);
    claimCapacity(s, step);
    // The ledger may have shown the open already: it is heard once.
    ledgerMoved(s, s.money.status(), step);
  }

  /** Before it is signed that is a no; once it is open, the end with nothing more to pay. */
  private void noCapacity(SellerSide s, Event.ReserveRefused e, Step step) {
    if (s.deal == DealState.OFFERED) {
      reject(s, e.code(), e.reason(), step);
    } else if (s.work == SellerWork.IN_CONTRACT && s.order != null) {
      refuseTask(s, s.task().taskNo(), e.code(), e.reason(), step);
    } else if (s.work == SellerWork.IN_CONTRACT) {
      step.fact(new Fact.Failed(e.code(), e.reason()));
      terminate(s, SellerEvent.PROVISION_FAILED, e.reason(), step);
    }
  }

  private void reject(SellerSide s, ErrorCode code, String reason, Step step) {
    if (s.deal.terminal()) {
      // It came to nothing while this was on its way.
      return;
    }
    step.fact(new Fact.Said(new PeerMessage.Rejected(code, reason)));
    endDeal(s, DealEvent.REJECT, code, reason, step);
  }

  private void endDeal(SellerSide s, DealEvent event, ErrorCode code, String why, Step step) {
    step.fact(new Fact.Failed(code, why));
    move(s, event, why, step);
    // An open that came and went may have ordered it; nothing is to be started from it any more.
    forget(s, "provision", step);
    free(s, step);
  }

  private void free(SellerSide s, Step step) {
    forget(s, "claim", step);
    ActionKey key = new ActionKey("free", s.asked + 1);
    step.fact(new Fact.Asked(key, PartitionKey.CAPACITY, new Event.Free(s.key, key)));
  }

  private static void work(SellerSide s, SellerEvent event, String why, Step step) {
    step.fact(new Fact.WorkMoved(Tables.SELLER.next(s.work, event).name(), step.at(), why));
  }

  // ---------------------------------------------------------------- payment

  private static void requireOpen(SellerSide s, PeerMessage m) {
    if (s.deal != DealState.SIGNED || s.work == SellerWork.SETTLED) {
      throw illegal(m, s.deal + "/" + s.work);
    }
  }

  private void vouched(SellerSide s, PeerMessage.VoucherSent m, long seq, Step step) {
    requireOpen(s, m);
    Voucher voucher = m.voucher().message();
    s.till.check(voucher, s.agreementId(), s.terms().price().perTick(), s.funded());
    if (voucher.sequence() == 1 && voucher.cumulative().compareTo(s.terms().price().setup()) < 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT,
          "the first voucher pays "
              + voucher.cumulative()
              + ", set-up costs "
              + s.terms().price().setup());
    }
    // A payment that neither set-up, ticks nor a result explain could never be invoiced.
    Amount plain = voucher.cumulative().minus(s.paid());
    boolean explained =
        voucher.sequence() == 1
            ? plain.equals(s.terms().price().setup())
            : plain.isZero() || plain.equals(s.terms().resultAmount());
    if (!explained) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT,
          "voucher " + voucher.sequence() + " pays " + plain + " for nothing that was agreed");
    }
    if (!protocol.signedBy(s.agreement().voucherKey(), voucher, m.voucher().signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "voucher "
              + voucher.sequence()
              + " is not signed by voucher key "
              + s.agreement().voucherKey());
    }
    step.fact(new Fact.Heard(seq, m));
    if (voucher.tickCount() > 0) {
      // One chain of acknowledgements for every voucher with ticks, named by its sequence.
      step.fact(new Fact.DrawOrdered(Long.toString(voucher.sequence())));
    } else {
      receipt(s, Bytes32.ZERO, step);
    }
    paid(s, step);
  }

  private void drawn(SellerSide s, Event.Drawn e, Step step) {
    if (s.outbox.containsKey(e.key())) {
      step.fact(new Fact.SecretDrawn(e.what(), e.bytes()));
      receipt(s, Bytes32.ZERO, step);
      acknowledge(s, s.delivered(step.at()), step);
    }
  }

  /** What was received and delivered, and beside it what was used. */
  private void receipt(SellerSide s, Bytes32 result, Step step) {
    Bytes32 usageHash = Bytes32.ZERO;
    if (s.metered == s.taskNo && s.taskNo > 0) {
      long units = s.meter.units(step.at());
      usageHash = Documents.usageHash(s.taskNo, units, s.usage);
      step.fact(new Fact.Said(new PeerMessage.UsageReport(s.taskNo, s.usage, units)));
    }
    Receipt receipt =
        new Receipt(
            s.agreementId(),
            s.taskNo,
            s.till.receipts() + 1,
            s.paid(),
            s.till.ackAnchor(),
            usageHash,
            result);
    step.fact(new Fact.Said(new PeerMessage.ReceiptSent(protocol.sign(receipt, s.receiptKey()))));
  }

  private void ticked(SellerSide s, PeerMessage.Ticks m, long seq, Step step) {
    requireOpen(s, m);
    boolean fresh;
    try {
      fresh = s.till.check(m, s.terms().window());
    } catch (EdgeBeatException bad) {
      // The third wrong frame ends the work; what is held stays held.
      if (s.badTicks + 1 >= BAD_TICKS && Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()) {
        step.fact(new Fact.Noted(seq));
        step.fact(new Fact.Said(new PeerMessage.Refused(bad.code(), bad.getMessage())));
        stop(s, "wrong ticks: " + bad.getMessage(), step);
        return;
      }
      throw bad;
    }
    if (!fresh) {
      step.fact(new Fact.Noted(seq));
      return;
    }
    step.fact(new Fact.Heard(seq, m));
    paid(s, step);
  }

  /** More is paid than before: whatever waited for it goes on. */
  private void paid(SellerSide s, Step step) {
    claimWhatIsWorthIt(s, step);
    switch (s.work) {
      case IN_CONTRACT -> tryProvision(s, step);
      case RUNNING, PAUSED -> advance(s, step);
      case STOPPING -> tryFinish(s, false, step);
      default -> {}
    }
  }

  // ---------------------------------------------------------------- the work

  private void taskOrdered(SellerSide s, PeerMessage.TaskOrdered m, long seq, Step step) {
    requireOpen(s, m);
    TaskOrder order = m.order().message();
    if (s.order != null
        || order.taskNo() != s.taskNo + 1
        || order.taskNo() > s.terms().maxTasks()) {
      throw illegal(m, "task " + s.taskNo + " of " + s.terms().maxTasks());
    }
    if (s.work != SellerWork.WAITING && s.work != SellerWork.IN_CONTRACT) {
      throw illegal(m, s.work);
    }
    if (!order.agreementId().equals(s.agreementId())
        || !protocol.signedBy(s.agreement().voucherKey(), order, m.order().signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE, "task order " + order.taskNo() + " is not by the voucher key");
    }
    // Before it is heard: what is in a seller's evidence must fit the terms.
    Terms terms = s.terms();
    if (!order.workload().type().equals(terms.workloadType())
        || !terms.image().map(order.workload().image()::equals).orElse(true)
        || !terms.limits().cover(order.limits())) {
      throw new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED,
          "the terms do not allow " + order.workload() + " with " + order.limits());
    }
    step.fact(new Fact.Heard(seq, m));
    if (s.work == SellerWork.IN_CONTRACT) {
      step.fact(new Fact.WorkMoved(s.work.name(), step.at(), "a task was ordered"));
    }
    if (s.work == SellerWork.IN_CONTRACT) {
      tryProvision(s, step);
    }
  }

  private void refuseTask(SellerSide s, int taskNo, ErrorCode code, String reason, Step step) {
    step.fact(new Fact.Said(new PeerMessage.TaskRefused(taskNo, code, reason)));
    step.fact(new Fact.Failed(code, reason));
    if (s.work == SellerWork.IN_CONTRACT) {
      terminate(s, SellerEvent.PROVISION_FAILED, reason, step);
    }
  }

  private void tryProvision(SellerSide s, Step step) {
    boolean paid =
        s.till.best().isPresent()
            && (s.till.held() > s.meter.begun()
                || (s.terms().maxUnpaidTicks() > 0 && s.taskNo > 0));
    boolean ready = s.order != null && s.capacityHeld && !s.tongueTied();
    if (ready && paid && !s.ordered("provision")) {
      step.fact(new Fact.ProvisionOrdered(s.task().taskNo()));
    }
  }

  private void provisioned(SellerSide s, Event.Provisioned e, Step step) {
    if (!s.outbox.containsKey(e.key()) || s.work != SellerWork.IN_CONTRACT) {
      return;
    }
    step.fact(new Fact.ProvisionDone(s.taskNo));
    work(s, SellerEvent.IMAGE_READY, "", step);
    step.fact(new Fact.Said(new PeerMessage.TaskReady(s.taskNo)));
    long mayBegin = s.till.held() + s.terms().maxUnpaidTicks() - s.meter.begun();
    Duration lease = s.meter.length(mayBegin).orElse(policy.grace());
    step.fact(new Fact.StartOrdered(s.taskNo, step.at().plus(lease).plus(policy.leaseSlack())));
  }

  private void started(SellerSide s, Event.Started e, Step step) {
    if (s.outbox.containsKey(e.key())) {
      started(s, step);
    }
  }

  private void started(SellerSide s, Step step) {
    step.fact(new Fact.ExecutionStarted(s.taskNo, step.at()));
    if (s.work != SellerWork.PROVISIONED) {
      // A stop came while it was being started; the plan says stop.
      return;
    }
    work(s, SellerEvent.STARTED, "", step);
    step.fact(new Fact.Said(new PeerMessage.TaskStarted(s.taskNo)));
    advance(s, step);
  }

  /** Begins the ticks that are needed and may begin, holds the work where they may not. */
  private void advance(SellerSide s, Step step) {
    long needed = s.meter.needed(step.at());
    long allowed = Math.min(s.till.held() + s.terms().maxUnpaidTicks(), riskable(s));
    long begins = Math.min(needed, allowed);
    if (begins > s.meter.begun()) {
      step.fact(new Fact.TicksBegun(begins, step.at()));
    }
    boolean resumes = s.work == SellerWork.PAUSED && needed <= allowed;
    if (needed <= allowed) {
      // All that is paid, and the m after it: the workload does not wait for each unit.
      long may = Math.max(s.meter.asked(), s.meter.covered(allowed));
      if (may > s.meter.granted()) {
        step.fact(new Fact.UnitsGranted(may));
      }
      if (s.work == SellerWork.PAUSED) {
        work(s, SellerEvent.PAID, "", step);
      }
    } else if (s.work == SellerWork.RUNNING) {
      work(s, SellerEvent.UNPAID, "tick " + needed + " is not paid", step);
      step.fact(new Fact.Said(new PeerMessage.PauseNotice(s.taskNo)));
      receipt(s, Bytes32.ZERO, step);
    }
    acknowledge(s, s.delivered(step.at()), step);
    Instant lease = s.lease(step.at());
    // What a pause was allowed to last is not paid: it ends with the pause.
    if (resumes ? !lease.equals(s.leaseUntil) : lease.isAfter(s.leaseUntil)) {
      step.fact(new Fact.LeaseSet(lease));
    }
    Amount cost = s.terms().price().perTick();
    // What was added and is not FINAL yet is worth waiting for.
    Amount there = s.agreement().deposit().plus(s.money.topUps());
    if (s.work == SellerWork.PAUSED && s.paid().plus(cost).compareTo(there) > 0) {
      stop(s, "deposit used up", step);
    }
  }

  /** Counts the ticks that have begun within what was granted, where no other may begin. */
  private static void beginUsed(SellerSide s, Step step) {
    long used = s.meter.usedTicks();
    if (used > s.meter.begun()) {
      step.fact(new Fact.TicksBegun(used, step.at()));
    }
  }

  /** How many ticks may begin in all while the open is not FINAL: what reorgCap leaves of it. */
  private long riskable(SellerSide s) {
    Price price = s.terms().price();
    if (s.money.openFinal(depth)) {
      return Long.MAX_VALUE;
    }
    return policy.reorgCap().compareTo(price.setup()) < 0
        ? 0
        : policy
            .reorgCap()
            .minus(price.setup())
            .baseUnits()
            .divide(price.perTick().baseUnits())
            .min(java.math.BigInteger.valueOf(Long.MAX_VALUE))
            .longValueExact();
  }

  private void acknowledge(SellerSide s, long delivered, Step step) {
    if (delivered > s.till.acknowledged()) {
      s.till.ack(delivered).ifPresent(ack -> step.fact(new Fact.Said(ack)));
    }
  }

  private void stop(SellerSide s, String reason, Step step) {
    if (s.work == SellerWork.IN_CONTRACT) {
      terminate(s, SellerEvent.STOP, reason, step);
      return;
    }
    work(s, SellerEvent.STOP, reason, step);
    step.fact(new Fact.StopOrdered(s.taskNo, reason));
    if (!s.running && !s.ordered("start")) {
      report(s, new TaskOutcome.Stopped(reason), step);
    }
  }

  private void ended(SellerSide s, Event.ExecutionEnded e, Step step) {
    if (e.taskNo() != s.taskNo) {
      return;
    }
    if (!s.running && s.ordered("start")) {
      // An end is taken before what waits longer, and so before its own beginning.
      started(s, step);
    }
    if (!s.running) {
      return;
    }
    if (s.work == SellerWork.RUNNING || s.work == SellerWork.PAUSED) {
      work(s, SellerEvent.STOP, "the execution has ended", step);
    }
    if (e.units() > s.meter.asked()) {
      step.fact(new Fact.UnitsAsked("rest", e.units() - s.meter.asked()));
      beginUsed(s, step);
    }
    TaskOutcome outcome = e.outcome();
    String why = s.stopReason;
    if (outcome instanceof TaskOutcome.Stopped && why != null) {
      // The executor knows that it was told to stop, this side knows why.
      outcome = new TaskOutcome.Stopped(why);
    }
    step.fact(new Fact.ExecutionEnded(e.taskNo(), outcome, e.usage()));
    report(s, outcome, step);
  }

  private void report(SellerSide s, TaskOutcome outcome, Step step) {
    // What the end is explained by is told before it; and the end before its acknowledgement, lest
    // the buyer pays a tick that never begins.
    receipt(s, outcome.output().map(id -> id.hash()).orElse(Bytes32.ZERO), step);
    step.fact(
        new Fact.Said(new PeerMessage.TaskEnded(s.taskNo, outcome, s.meter.begun(), s.usage)));
    acknowledge(s, s.meter.begun(), step);
    tryFinish(s, false, step);
  }

  private void tryFinish(SellerSide s, boolean late, Step step) {
    boolean reported = s.order == null;
    long results = s.lines.stream().filter(line -> line.result().isPresent()).count();
    Price price = s.terms().price();
    Amount due =
        price
            .setup()
            .plus(price.perTick().times(s.till.held()))
            .plus(s.terms().resultAmount().times(results));
    boolean paid =
        s.till.held() >= s.meter.begun() && (results == 0 || s.paid().compareTo(due) >= 0);
    boolean closing = s.money.status() != AgreementStatus.OPEN;
    // The timer may have fired before the execution had ended; it does not fire twice.
    boolean over = late || !step.at().isBefore(s.workAt.plus(policy.resultTimeout()));
    if (s.work != SellerWork.STOPPING || !reported || !(paid || over || closing)) {
      return;
    }
    boolean more =
        s.terms().maxTasks() > s.taskNo
            && !closing
            && !s.closeNoticed
            && step.at().isBefore(s.agreement().expiry().minus(policy.margin()));
    if (more) {
      work(s, SellerEvent.ENDED_MORE, "", step);
    } else {
      terminate(s, SellerEvent.ENDED_LAST, "last task", step);
    }
  }

  // ---------------------------------------------------------------- the end

  private void terminate(SellerSide s, SellerEvent event, String why, Step step) {
    work(s, event, why, step);
    if (s.money.status() == AgreementStatus.OPEN) {
      propose(s, step);
    }
    if (s.money.status() == AgreementStatus.LAPSED) {
      // Cancelled while it was being stopped: as with CLOSED, nothing more will be told.
      endDeal(s, DealEvent.LAPSE, ErrorCode.EXPIRED, "cancelled on the ledger", step);
      return;
    }
    if (!s.opened()) {
      free(s, step);
    }
    claimIfClosing(s, step);
    if (s.money.status() == AgreementStatus.CLOSED) {
      // Closed while it was being stopped: the ledger has nothing more to say that would end it.
      closed(s, step);
    }
  }

  private void propose(SellerSide s, Step step) {
    if (s.asking()) {
      return;
    }
    Amount cumulative = s.paid().min(s.funded());
    Invoice invoice;
    try {
      invoice =
          Invoices.of(
              s.agreementId(),
              s.agreement(),
              s.terms(),
              // As in what may be paid: anybody can add more, and only what is FINAL counts.
              s.money.finalTopUps(depth),
              cumulative,
              s.till.held(),
              s.lines);
    } catch (EdgeBeatException unexplained) {
      // A sum that no invoice explains, such as a claim capped by the deposit, is for the ledger:
      // the
      // settlement timer releases with the best voucher.
      step.fact(new Fact.Failed(unexplained.code(), unexplained.getMessage()));
      return;
    }
    Settlement settlement =
        new Settlement(s.agreementId(), cumulative, Documents.invoiceHash(invoice));
    step.fact(new Fact.Said(new PeerMessage.SettlementProposed(settlement, invoice)));
  }

  private void settlementSigned(SellerSide s, PeerMessage.SettlementSigned m, long seq, Step step) {
    Settlement settlement = m.settlement().message();
    if (s.work != SellerWork.TERMINATING || !settlement.equals(s.proposed)) {
      throw illegal(m, s.work + " with proposal " + s.proposed);
    }
    Agreement a = s.agreement();
    if (!protocol.signedForLedger(a.voucherKey(), settlement, m.settlement().signature())
        && !protocol.signedForLedger(a.buyer(), settlement, m.settlement().signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "settlement of " + s.agreementId() + " is signed by neither buyer nor voucher key");
    }
    step.fact(new Fact.Heard(seq, m));
    settle(s, m.settlement(), step);
  }

  private void settle(SellerSide s, Signed<Settlement> signed, Step step) {
    Agreement a = s.agreement();
    Settlement settlement = signed.message();
    if (s.paid().min(s.funded()).compareTo(settlement.cumulative()) > 0) {
      // More was paid since it was proposed; the seller never settles below its best claim.
      release(s, step);
      return;
    }
    if (s.money.literal()) {
      order(
          s,
          new LedgerCommand.Terminate(a, settlement.cumulative(), settlement.invoiceHash()),
          step);
    } else {
      order(
          s,
          new LedgerCommand.Settle(
              a, settlement, Optional.of(signed.signature()), Optional.empty()),
          step);
    }
  }

  /** What is claimed is safe, whatever becomes of this node. */
  private void claimWhatIsWorthIt(SellerSide s, Step step) {
    Amount held = s.paid().min(s.funded());
    boolean much =
        !policy.claimAbove().isZero()
            && held.compareTo(s.money.claimed().plus(policy.claimAbove())) >= 0;
    if (much && s.money.status() == AgreementStatus.OPEN && s.money.openFinal(depth)) {
      s.till.best().ifPresent(best -> order(s, new LedgerCommand.Claim(s.agreement(), best), step));
    }
  }

  private void claimIfClosing(SellerSide s, Step step) {
    boolean unclaimed = s.paid().min(s.funded()).compareTo(s.money.claimed()) > 0;
    if (s.money.status() == AgreementStatus.CLOSING && unclaimed && s.till.best().isPresent()) {
      order(s, new LedgerCommand.Claim(s.agreement(), s.till.best().get()), step);
    }
  }

  @Override
  void ledgerMoved(SellerSide s, AgreementStatus before, Step step) {
    compareWithLedger(s, step);
    boolean busy = s.running || s.ordered("start");
    if (s.tooLateToOpen() && !busy) {
      String why = "not opened by " + LedgerTime.floor(s.agreement().openBy());
      endDeal(s, DealEvent.LAPSE, ErrorCode.EXPIRED, why, step);
      return;
    }
    if (s.openRetracted(before)) {
      openRetracted(s, step);
    } else if (s.reopened(before) && Tables.SELLER.find(s.work, SellerEvent.REOPENED).isPresent()) {
      work(s, SellerEvent.REOPENED, "the channel is open again", step);
      settleAgain(s, step);
    }
    switch (s.money.status()) {
      case OFFER_RECORDED -> {
        if (policy.literal() && s.deal == DealState.SIGNED) {
          order(s, new LedgerCommand.AcceptOffer(s.agreement()), step);
        }
      }
      case OPEN -> {
        boolean enough =
            s.money.openFinal(depth)
                || s.terms()
                        .price()
                        .setup()
                        .plus(s.terms().price().perTick())
                        .compareTo(policy.reorgCap())
                    <= 0;
        if (s.work == SellerWork.WAITING && s.deal == DealState.SIGNED && enough) {
          work(s, SellerEvent.OPEN_SEEN, "", step);
          if (!s.capacityHeld && !s.ordered("claim")) {
            claimCapacity(s, step);
          }
          tryProvision(s, step);
        }
      }
      case CLOSING -> {
        if (Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()) {
          stop(s, "the buyer asked to close", step);
        }
        claimIfClosing(s, step);
      }
      case CLOSED -> closed(s, step);
      case LAPSED -> {
        if (s.deal == DealState.SIGNED && s.work != SellerWork.SETTLED && !busy) {
          endDeal(s, DealEvent.LAPSE, ErrorCode.EXPIRED, "cancelled on the ledger", step);
        }
      }
      case NONE, ACCEPTED, FEE_HELD -> {}
    }
  }

  /** The work stops: there is nothing that it could be paid from. */
  private void openRetracted(SellerSide s, Step step) {
    if (Tables.SELLER.find(s.work, SellerEvent.OPEN_RETRACTED).isEmpty()) {
      return;
    }
    String why = "the open was reorganised away";
    work(s, SellerEvent.OPEN_RETRACTED, why, step);
    switch (s.work) {
      case WAITING -> {
        // Ordered again when the open is back; what comes of it meanwhile is not wanted.
        forget(s, "provision", step);
      }
      case STOPPING -> step.fact(new Fact.StopOrdered(s.taskNo, why));
      // Nothing runs any more, and capacity is kept only for what the ledger shows.
      default -> free(s, step);
    }
  }

  /** What was said of the settlement still holds; what it came to on the ledger does not. */
  private void settleAgain(SellerSide s, Step step) {
    Signed<Settlement> signed = s.buyerSigned;
    if (s.money.status() != AgreementStatus.OPEN) {
      return;
    }
    if (signed != null) {
      settle(s, signed, step);
    } else if (s.proposed == null) {
      propose(s, step);
    }
  }

  private void closed(SellerSide s, Step step) {
    if (Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()
        && s.work != SellerWork.IN_CONTRACT) {
      stop(s, "the agreement is closed", step);
    }
    if (s.money.closeFinal(depth)
        && Tables.SELLER.find(s.work, SellerEvent.CLOSED_FINAL).isPresent()) {
      work(s, SellerEvent.CLOSED_FINAL, "", step);
      free(s, step);
    }
  }

  @Override
  void orderFailed(SellerSide s, ActionKey key, TransactionStatus.Failed failed, Step step) {
    boolean held =
        s.money.status() == AgreementStatus.OPEN || s.money.status() == AgreementStatus.CLOSING;
    if (s.work != SellerWork.TERMINATING || !held) {
      return;
    }
    if (key.kind().equals("tx:Settle")) {
      release(s, step);
    } else {
      // What was earned is not given up because one transaction failed: the timer runs again.
      step.fact(new Fact.WorkMoved(s.work.name(), step.at(), failed.reason()));
    }
  }

  // ---------------------------------------------------------------- after a restart

  @Override
  void goOn(SellerSide s, Step step) {
    if (s.work == SellerWork.TERMINATING) {
      settleAgain(s, step);
    } else if (s.work == SellerWork.IN_CONTRACT) {
      tryProvision(s, step);
    }
  }

  @Override
  boolean isOwnWord() {
    return false;
  }

  @Override
  void endRestored(SellerSide s, String why, Step step) {
    if (s.work == SellerWork.IN_CONTRACT) {
      terminate(s, SellerEvent.IDLE, why, step);
    } else if (Tables.SELLER.find(s.work, SellerEvent.STOP).isPresent()) {
      stop(s, why, step);
    } else if (s.work == SellerWork.TERMINATING) {
      settleAgain(s, step);
      claimIfClosing(s, step);
    }
  }

  private void release(SellerSide s, Step step) {
    if (s.asking()) {
      return;
    }
    order(s, new LedgerCommand.Release(s.agreement(), s.till.best()), step);
  }

  private void timer(SellerSide s, String key, Step step) {
    Instant due = s.timers().get(key);
    if (due == null || due.isAfter(step.at())) {
      return;
    }
    switch (key) {
      case "offer" ->
          endDeal(s, DealEvent.LAPSE, ErrorCode.EXPIRED, "the offer's time is over", step);
      case "open" -> step.fact(new Fact.OpenOverdue());
      case "hold" -> free(s, step);
      case "idle" -> {
        if (s.order != null) {
          refuseTask(
              s,
              s.task().taskNo(),
              ErrorCode.NO_ANSWER,
              "payment or image did not come within " + policy.provisionTimeout(),
              step);
        } else {
          terminate(s, SellerEvent.IDLE, "no task came", step);
        }
      }
      case "expiry" -> stop(s, "the agreement expires", step);
      case "tick" -> advance(s, step);
      case "grace" -> {
        String why = "tick " + s.meter.needed(step.at()) + " was not paid within " + policy.grace();
        work(s, SellerEvent.GRACE_OVER, why, step);
        step.fact(new Fact.StopOrdered(s.taskNo, why));
      }
      case "result" -> tryFinish(s, true, step);
      case "settle" -> {
        if (s.asking()) {
          step.fact(new Fact.PeerAnswered("no answer within " + policy.settleTimeout()));
        }
        release(s, step);
      }
      default -> {}
    }
  }

  private void failed(SellerSide s, Event.ActionFailed e, Step step) {
    if (!s.outbox.containsKey(e.key())) {
      return;
    }
    switch (e.key().kind()) {
      case "examine" -> {
        step.fact(new Fact.ExamineDone(true, e.message()));
        reject(s, e.code(), e.message(), step);
      }
      case "sign" -> {
        step.fact(new Fact.Dropped(e.key()));
        reject(s, e.code(), e.message(), step);
      }
      case "provision" -> {
        step.fact(new Fact.Dropped(e.key()));
        refuseTask(s, s.taskNo, e.code(), e.message(), step);
      }
      case "start" -> {
        step.fact(new Fact.Dropped(e.key()));
        if (s.work == SellerWork.PROVISIONED) {
          step.fact(new Fact.Said(new PeerMessage.TaskRefused(s.taskNo, e.code(), e.message())));
          step.fact(new Fact.Failed(e.code(), e.message()));
          terminate(s, SellerEvent.START_FAILED, e.message(), step);
        } else if (s.work == SellerWork.STOPPING) {
          report(s, new TaskOutcome.Failed(e.code(), e.message()), step);
        }
      }
      default -> {}
    }
  }
}

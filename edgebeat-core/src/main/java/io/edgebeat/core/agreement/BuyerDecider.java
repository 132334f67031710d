package io.edgebeat.core.agreement;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.engine.Step;
import io.edgebeat.core.negotiate.OfferRules;
import io.edgebeat.core.run.UsageCheck;
import io.edgebeat.core.settle.Invoices;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Decides for the buyer. */
public final class BuyerDecider extends AgreementDecider<BuyerSide> {
  private final BuyerPolicy policy;
  private final OfferDrafts drafts;

  /** For one ledger and one buyer. */
  public BuyerDecider(Protocol protocol, BuyerPolicy policy) {
    super(protocol);
    this.policy = policy;
    this.drafts = new OfferDrafts(protocol, policy);
  }

  @Override
  public BuyerSide create(PartitionKey key) {
    return new BuyerSide(protocol, policy, key);
  }

  @Override
  public void decide(BuyerSide s, Event event, Step step) {
    switch (event) {
      case Event.Begin e -> begin(s, e, step);
      case Event.Reserved e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), "reserved"));
          if (s.deal == DealState.NEW) {
            step.fact(new Fact.SignatureOrdered(firstOffer(s, step.at())));
          }
        }
      }
      case Event.ReserveRefused e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), e.reason()));
          if (s.deal == DealState.NEW) {
            endDeal(s, DealEvent.REJECT, e.code(), e.reason(), false, step);
          }
        }
      }
      case Event.Acknowledged e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Answered(e.key(), "done"));
        }
      }
      case Event.SignatureMade e -> signed(s, e, step);
      case Event.OpenWanted e -> {
        if (s.deal != DealState.SIGNED) {
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE, "agreement " + s.key + " is " + s.deal + ", not signed");
        }
        open(s, step);
      }
      case Event.Reopened e -> reopened(s, step);
      case Event.RestoreAccepted e -> restoreAccepted(s, step);
      case Event.RunTask e -> runTask(s, e, step);
      case Event.CancelTask e -> cancel(s, e, step);
      case Event.Terminate e -> finish(s, e.reason(), step);
      case Event.TopUpWanted e -> {
        if (s.money.status() != AgreementStatus.OPEN) {
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE, "agreement " + s.key + " is " + s.money.status());
        }
        order(s, new LedgerCommand.TopUp(s.agreement(), e.amount()), step);
      }
      case Event.Received e -> received(s, e, step);
      case Event.Drawn e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.SecretDrawn(e.what(), e.bytes()));
          pay(s, step);
        }
      }
      case Event.OnLedger e -> onLedger(s, e.entry(), step);
      case Event.HeadMoved e -> headMoved(s, e, step);
      case Event.OrderConcluded e -> concluded(s, e, step);
      case Event.Fetched e -> {
        if (s.outbox.containsKey(e.key())) {
          fits(s, e.sizeBytes() + " bytes fit their id", step);
        }
      }
      case Event.TimerFired e -> timer(s, e.key(), step);
      case Event.ActionFailed e -> failed(s, e, step);
      default ->
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE,
              event.getClass().getSimpleName() + " is not for a buyer's agreement");
    }
  }

  // ---------------------------------------------------------------- the deal

  private void begin(BuyerSide s, Event.Begin e, Step step) {
    if (s.begin != null) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "negotiation " + s.key + " was begun before");
    }
    step.fact(new Fact.BuyerBegan(step.at(), e));
    ActionKey key = new ActionKey("reserve", s.asked + 1);
    step.fact(
        new Fact.Asked(
            key,
            PartitionKey.WALLET,
            new Event.Reserve(
                s.key,
                key,
                e.agreement().total(),
                e.agreement().funding() == Agreement.Funding.VAULT)));
  }

  private Offer firstOffer(BuyerSide s, Instant at) {
    Event.Begin b = s.begin();
    // The signature is put in when it is made.
    return new Offer(
        s.negotiation,
        1,
        b.terms(),
        new Signed<>(b.agreement(), Signature.of(new byte[65])),
        at.plus(policy.offerTtl()),
        b.terms().maximumLoss(b.agreement(), b.listing().lease()));
  }

  private void signed(BuyerSide s, Event.SignatureMade e, Step step) {
    Offer draft = s.draft;
    if (draft == null || !s.outbox.containsKey(e.key())) {
      return;
    }
    step.fact(new Fact.AgreementSigned(e.signature()));
    if (s.deal == DealState.NEW) {
      step.fact(
          new Fact.Said(
              new PeerMessage.OfferMade(
                  new Offer(
                      draft.negotiation(),
                      draft.round(),
                      draft.terms(),
                      new Signed<>(draft.agreement().message(), e.signature()),
                      draft.validUntil(),
                      draft.maximumLoss()))));
      move(s, DealEvent.OFFER, draft.maximumLoss().toString(), step);
    } else if (s.deal == DealState.OFFERED) {
      step.fact(new Fact.Said(new PeerMessage.Accepted(s.agreementId(), e.signature())));
      bothSigned(s, step);
    }
  }

  @Override
  void hear(BuyerSide s, PeerMessage message, Event.Received event, Step step) {
    long seq = event.envelope().sequence();
    switch (message) {
      case PeerMessage.Countered m -> countered(s, m, seq, step);
      case PeerMessage.Accepted m -> accepted(s, m, seq, step);
      case PeerMessage.Rejected m -> {
        Tables.DEAL.next(s.deal, DealEvent.REJECT);
        step.fact(new Fact.Heard(seq, m));
        endDeal(s, DealEvent.REJECT, m.code(), m.reason(), true, step);
      }
      case PeerMessage.TaskReady m -> {
        requireTask(s, m, m.taskNo(), BuyerWork.PAYING_SETUP);
        step.fact(new Fact.Heard(seq, m));
      }
      case PeerMessage.TaskStarted m -> {
        requireTask(s, m, m.taskNo(), BuyerWork.PAYING_SETUP);
        step.fact(new Fact.Heard(seq, m));
        work(s, BuyerEvent.STARTED, "", step);
        if (s.cancelled) {
          work(s, BuyerEvent.ENDED, "cancelled before it had started", step);
        }
        pay(s, step);
      }
      case PeerMessage.TaskRefused m -> {
        requireTask(s, m, m.taskNo(), BuyerWork.PAYING_SETUP);
        step.fact(new Fact.Heard(seq, m));
        notStarted(s, m.code(), m.reason(), step);
      }
      case PeerMessage.Ack m -> {
        requireOpen(s, m);
        if (m.delivered() <= s.purse.acknowledged()) {
          step.fact(new Fact.Noted(seq));
        } else {
          s.purse.check(s.agreementId(), m, s.terms().maxUnpaidTicks());
          Optional<String> misfit =
              s.usageCheck.ticks(m.delivered(), unit(s), timed(s), s.outcome != null, step.at());
          step.fact(new Fact.Heard(seq, m));
          dispute(s, misfit, step);
          pay(s, step);
        }
      }
      case PeerMessage.ReceiptSent m -> {
        requireOpen(s, m);
        checkReceipt(s, m.receipt());
        step.fact(new Fact.Heard(seq, m));
        payResult(s, step);
      }
      case PeerMessage.UsageReport m -> {
        requireOpen(s, m);
        Optional<String> misfit =
            m.taskNo() == s.taskNo
                ? s.usageCheck
                    .report(m, s.purse.acknowledged(), unit(s), timed(s), step.at())
                    .or(() -> talked(s, m, event.talked()))
                    .or(() -> fueled(s) ? UsageCheck.beyond(m, s.fuelLimit()) : Optional.empty())
                : Optional.empty();
        step.fact(new Fact.Heard(seq, m));
        dispute(s, misfit, step);
      }
      case PeerMessage.PauseNotice m -> {
        requireTask(s, m, m.taskNo(), BuyerWork.STREAMING, BuyerWork.ENDING);
        step.fact(new Fact.Heard(seq, m));
        pay(s, step);
      }
      case PeerMessage.TaskEnded m -> {
        requireTask(
            s, m, m.taskNo(), BuyerWork.PAYING_SETUP, BuyerWork.STREAMING, BuyerWork.ENDING);
        if (s.outcome != null) {
          // What is being fetched and checked is not exchanged for something else.
          throw illegal(m, s.work + " of task " + s.taskNo + ", which has ended");
        }
        Optional<String> misfit =
            s.usageCheck
                .ticks(m.begun(), unit(s), timed(s), true, step.at())
                .or(() -> fueled(s) ? s.usageCheck.fuel(m) : Optional.empty());
        step.fact(new Fact.Heard(seq, m));
        if (s.work != BuyerWork.ENDING) {
          work(s, BuyerEvent.ENDED, "", step);
        }
        dispute(s, misfit, step);
        pay(s, step);
        if (s.result().isPresent()) {
          step.fact(new Fact.FetchOrdered());
        } else {
          fits(s, "no output", step);
        }
      }
      case PeerMessage.SettlementProposed m -> {
        requireOpen(s, m);
        requireCurrency(s, m);
        step.fact(new Fact.Heard(seq, m));
        settle(s, step);
      }
      case PeerMessage.CloseNotice m -> {
        step.fact(new Fact.Heard(seq, m));
        if (s.work == BuyerWork.IDLE) {
          work(s, BuyerEvent.FINISH, m.reason(), step);
        }
      }
      case PeerMessage.Refused m -> {
        step.fact(new Fact.Heard(seq, m));
        step.fact(new Fact.Failed(m.code(), m.reason()));
      }
      default -> throw illegal(message, "a buyer's agreement");
    }
  }

  private static TickUnit unit(BuyerSide s) {
    return s.terms().price().tickUnit();
  }

  /** Whether time alone is counted: units of capabilities only the seller can count. */
  private static boolean timed(BuyerSide s) {
    return unit(s).kind() == TickUnit.Kind.SECONDS && s.terms().capabilities().isEmpty();
  }

  /** Messages with this buyer are counted on both sides, those of capabilities by the seller. */
  private static Optional<String> talked(
      BuyerSide s, PeerMessage.UsageReport report, Optional<Long> most) {
    boolean counted =
        unit(s).kind() == TickUnit.Kind.MESSAGES && s.terms().capabilities().isEmpty();
    return counted && most.isPresent() ? UsageCheck.talked(report, most.get()) : Optional.empty();
  }

  /** Whether nothing but fuel is counted. */
  private static boolean fueled(BuyerSide s) {
    return unit(s).kind() == TickUnit.Kind.FUEL && s.terms().capabilities().isEmpty();
  }

  /** What the two have counted does not fit: nothing more is paid, and the work is stopped. */
  private static void dispute(BuyerSide s, Optional<String> misfit, Step step) {
    if (misfit.isEmpty() || s.usageCheck.isDisputed()) {
      return;
    }
    String why = misfit.get();
    step.fact(new Fact.UsageDisputed(why));
    step.fact(new Fact.Failed(ErrorCode.USAGE_DISPUTED, why));
    step.fact(new Fact.Said(new PeerMessage.Refused(ErrorCode.USAGE_DISPUTED, why)));
    boolean working = s.work == BuyerWork.PAYING_SETUP || s.work == BuyerWork.STREAMING;
    if (working && !s.cancelled) {
      stop(s, why, step);
    }
  }

  private void checkReceipt(BuyerSide s, Signed<Receipt> signed) {
    Receipt receipt = signed.message();
    s.purse.check(receipt, s.agreementId());
    Bytes32 reported = s.usageCheck.reportHash();
    if (!receipt.usageHash().isZero()
        && !reported.isZero()
        && !receipt.usageHash().equals(reported)) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT,
          "receipt "
              + receipt.sequence()
              + " is for usage "
              + receipt.usageHash()
              + ", the last report was "
              + reported);
    }
    // What a task is said to have given is said once; a receipt for something else proves nothing.
    s.lines.stream()
        .filter(line -> line.taskNo() == receipt.taskNo() && !receipt.resultHash().isZero())
        .filter(
            line -> !line.result().map(id -> id.hash().equals(receipt.resultHash())).orElse(false))
        .findFirst()
        .ifPresent(
            line -> {
              throw new EdgeBeatException(
                  ErrorCode.BAD_PAYMENT,
                  "receipt "
                      + receipt.sequence()
                      + " is for result "
                      + receipt.resultHash()
                      + " of task "
                      + line.taskNo()
                      + ", which has ended with "
                      + line.result().map(id -> id + ", " + id.hash()).orElse("none"));
            });
    if (!protocol.signedBy(s.terms().receiptKey(), receipt, signed.signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "receipt " + receipt.sequence() + " is not by the receipt key " + s.terms().receiptKey());
    }
  }

  private void countered(BuyerSide s, PeerMessage.Countered m, long seq, Step step) {
    Tables.DEAL.next(s.deal, DealEvent.COUNTER);
    Offer counter = m.offer();
    Offer last = s.offer().orElseThrow();
    if (s.ordered("sign")
        || !counter.negotiation().equals(s.negotiation)
        || counter.round() != last.round() + 1) {
      throw illegal(m, "round " + last.round());
    }
    Optional<EdgeBeatException> problem = counterProblem(s, counter, last, step);
    step.fact(new Fact.Heard(seq, m));
    if (problem.isPresent()) {
      ErrorCode code = problem.get().code();
      String reason = String.valueOf(problem.get().getMessage());
      step.fact(new Fact.Said(new PeerMessage.Rejected(code, reason)));
      endDeal(s, DealEvent.REJECT, code, reason, true, step);
    } else {
      move(s, DealEvent.COUNTER, counter.maximumLoss().toString(), step);
      step.fact(new Fact.SignatureOrdered(counter));
    }
  }

  /** A counter-offer that is not acceptable ends the talks, so that the next seller is asked. */
  private Optional<EdgeBeatException> counterProblem(
      BuyerSide s, Offer counter, Offer last, Step step) {
    Address seller = last.agreement().message().seller();
    try {
      OfferRules.check(counter, seller, seller, protocol, step.at());
      drafts.checkCounter(s.begin(), counter);
    } catch (EdgeBeatException wrong) {
      return Optional.of(wrong);
    }
    return counter.round() > policy.maxRounds()
        ? Optional.of(
            new EdgeBeatException(
                ErrorCode.OVER_BUDGET, "no agreement after " + last.round() + " rounds"))
        : Optional.empty();
  }

  private void accepted(BuyerSide s, PeerMessage.Accepted m, long seq, Step step) {
    Tables.DEAL.next(s.deal, DealEvent.SIGN);
    Agreement agreement = s.agreement();
    if (!m.id().equals(s.agreementId())) {
      throw illegal(m, "an offer of agreement " + s.agreementId() + ": it names " + m.id());
    }
    if (!protocol.signedForLedger(agreement.seller(), agreement, m.signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "signature "
              + m.signature()
              + " of agreement "
              + m.id()
              + " is not a low-s signature by seller "
              + agreement.seller());
    }
    step.fact(new Fact.Heard(seq, m));
    bothSigned(s, step);
  }

  private void bothSigned(BuyerSide s, Step step) {
    move(s, DealEvent.SIGN, "", step);
    if (s.openWanted) {
      open(s, step);
    }
  }

  private void open(BuyerSide s, Step step) {
    boolean ordered = s.ordered("tx:Open") || s.ordered("tx:RecordOffer");
    if (s.money.status() != AgreementStatus.NONE || ordered) {
      return;
    }
    Agreement agreement = s.agreement();
    step.fact(new Fact.Said(new PeerMessage.OpenNotice(s.agreementId())));
    if (s.begin().way() == Event.Way.LITERAL) {
      order(s, new LedgerCommand.RecordOffer(s.agreementId()), step);
    } else {
      // Whoever sends needs no signature.
      order(
          s,
          new LedgerCommand.Open(agreement, Optional.empty(), Optional.ofNullable(s.theirs)),
          step);
    }
  }

  private void endDeal(
      BuyerSide s, DealEvent event, ErrorCode code, String why, boolean tryNext, Step step) {
    step.fact(new Fact.Failed(code, why));
    move(s, event, why, step);
    unreserve(s, step);
    Event.Begin b = s.begin();
    if (tryNext && !b.alternatives().isEmpty()) {
      handOn(s, b, step);
    }
  }

  /**
   * The next best seller gets the same task; its negotiation is named after this one, and after
   * what this one's seller cannot know: it could take the name first.
   */
  private void handOn(BuyerSide s, Event.Begin b, Step step) {
    Listing listing = b.alternatives().getFirst();
    List<Listing> rest = b.alternatives().subList(1, b.alternatives().size());
    NegotiationId next =
        NegotiationId.of(
            Arrays.copyOf(
                ContentId.sha256(
                        ("next " + s.negotiation.hex() + " " + Bytes32.of(b.voucherKey().reveal()))
                            .getBytes(StandardCharsets.UTF_8))
                    .toBytes(),
                16));
    Optional<Event.Begin> again = drafts.again(b, next, listing, rest, step.at());
    if (again.isPresent()) {
      step.fact(new Fact.HandedOn(next));
      ActionKey key = new ActionKey("next", s.asked + 1);
      step.fact(new Fact.Asked(key, PartitionKey.buyer(next), again.get()));
      // Whoever takes over has its own journal; telling it twice does no harm.
    }
  }

  private void unreserve(BuyerSide s, Step step) {
    forget(s, "reserve", step);
    ActionKey key = new ActionKey("unreserve", s.asked + 1);
    step.fact(new Fact.Asked(key, PartitionKey.WALLET, new Event.Unreserve(s.key, key)));
  }

  private static void work(BuyerSide s, BuyerEvent event, String why, Step step) {
    step.fact(new Fact.WorkMoved(Tables.BUYER.next(s.work, event).name(), step.at(), why));
  }

  private static void requireOpen(BuyerSide s, PeerMessage m) {
    if (s.deal != DealState.SIGNED || s.work == BuyerWork.OPENING || s.work == BuyerWork.DONE) {
      throw illegal(m, s.deal + "/" + s.work);
    }
  }

  /** Before it is heard: evidence in two currencies is none. */
  private static void requireCurrency(BuyerSide s, PeerMessage.SettlementProposed m) {
    Invoice i = m.invoice();
    for (Amount amount :
        List.of(
            m.settlement().cumulative(),
            i.deposit(),
            i.topUps(),
            i.feeEscrowed(),
            i.setup(),
            i.tickAmount(),
            i.paid(),
            i.fee(),
            i.refunded())) {
      if (!amount.asset().equals(s.paid().asset())) {
        throw new EdgeBeatException(
            ErrorCode.BAD_PAYMENT, "the seller counts " + amount + ", paid was " + s.paid());
      }
    }
  }

  private static void requireTask(BuyerSide s, PeerMessage m, int taskNo, BuyerWork... states) {
    if (taskNo != s.taskNo || !Arrays.asList(states).contains(s.work)) {
      throw illegal(m, s.work + " of task " + s.taskNo);
    }
  }

  // ---------------------------------------------------------------- the work

  private void runTask(BuyerSide s, Event.RunTask e, Step step) {
    if (!s.idle()) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE,
          "agreement "
              + s.key
              + " cannot take a task now: deal "
              + s.deal
              + ", work "
              + s.work
              + ", money "
              + s.money.status()
              + ", task "
              + s.taskNo
              + s.offer().map(offer -> " of " + offer.terms().maxTasks()).orElse(""));
    }
    drafts
        .taskProblem(s.terms(), e.spec())
        .ifPresent(
            problem -> {
              throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, problem);
            });
    step.fact(new Fact.TaskWanted(e.taskId(), e.spec()));
    startTask(s, BuyerEvent.ORDER, step);
  }

  private void startTask(BuyerSide s, BuyerEvent event, Step step) {
    TaskSpec spec = s.spec;
    if (spec == null) {
      throw new IllegalStateException("no task to start in " + s.key);
    }
    work(s, event, "", step);
    TaskOrder order =
        new TaskOrder(s.agreementId(), s.taskNo + 1, spec.workload(), spec.input(), spec.limits());
    step.fact(
        new Fact.Said(new PeerMessage.TaskOrdered(protocol.sign(order, s.begin().voucherKey()))));
    pay(s, step);
  }

  /** Pays what may be paid: at most the window beyond what was delivered, nothing after the end. */
  private void pay(BuyerSide s, Step step) {
    boolean paying =
        !s.tongueTied()
            && !s.usageCheck.isDisputed()
            // The settlement was the last word about money, whatever the seller says after it.
            && s.settlements.signed() == null
            && s.money.status() == AgreementStatus.OPEN
            && s.money.openFinal(depth)
            && step.at().isBefore(s.agreement().expiry().minus(policy.margin()));
    if (!paying) {
      return;
    }
    long limit =
        switch (s.work) {
          case PAYING_SETUP, STREAMING ->
              s.cancelled ? s.purse.revealed() : s.purse.acknowledged() + s.terms().window();
          case ENDING, SETTLING ->
              Math.min(s.begunClaim, s.purse.acknowledged() + s.terms().window());
          default -> 0;
        };
    if (s.purse.voucher().isEmpty() && s.work == BuyerWork.PAYING_SETUP) {
      vouch(s, s.terms().price().setup(), Voucher.MAX_TICKS, step);
    }
    addBeforeItRunsOut(s, step);
    while (s.purse.revealed() < limit) {
      if (s.purse.left() == 0) {
        if (!affordable(s)) {
          return;
        }
        if (!s.purse.hasSeed()) {
          if (!s.ordered("draw:seed")) {
            step.fact(new Fact.DrawOrdered("seed"));
          }
          return;
        }
        vouch(s, AgreementSide.ZERO, Voucher.MAX_TICKS, step);
      }
      // The seller takes no frame that pays more than a window at once.
      int most = Math.min(s.purse.left(), s.terms().window());
      int more = (int) Math.min(most, limit - s.purse.revealed());
      step.fact(new Fact.Said(s.purse.reveal(s.purse.revealedHere() + more)));
    }
  }

  /** While half of what was deposited at once is left: what is added counts only at FINAL. */
  private void addBeforeItRunsOut(BuyerSide s, Step step) {
    boolean working = s.work == BuyerWork.PAYING_SETUP || s.work == BuyerWork.STREAMING;
    // What was asked for and is not there yet, or came to nothing, is not asked for again.
    boolean waits = s.ordered("tx:TopUp") || s.money.topUps().compareTo(s.topUpsAsked) < 0;
    if (policy.depositTicks() == 0 || !working || s.cancelled || waits) {
      return;
    }
    Price price = s.terms().price();
    Amount here = s.agreement().deposit().plus(s.money.topUps());
    Amount spoken = s.paid().plus(s.terms().resultAmount());
    Amount enough = price.perTick().times(Math.ceilDiv(policy.depositTicks(), 2));
    Amount most = drafts.fullDeposit(s.begin(), price);
    if (here.compareTo(most) < 0 && here.compareTo(spoken.plus(enough)) < 0) {
      Amount more = price.perTick().times(policy.depositTicks()).min(most.minus(here));
      order(s, new LedgerCommand.TopUp(s.agreement(), more), step);
    }
  }

  private static boolean affordable(BuyerSide s) {
    return s.paid()
            .plus(s.terms().price().perTick())
            .plus(s.terms().resultAmount())
            .compareTo(s.funded())
        <= 0;
  }

  private void vouch(BuyerSide s, Amount plain, int ticks, Step step) {
    Voucher voucher =
        s.purse.next(
            s.agreementId(),
            plain,
            s.terms().price().perTick(),
            s.funded().minus(s.terms().resultAmount()),
            ticks,
            s.usageCheck.reportHash());
    reveal(s, voucher, step);
  }

  private void reveal(BuyerSide s, Voucher voucher, Step step) {
    Signed<Voucher> signed =
        s.vouchers.sign(
            voucher, s.paid(), s.funded(), v -> protocol.sign(v, s.begin().voucherKey()));
    step.fact(new Fact.Said(new PeerMessage.VoucherSent(signed)));
  }

  private void cancel(BuyerSide s, Event.CancelTask e, Step step) {
    if (!e.taskId().equals(s.task) || s.cancelled || s.finished()) {
      return;
    }
    switch (s.work) {
      case PAYING_SETUP, STREAMING -> stop(s, "cancelled", step);
      case OPENING -> {
        if (s.deal == DealState.NEW || s.deal == DealState.OFFERED) {
          if (s.deal == DealState.OFFERED) {
            step.fact(
                new Fact.Said(
                    new PeerMessage.Rejected(ErrorCode.CLOSED, "cancelled by the buyer")));
          }
          endDeal(s, DealEvent.REJECT, ErrorCode.CLOSED, "cancelled", false, step);
        } else {
          step.fact(new Fact.CancelWanted());
        }
      }
      default -> {}
    }
  }

  /**
   * From here on a timer runs: a seller that is gone does not keep the deposit until the expiry.
   */
  private static void stop(BuyerSide s, String why, Step step) {
    step.fact(new Fact.Said(new PeerMessage.CancelTask(s.taskNo)));
    if (s.work == BuyerWork.STREAMING) {
      work(s, BuyerEvent.ENDED, why, step);
    }
  }

  private void notStarted(BuyerSide s, ErrorCode code, String reason, Step step) {
    step.fact(new Fact.Failed(code, reason));
    step.fact(new Fact.ResultChecked(true, reason));
    work(s, BuyerEvent.NOT_STARTED, reason, step);
    settle(s, step);
  }

  private void fits(BuyerSide s, String detail, Step step) {
    checked(s, true, detail, step);
  }

  private void misses(BuyerSide s, ErrorCode code, String detail, Step step) {
    step.fact(new Fact.Failed(code, detail));
    checked(s, false, detail, step);
  }

  private void checked(BuyerSide s, boolean fits, String detail, Step step) {
    step.fact(new Fact.ResultChecked(fits, detail));
    payResult(s, step);
    if (s.work == BuyerWork.ENDING) {
      boolean more =
          fits
              && s.terms().maxTasks() > s.taskNo
              && !s.finishWanted
              && s.money.status() == AgreementStatus.OPEN;
      work(s, more ? BuyerEvent.CHECKED_MORE : BuyerEvent.CHECKED_LAST, detail, step);
    }
    settle(s, step);
    if (s.money.status() == AgreementStatus.CLOSED) {
      // Closed while the result was awaited: the ledger has nothing more to say that would end it.
      closing(s, step);
    }
  }

  /** Reveals what was held back: for a result that fits its id and that a receipt vouches for. */
  private void payResult(BuyerSide s, Step step) {
    Amount held = s.terms().resultAmount();
    boolean due =
        !held.isZero()
            && !s.tongueTied()
            && s.settlements.signed() == null
            && !s.resultPaid
            && s.resultFits
            && s.result().map(id -> id.hash().equals(s.purse.resultHash())).orElse(false)
            && s.money.status() == AgreementStatus.OPEN;
    if (due) {
      reveal(
          s,
          s.purse.next(
              s.agreementId(),
              held,
              s.terms().price().perTick(),
              s.funded(),
              0,
              s.usageCheck.reportHash()),
          step);
    }
  }

  // ---------------------------------------------------------------- the end

  private void finish(BuyerSide s, String reason, Step step) {
    switch (s.work) {
      case IDLE -> {
        step.fact(new Fact.Said(new PeerMessage.CloseNotice(reason)));
        work(s, BuyerEvent.FINISH, reason, step);
      }
      case PAYING_SETUP, STREAMING, ENDING -> {
        if (!s.finishWanted) {
          step.fact(new Fact.Said(new PeerMessage.CloseNotice(reason)));
          if (s.work != BuyerWork.ENDING && !s.cancelled) {
            stop(s, reason, step);
          }
        }
      }
      default -> {}
    }
  }

  /** Signs what the seller proposes, when it is exactly what this side would have proposed. */
  private void settle(BuyerSide s, Step step) {
    Settlement proposal = s.proposed;
    Invoice invoice = s.proposedInvoice;
    if (proposal == null || invoice == null || s.settlements.signed() != null) {
      return;
    }
    if (s.work == BuyerWork.IDLE) {
      work(s, BuyerEvent.FINISH, "the seller wants to settle", step);
    }
    if (s.work == BuyerWork.PAYING_SETUP) {
      // Comes back here in SETTLING.
      notStarted(s, ErrorCode.NO_ANSWER, "the seller settles before the task has started", step);
      return;
    }
    if (s.work != BuyerWork.SETTLING || s.tongueTied() || seesLess(s, invoice)) {
      return;
    }
    Optional<String> problem = settlementProblem(s, proposal, invoice);
    if (problem.isPresent()) {
      step.fact(new Fact.Failed(ErrorCode.BAD_PAYMENT, problem.get()));
      requestClose(s, step);
      return;
    }
    Signed<Settlement> signed =
        s.settlements.sign(
            proposal, s.paid(), message -> protocol.sign(message, s.begin().voucherKey()));
    step.fact(new Fact.Said(new PeerMessage.SettlementSigned(signed)));
    if (s.money.literal()) {
      order(
          s,
          new LedgerCommand.Terminate(s.agreement(), proposal.cumulative(), proposal.invoiceHash()),
          step);
    }
  }

  /** The seller has seen more top-ups become FINAL; this side is about to, or its timer ends it. */
  private boolean seesLess(BuyerSide s, Invoice invoice) {
    Amount counted = invoice.topUps();
    Amount seen = s.money.finalTopUps(depth);
    return counted.compareTo(seen) > 0;
  }

  private static Optional<String> settlementProblem(
      BuyerSide s, Settlement proposal, Invoice invoice) {
    if (!s.money.wasToppedUpTo(invoice.topUps())) {
      return Optional.of(
          "the seller counts "
              + invoice.topUps()
              + " of top-ups, the ledger has shown "
              + s.money.topUps());
    }
    if (proposal.cumulative().compareTo(s.paid()) > 0) {
      return Optional.of(
          "the seller wants " + proposal.cumulative() + ", only " + s.paid() + " was revealed");
    }
    if (proposal.cumulative().compareTo(s.money.claimed()) < 0) {
      return Optional.of(
          "the seller would settle at "
              + proposal.cumulative()
              + ", it has claimed "
              + s.money.claimed()
              + " already");
    }
    Invoice expected;
    try {
      expected =
          Invoices.of(
              s.agreementId(),
              s.agreement(),
              s.terms(),
              invoice.topUps(),
              proposal.cumulative(),
              invoice.ticks(),
              s.lines);
    } catch (EdgeBeatException wrong) {
      return Optional.of("the seller's proposal does not add up: " + wrong.getMessage());
    }
    // The hash is that of what this side has computed: what came is only compared.
    if (!expected.equals(invoice)) {
      return Optional.of("the seller's invoice is not what was used and paid: " + invoice);
    }
    if (!proposal.agreementId().equals(s.agreementId())) {
      return Optional.of(
          "the seller would settle agreement "
              + proposal.agreementId()
              + " instead of "
              + s.agreementId());
    }
    Bytes32 hash = Documents.invoiceHash(expected);
    if (!proposal.invoiceHash().equals(hash)) {
      return Optional.of(
          "the seller's invoiceHash " + proposal.invoiceHash() + " is not its invoice's, " + hash);
    }
    return Optional.empty();
  }

  private void requestClose(BuyerSide s, Step step) {
    if (s.money.status() == AgreementStatus.OPEN) {
      order(s, new LedgerCommand.RequestClose(s.agreement()), step);
    }
  }

  // ---------------------------------------------------------------- after a restart

  @Override
  boolean isOwnWord() {
    return true;
  }

  @Override
  void goOn(BuyerSide s, Step step) {
    payResult(s, step);
    ledgerMoved(s, s.money.status(), step);
  }

  /** What was signed and lost cannot be contradicted by signing nothing: the ledger ends it. */
  @Override
  void endRestored(BuyerSide s, String why, Step step) {
    switch (s.work) {
      case PAYING_SETUP -> notStarted(s, ErrorCode.CONFLICTING_SIGNATURE, why, step);
      case IDLE, STREAMING -> finish(s, why, step);
      case OPENING -> ledgerMoved(s, s.money.status(), step);
      case ENDING, SETTLING, DONE -> {}
    }
  }

  @Override
  void ledgerMoved(BuyerSide s, AgreementStatus before, Step step) {
    compareWithLedger(s, step);
    if (s.tooLateToOpen()) {
      lapse(s, "not opened by " + s.agreement().openBy(), step);
      return;
    }
    if (s.openRetracted(before) && s.deal == DealState.SIGNED) {
      if (Tables.BUYER.find(s.work, BuyerEvent.OPEN_RETRACTED).isPresent()) {
        work(s, BuyerEvent.OPEN_RETRACTED, "the open was reorganised away", step);
      }
      // While the wallet still sends the first one this is that one.
      open(s, step);
    } else if (s.reopened(before) && Tables.BUYER.find(s.work, BuyerEvent.REOPENED).isPresent()) {
      work(s, BuyerEvent.REOPENED, "the channel is open again", step);
    }
    switch (s.money.status()) {
      case ACCEPTED -> order(s, new LedgerCommand.DepositFee(s.agreement()), step);
      case FEE_HELD -> order(s, new LedgerCommand.FundChannel(s.agreement()), step);
      case OPEN -> {
        if (s.work == BuyerWork.OPENING && s.deal == DealState.SIGNED && s.money.openFinal(depth)) {
          if (!s.asking()) {
            opened(s, step);
          }
        } else if (s.deal.terminal()) {
          // The seller has opened after all what both had given up; nothing is paid under it.
          requestClose(s, step);
        } else {
          pay(s, step);
          if (s.work == BuyerWork.SETTLING && !s.ordered("tx:RequestClose")) {
            settle(s, step);
          }
        }
      }
      case CLOSING, CLOSED -> closing(s, step);
      case LAPSED -> {
        if (s.deal == DealState.SIGNED && s.work != BuyerWork.DONE) {
          lapse(s, "cancelled on the ledger", step);
        }
      }
      case NONE, OFFER_RECORDED -> {}
    }
  }

  private void opened(BuyerSide s, Step step) {
    unreserve(s, step);
    // A task that is over already is not ordered again when the open came back.
    boolean wanted = s.task != null && !s.resultChecked;
    if (wanted && !s.cancelled && !s.restored) {
      startTask(s, BuyerEvent.OPEN_WITH_TASK, step);
      return;
    }
    work(s, BuyerEvent.OPEN_IDLE, "", step);
    if (wanted) {
      String why = s.cancelled ? "cancelled" : "restored from an old backup";
      step.fact(new Fact.Failed(ErrorCode.CLOSED, why));
      step.fact(new Fact.ResultChecked(true, why + ", before it was ordered"));
    }
    if (wanted || s.restored) {
      finish(s, "it was " + (s.restored ? "restored from an old backup" : "cancelled"), step);
    }
  }

  /** Nothing is open and nothing will be; a task that was under way has come to nothing. */
  private void lapse(BuyerSide s, String why, Step step) {
    if (s.work != BuyerWork.OPENING && s.task != null && !s.resultChecked) {
      step.fact(new Fact.Failed(ErrorCode.EXPIRED, why));
      step.fact(new Fact.ResultChecked(true, why));
    }
    endDeal(s, DealEvent.LAPSE, ErrorCode.EXPIRED, why, false, step);
  }

  private void closing(BuyerSide s, Step step) {
    if (Tables.BUYER.find(s.work, BuyerEvent.CLOSE_SEEN).isPresent()) {
      work(s, BuyerEvent.CLOSE_SEEN, s.money.status().name(), step);
      if (!s.resultChecked && s.task != null && s.work == BuyerWork.SETTLING) {
        if (s.outcome == null) {
          step.fact(
              new Fact.ResultChecked(false, "the agreement was closed before the task had ended"));
        }
      }
    }
    boolean over =
        s.money.deadline().map(deadline -> !s.money.time().isBefore(deadline)).orElse(false);
    if (s.money.status() == AgreementStatus.CLOSING && over) {
      order(s, new LedgerCommand.Finalize(s.agreement()), step);
    }
    if (s.money.closeFinal(depth)
        && Tables.BUYER.find(s.work, BuyerEvent.CLOSED_FINAL).isPresent()) {
      if (s.work == BuyerWork.OPENING && !s.deal.terminal()) {
        // Opened and closed before the open was FINAL here, or by a word that a backup has lost: no
        // funds wait for it any more.
        unreserve(s, step);
      }
      work(s, BuyerEvent.CLOSED_FINAL, "", step);
    }
  }

  @Override
  void orderFailed(BuyerSide s, ActionKey key, TransactionStatus.Failed failed, Step step) {
    step.fact(new Fact.Failed(failed.code(), failed.reason()));
    boolean opening =
        List.of("tx:Open", "tx:RecordOffer", "tx:DepositFee", "tx:FundChannel")
            .contains(key.kind());
    if (opening && failed.code() == ErrorCode.WRONG_STATE) {
      // Somebody has opened it first, or the step before was reorganised away: either way the
      // ledger's entries say how it goes on, or openBy ends it.
      return;
    }
    if (opening && s.deal == DealState.SIGNED && s.money.status() == AgreementStatus.FEE_HELD) {
      // Whatever the work has come to: an open that was taken back leaves the fee where it is.
      order(s, new LedgerCommand.ReclaimFee(s.agreement()), step);
    } else if (opening && s.work == BuyerWork.OPENING && s.deal == DealState.SIGNED) {
      endDeal(s, DealEvent.LAPSE, failed.code(), failed.reason(), false, step);
    } else if (s.work == BuyerWork.SETTLING && s.money.status() == AgreementStatus.OPEN) {
      // The deposit is not given up because one transaction failed: the timer runs again.
      step.fact(new Fact.WorkMoved(s.work.name(), step.at(), failed.reason()));
    }
  }

  private void timer(BuyerSide s, String key, Step step) {
    Instant due = s.timers().get(key);
    if (due == null || due.isAfter(step.at())) {
      return;
    }
    switch (key) {
      case "offer" -> {
        DealEvent event = s.deal == DealState.NEW ? DealEvent.REJECT : DealEvent.LAPSE;
        endDeal(s, event, ErrorCode.NO_ANSWER, "the seller did not answer in time", true, step);
      }
      case "open" -> {
        step.fact(new Fact.OpenOverdue());
        if (s.money.status() == AgreementStatus.FEE_HELD) {
          order(s, new LedgerCommand.ReclaimFee(s.agreement()), step);
        }
      }
      case "query" -> unanswered(s, "within " + policy.startTimeout(), step);
      case "start" ->
          notStarted(
              s,
              ErrorCode.NO_ANSWER,
              "the seller did not start the task within " + policy.startTimeout(),
              step);
      case "expiry" -> stop(s, "the agreement expires", step);
      case "result" -> {
        if (s.outcome == null) {
          misses(s, ErrorCode.NO_ANSWER, "the seller did not report the end of the task", step);
        } else if (!s.resultChecked) {
          misses(
              s,
              ErrorCode.CONTENT_NOT_FOUND,
              "the result could not be fetched within " + policy.resultTimeout(),
              step);
        }
      }
      case "idle" -> finish(s, "no further task", step);
      case "settle" -> {
        if (s.money.status() == AgreementStatus.CLOSING) {
          order(s, new LedgerCommand.Finalize(s.agreement()), step);
        } else {
          requestClose(s, step);
        }
      }
      default -> {}
    }
  }

  private void failed(BuyerSide s, Event.ActionFailed e, Step step) {
    if (!s.outbox.containsKey(e.key())) {
      return;
    }
    switch (e.key().kind()) {
      case "sign" -> {
        step.fact(new Fact.Dropped(e.key()));
        if (!s.deal.terminal()) {
          endDeal(s, DealEvent.REJECT, e.code(), e.message(), false, step);
        }
      }
      case "fetch" -> misses(s, e.code(), e.message(), step);
      default -> {}
    }
  }
}

package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.pay.Purse;
import io.edgebeat.core.pay.SettlementGuard;
import io.edgebeat.core.pay.VoucherGuard;
import io.edgebeat.core.run.UsageCheck;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of one agreement on the buyer's side. */
public final class BuyerSide extends AgreementSide {

  /** How one task of this agreement stands. */
  public record TaskView(
      int taskNo, TaskSpec spec, Optional<TaskOutcome> outcome, Usage usage, boolean over) {}

  final BuyerPolicy policy;
  final Purse purse = new Purse();
  final VoucherGuard vouchers = new VoucherGuard();
  final SettlementGuard settlements = new SettlementGuard();
  final UsageCheck usageCheck = new UsageCheck();
  final Map<TaskId, TaskView> tasks = new HashMap<>();

  BuyerWork work = BuyerWork.OPENING;
  Event.@Nullable Begin begin;
  @Nullable TaskId task;
  @Nullable TaskSpec spec;
  @Nullable TaskOutcome outcome;
  Usage usage = Usage.NONE;
  long begunClaim;
  Amount topUpsAsked = ZERO;
  boolean startedOnce;
  boolean resultPaid;
  boolean resultChecked;
  boolean resultFits;
  boolean cancelled;
  boolean openWanted;
  boolean finishWanted;
  @Nullable Settlement proposed;
  @Nullable Invoice proposedInvoice;
  @Nullable NegotiationId next;

  BuyerSide(Protocol protocol, BuyerPolicy policy, PartitionKey key) {
    super(protocol, key);
    this.policy = policy;
  }

  @Override
  public void evolve(Fact fact) {
    evolveShared(fact);
    switch (fact) {
      case Fact.BuyerBegan f -> {
        begin = f.begin();
        dealAt = f.at();
        openWanted = f.begin().autoOpen();
        purse.seed(f.begin().firstSeed());
        f.begin().taskId().ifPresent(id -> want(id, f.begin().spec()));
      }
      case Fact.Heard f -> heard(f.message());
      case Fact.Said f -> said(f.message());
      case Fact.SecretDrawn f -> purse.seed(f.bytes());
      case Fact.TaskWanted f -> want(f.taskId(), f.spec());
      case Fact.WorkMoved f -> {
        BuyerWork before = work;
        work = BuyerWork.valueOf(f.to());
        workAt = f.at();
        if (work == BuyerWork.PAYING_SETUP && before != work) {
          usageCheck.ordered(f.at(), begunClaim);
        }
      }
      case Fact.FetchOrdered f -> {
        ContentId result = result().orElseThrow();
        outbox.put(
            new ActionKey("fetch", taskNo),
            new Action.Fetch(result, terms().limits().outputBytes()));
      }
      case Fact.ResultChecked f -> {
        drop("fetch");
        resultChecked = true;
        resultFits = f.fits();
        if (outcome == null || !f.fits()) {
          // What it failed with is the fact before this one.
          Failure why = failure;
          outcome =
              new TaskOutcome.Failed(
                  why == null ? io.edgebeat.api.error.ErrorCode.NO_ANSWER : why.code(), f.detail());
        }
        TaskId current = task;
        TaskSpec wanted = spec;
        if (current != null && wanted != null) {
          tasks.put(
              current, new TaskView(taskNo, wanted, Optional.ofNullable(outcome), usage, true));
        }
      }
      case Fact.CancelWanted f -> cancelled = true;
      case Fact.HandedOn f -> next = f.next();
      case Fact.Asked f -> {
        if (f.event() instanceof Event.Order order
            && order.command() instanceof LedgerCommand.TopUp more) {
          topUpsAsked = money.topUps().plus(more.amount());
        }
      }
      case Fact.UsageDisputed f -> usageCheck.disputed();
      case Fact.Restored f ->
          f.best()
              .ifPresent(
                  claim -> {
                    purse.adopt(claim, ticksWorth(claim.value()));
                    vouchers.recorded(claim.voucher());
                  });
      default -> {}
    }
    if (finished()) {
      nobodyAsks();
    }
  }

  private void want(TaskId id, TaskSpec wanted) {
    task = id;
    spec = wanted;
    outcome = null;
    usage = Usage.NONE;
    startedOnce = false;
    resultChecked = false;
    resultFits = false;
    resultPaid = false;
    cancelled = false;
    tasks.put(id, new TaskView(0, wanted, Optional.empty(), Usage.NONE, false));
  }

  private void heard(PeerMessage message) {
    switch (message) {
      case PeerMessage.Countered m -> {
        propose(m.offer());
        theirs = m.offer().agreement().signature();
      }
      case PeerMessage.Accepted m -> theirs = m.signature();
      case PeerMessage.TaskStarted m -> startedOnce = true;
      case PeerMessage.TaskRefused m -> outcome = new TaskOutcome.Failed(m.code(), m.reason());
      case PeerMessage.Ack m -> purse.acknowledged(m.delivered());
      case PeerMessage.ReceiptSent m -> purse.receipt(m.receipt().message());
      case PeerMessage.UsageReport m -> {
        if (m.taskNo() == taskNo) {
          usage = m.usage();
        }
        usageCheck.reported(m, m.taskNo() == taskNo);
      }
      case PeerMessage.TaskEnded m -> {
        outcome = m.outcome();
        usage = m.usage();
        // No more than what was paid and what may begin unpaid, whatever the seller says.
        begunClaim = Math.min(m.begun(), purse.revealed() + terms().maxUnpaidTicks());
        TaskSpec wanted = spec;
        if (wanted != null) {
          lines.add(
              new Invoice.Line(
                  m.taskNo(),
                  wanted.workload().image(),
                  m.outcome().getClass().getSimpleName(),
                  m.outcome().output(),
                  m.usage()));
        }
      }
      case PeerMessage.SettlementProposed m -> {
        proposed = m.settlement();
        proposedInvoice = m.invoice();
      }
      default -> {}
    }
  }

  private void said(PeerMessage message) {
    switch (message) {
      case PeerMessage.OfferMade m -> propose(m.offer());
      case PeerMessage.TaskOrdered m -> taskNo = m.order().message().taskNo();
      case PeerMessage.VoucherSent m -> {
        purse.vouched(m.voucher());
        vouchers.recorded(m.voucher());
        if (m.voucher().message().tickCount() == 0 && m.voucher().message().sequence() > 1) {
          resultPaid = true;
        }
      }
      case PeerMessage.Ticks m -> purse.revealed(m);
      case PeerMessage.CancelTask m -> cancelled = true;
      case PeerMessage.CloseNotice m -> finishWanted = true;
      case PeerMessage.SettlementSigned m -> {
        settlements.recorded(m.settlement());
        vouchers.close();
        invoice = proposedInvoice;
      }
      default -> {}
    }
  }

  Event.Begin begin() {
    Event.Begin known = begin;
    if (known == null) {
      throw new IllegalStateException("not begun: " + key);
    }
    return known;
  }

  /** The most fuel that the task may use. */
  long fuelLimit() {
    TaskSpec known = spec;
    return known == null ? terms().limits().fuel() : known.limits().fuel();
  }

  Optional<ContentId> result() {
    TaskOutcome known = outcome;
    return known == null ? Optional.empty() : known.output();
  }

  /** What the channel holds, as far as it was seen. */
  Amount funded() {
    return money.funded(agreement(), protocol.ledger().finalityDepth());
  }

  /** The listing that is tried. */
  public Optional<Listing> listing() {
    return begin == null ? Optional.empty() : Optional.of(begin.listing());
  }

  /** What each side can lose at most, by the newest proposal. */
  public Optional<MaximumLoss> maximumLoss() {
    return offer().map(o -> o.maximumLoss());
  }

  /** The negotiation that took over after this one came to nothing. */
  public Optional<NegotiationId> next() {
    return Optional.ofNullable(next);
  }

  /** The tasks of this agreement. */
  public Set<TaskId> taskIds() {
    return Set.copyOf(tasks.keySet());
  }

  /** How a task stands. */
  public Optional<TaskView> task(TaskId id) {
    TaskView view = tasks.get(id);
    return view == null || view.over || !id.equals(task)
        ? Optional.ofNullable(view)
        : Optional.of(new TaskView(taskNo, view.spec, Optional.ofNullable(outcome), usage, false));
  }

  /** The task that runs, or was the last to run, under this agreement. */
  public Optional<TaskId> current() {
    return Optional.ofNullable(task);
  }

  @Override
  Optional<VoucherClaim> best() {
    return purse.best();
  }

  /** Where a task is, in the buyer's words. */
  public TaskState taskState(TaskId id) {
    if (finished()) {
      return TaskState.DONE;
    }
    return switch (deal) {
      case NEW -> TaskState.SEARCHING;
      case OFFERED -> TaskState.NEGOTIATING;
      case REJECTED, LAPSED -> TaskState.DONE;
      case SIGNED ->
          switch (work) {
            case OPENING -> TaskState.OPENING;
            case PAYING_SETUP -> TaskState.PAYING_SETUP;
            case STREAMING -> TaskState.STREAMING;
            case ENDING -> TaskState.ENDING;
            case IDLE -> TaskState.DONE;
            case SETTLING ->
                begin().spec() != null && terms().maxTasks() > 1
                    ? TaskState.DONE
                    : TaskState.SETTLING;
            case DONE -> TaskState.DONE;
          };
    };
  }

  /** Whether the agreement is open and could take a further task at once. */
  public boolean idle() {
    return work == BuyerWork.IDLE
        && !finishWanted
        && !tongueTied()
        && money.status() == AgreementStatus.OPEN
        && taskNo < terms().maxTasks();
  }

  /** The most that can still be spent under this agreement, the platform's fee included. */
  public Amount mostToSpend() {
    return funded().minus(paid().min(funded())).plus(agreement().fee());
  }

  /** Where the work is. */
  public BuyerWork work() {
    return work;
  }

  /** Ticks the seller says it has delivered. */
  public long acknowledged() {
    return purse.acknowledged();
  }

  @Override
  public Optional<Address> remote() {
    return begin == null ? Optional.empty() : Optional.of(begin.listing().seller());
  }

  @Override
  public String workName() {
    return work.name();
  }

  @Override
  public Amount paid() {
    return purse.value(ZERO);
  }

  @Override
  public long ticks() {
    return purse.revealed();
  }

  @Override
  public Map<String, Instant> timers() {
    Map<String, Instant> timers = new LinkedHashMap<>();
    if (finished() || begin == null) {
      return timers;
    }
    switch (deal) {
      case NEW -> timers.put("offer", dealAt.plus(policy.offerTtl()).plus(policy.offerTtl()));
      case OFFERED -> timers.put("offer", dealAt.plus(policy.offerTtl()));
      case SIGNED -> workTimers(agreement(), timers);
      default -> {}
    }
    return timers;
  }

  private void workTimers(Agreement agreement, Map<String, Instant> timers) {
    Instant lastCall = agreement.expiry().minus(policy.margin());
    if (!openOverdue && (work == BuyerWork.OPENING || !opened())) {
      timers.put("open", agreement.openBy().plusSeconds(1));
    }
    if (work == BuyerWork.OPENING && opened() && asking()) {
      timers.put("query", askedAt.plus(policy.startTimeout()));
    }
    switch (work) {
      case PAYING_SETUP -> timers.put("start", workAt.plus(policy.startTimeout()));
      case STREAMING -> timers.put("expiry", lastCall);
      case ENDING -> timers.put("result", workAt.plus(policy.resultTimeout()));
      case IDLE -> timers.put("idle", workAt.plus(policy.idleTimeout()));
      case SETTLING -> {
        if (opened()) {
          timers.put(
              "settle",
              money.deadline().isPresent()
                  ? money.deadline().get().plusSeconds(1)
                  : workAt.plus(policy.settleTimeout()));
        }
      }
      case OPENING, DONE -> {}
    }
  }

  @Override
  public boolean finished() {
    return deal.terminal()
        || work == BuyerWork.DONE
        || (money.status() == AgreementStatus.LAPSED && work == BuyerWork.OPENING);
  }
}

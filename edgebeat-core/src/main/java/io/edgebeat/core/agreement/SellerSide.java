package io.edgebeat.core.agreement;

import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.pay.Till;
import io.edgebeat.core.run.TickMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of one agreement on the seller's side. */
public final class SellerSide extends AgreementSide {
  /** How the capacity partition's yes is journaled. */
  static final String CAPACITY_HELD = "reserved";

  final SellerPolicy policy;
  final Till till = new Till();
  final TickMeter meter = new TickMeter();

  SellerWork work = SellerWork.WAITING;
  Event.@Nullable SellerSetting setting;
  @Nullable Signed<TaskOrder> order;
  @Nullable TaskOutcome outcome;
  Usage usage = Usage.NONE;
  Instant leaseUntil = Instant.EPOCH;
  @Nullable String stopReason;
  boolean running;

  /** The task whose use the meter counts: the last that was started. */
  int metered;

  boolean lease = true;
  boolean capacityHeld;
  boolean closeNoticed;
  long badTicks;
  @Nullable Settlement proposed;
  @Nullable Signed<Settlement> buyerSigned;

  SellerSide(Protocol protocol, SellerPolicy policy, PartitionKey key) {
    super(protocol, key);
    this.policy = policy;
  }

  @Override
  public void evolve(Fact fact) {
    evolveShared(fact);
    switch (fact) {
      case Fact.SellerBegan f -> {
        setting = f.setting();
        dealAt = f.at();
        propose(f.offer());
        theirs = f.offer().agreement().signature();
        meter.unit(f.offer().terms().price().tickUnit());
      }
      case Fact.Heard f -> heard(f.message());
      case Fact.Said f -> said(f.message());
      case Fact.ExamineOrdered f ->
          outbox.put(new ActionKey("examine", heard), new Action.Examine(current()));
      case Fact.ExamineDone f -> {
        drop("examine");
        lease = f.lease();
      }
      case Fact.WorkMoved f -> {
        work = SellerWork.valueOf(f.to());
        workAt = f.at();
        switch (work) {
          case PAUSED -> meter.paused(f.at());
          case RUNNING -> meter.resumed(f.at());
          case STOPPING -> meter.paused(f.at());
          default -> {}
        }
      }
      case Fact.ProvisionOrdered f -> {
        taskNo = f.taskNo();
        TaskOrder task = task();
        outbox.put(
            new ActionKey("provision", f.taskNo()),
            new Action.Provision(task.workload(), task.limits(), task.input()));
      }
      case Fact.ProvisionDone f -> drop("provision");
      case Fact.StartOrdered f -> {
        TaskOrder task = task();
        leaseUntil = f.leaseUntil();
        outcome = null;
        usage = Usage.NONE;
        stopReason = null;
        outbox.put(
            new ActionKey("start", f.taskNo()),
            new Action.Start(
                new ExecutionId(agreementId(), f.taskNo()),
                task.workload(),
                task.input(),
                task.limits(),
                terms().hostProfile(),
                terms().capabilities(),
                terms().price().tickUnit(),
                f.leaseUntil()));
      }
      case Fact.ExecutionStarted f -> {
        drop("start");
        running = true;
        metered = f.taskNo();
        meter.started(f.at());
      }
      case Fact.ExecutionEnded f -> {
        drop("start");
        running = false;
        outcome = f.outcome();
        usage = f.usage();
      }
      case Fact.Answered f -> capacityHeld |= f.how().equals(CAPACITY_HELD);
      case Fact.Asked f -> capacityHeld &= !(f.event() instanceof Event.Free);
      case Fact.StopOrdered f -> stopReason = f.reason();
      case Fact.UnitsAsked f -> meter.asked(f.units());
      case Fact.UnitsGranted f -> meter.granted(f.total());
      case Fact.LeaseSet f -> leaseUntil = f.until();
      case Fact.TicksBegun f -> meter.begun(f.total());
      case Fact.Restored f ->
          f.best().ifPresent(claim -> till.adopt(claim, ticksWorth(claim.value())));
      case Fact.HeldFor f -> meter.held(f.held());
      case Fact.SecretDrawn f ->
          till.ackSeed(
              agreementId(), Long.parseLong(f.what()), f.bytes(), terms().maxUnpaidTicks() + 1);
      default -> {}
    }
    if (finished()) {
      nobodyAsks();
    }
  }

  private void heard(PeerMessage message) {
    switch (message) {
      case PeerMessage.OfferMade m -> {
        propose(m.offer());
        theirs = m.offer().agreement().signature();
        own = null;
      }
      case PeerMessage.Accepted m -> theirs = m.signature();
      case PeerMessage.TaskOrdered m -> order = m.order();
      case PeerMessage.VoucherSent m -> till.accepted(m.voucher());
      case PeerMessage.Ticks m -> till.accepted(m);
      case PeerMessage.CloseNotice m -> closeNoticed = true;
      case PeerMessage.SettlementSigned m -> buyerSigned = m.settlement();
      default -> {}
    }
  }

  private void said(PeerMessage message) {
    switch (message) {
      case PeerMessage.Ack m -> till.acknowledged(m.delivered());
      case PeerMessage.ReceiptSent m -> till.receipted();
      case PeerMessage.TaskEnded m -> {
        lines.add(line(m.taskNo(), m.outcome(), m.usage()));
        order = null;
      }
      case PeerMessage.TaskRefused m -> order = null;
      case PeerMessage.SettlementProposed m -> {
        proposed = m.settlement();
        invoice = m.invoice();
      }
      case PeerMessage.Refused m -> {
        if (m.code() == io.edgebeat.api.error.ErrorCode.BAD_PAYMENT) {
          badTicks++;
        }
      }
      default -> {}
    }
  }

  private Invoice.Line line(int number, TaskOutcome ended, Usage used) {
    return new Invoice.Line(
        number, task().workload().image(), ended.getClass().getSimpleName(), ended.output(), used);
  }

  TaskOrder task() {
    Signed<TaskOrder> known = order;
    if (known == null) {
      throw new IllegalStateException("no task ordered in " + key);
    }
    return known.message();
  }

  private io.edgebeat.api.market.Offer current() {
    return offer().orElseThrow();
  }

  /** What the channel holds, as far as it was seen. */
  Amount funded() {
    return money.funded(agreement(), protocol.ledger().finalityDepth());
  }

  @Override
  public Optional<Address> remote() {
    return offer == null && draft == null ? Optional.empty() : Optional.of(agreement().buyer());
  }

  @Override
  public String workName() {
    return work.name();
  }

  @Override
  public Amount paid() {
    return till.value(ZERO);
  }

  @Override
  public long ticks() {
    return till.held();
  }

  /** Where the work is. */
  public SellerWork work() {
    return work;
  }

  /** Ticks begun in all of this agreement. */
  public long begun() {
    return meter.begun();
  }

  io.edgebeat.api.identity.Secret receiptKey() {
    Event.SellerSetting known = setting;
    if (known == null) {
      throw new IllegalStateException("no setting in " + key);
    }
    return known.receiptKey();
  }

  /** What a watchtower needs; empty before anything was paid. */
  public Optional<WatchOrder> watchOrder() {
    return till.best().map(claim -> new WatchOrder(agreement(), claim));
  }

  @Override
  Optional<VoucherClaim> best() {
    return till.best();
  }

  /** How many ticks are delivered: all that began, but for the last while it is being used. */
  long delivered(Instant at) {
    boolean inUse = running && meter.needed(at) <= meter.begun();
    return inUse ? meter.begun() - 1 : meter.begun();
  }

  /** Until when the execution may run by what is paid and may begin unpaid. */
  Instant lease(Instant at) {
    Instant waiting = at.plus(policy.grace()).plus(policy.leaseSlack());
    return work == SellerWork.PAUSED
        ? waiting
        : meter
            .endOf(till.held() + terms().maxUnpaidTicks())
            .map(end -> end.plus(policy.leaseSlack()))
            .orElse(waiting.plus(policy.grace()));
  }

  /** What the running execution should be like. */
  public Optional<ExecutionPlan> plan() {
    if (!running) {
      return Optional.empty();
    }
    boolean held = work == SellerWork.PAUSED;
    Optional<String> stop = work == SellerWork.STOPPING ? Optional.of(reason()) : Optional.empty();
    // While it is being stopped no further tick begins.
    long granted =
        stop.isPresent()
            ? Math.min(meter.granted(), meter.covered(meter.begun()))
            : meter.granted();
    return Optional.of(new ExecutionPlan(taskNo, held, stop, leaseUntil, granted));
  }

  private String reason() {
    return stopReason == null ? "stopped" : stopReason;
  }

  @Override
  public Map<String, Instant> timers() {
    Map<String, Instant> timers = new LinkedHashMap<>();
    if (finished() || setting == null) {
      return timers;
    }
    Agreement agreement = agreement();
    switch (deal) {
      case OFFERED -> timers.put("offer", current().validUntil());
      case SIGNED -> workTimers(agreement, timers);
      default -> {}
    }
    return timers;
  }

  private void workTimers(Agreement agreement, Map<String, Instant> timers) {
    Instant lastCall = agreement.expiry().minus(policy.margin());
    if (!openOverdue && (work == SellerWork.WAITING || !opened())) {
      timers.put("open", agreement.openBy().plusSeconds(1));
    }
    switch (work) {
      case WAITING -> {
        if (capacityHeld) {
          timers.put("hold", dealAt.plus(policy.hold()));
        }
      }
      case IN_CONTRACT -> {
        // The clock starts again with every order.
        Duration patience = order != null ? policy.provisionTimeout() : policy.idleTimeout();
        timers.put("idle", workAt.plus(patience));
        timers.put("expiry", lastCall);
      }
      case PROVISIONED -> timers.put("expiry", lastCall);
      case RUNNING -> {
        meter.endOf(meter.begun()).ifPresent(end -> timers.put("tick", end));
        if (meter.endOf(meter.begun()).isEmpty()) {
          timers.put("tick", leaseUntil.minus(policy.grace()));
        }
        timers.put("expiry", lastCall);
      }
      case PAUSED -> timers.put("grace", workAt.plus(policy.grace()));
      case STOPPING -> timers.put("result", workAt.plus(policy.resultTimeout()));
      case TERMINATING -> {
        if (opened()) {
          // What the other side knows is worth waiting for: a release is the last word.
          Instant since = asking() && askedAt.isAfter(workAt) ? askedAt : workAt;
          timers.put("settle", since.plus(policy.settleTimeout()));
        }
      }
      case SETTLED -> {}
    }
  }

  @Override
  public boolean finished() {
    return deal.terminal()
        || work == SellerWork.SETTLED
        || (money.status() == AgreementStatus.LAPSED && work == SellerWork.WAITING);
  }
}

package io.edgebeat.core.node;

import io.edgebeat.api.Buyer;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.schedule.Placement;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.BuyerWork;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.OfferDrafts;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The buying side of a node. */
final class BuyerImpl implements Buyer {
  private static final int ALTERNATIVES = 4;

  private final NodeImpl node;
  private final NodeParts parts;
  private final OfferDrafts drafts;

  BuyerImpl(NodeImpl node, NodeParts parts, Protocol protocol) {
    this.node = node;
    this.parts = parts;
    this.drafts = new OfferDrafts(protocol, parts.buyerPolicy());
  }

  @Override
  public Task submit(TaskSpec spec, Budget budget, Strategy strategy) {
    node.requireServing();
    TaskId taskId = TaskId.of(parts.random().apply(16));
    Optional<Task> reused = reuse(taskId, spec, budget);
    if (reused.isPresent()) {
      return reused.get();
    }
    Amount fee = parts.ledger().info().parameters().feeFloor();
    Amount result = spec.resultAmount();
    if (budget.limit().compareTo(fee.plus(result)) <= 0) {
      throw new EdgeBeatException(
          ErrorCode.OVER_BUDGET,
          "budget "
              + budget.limit()
              + " does not even cover the platform's fee of "
              + fee
              + (result.isZero() ? "" : " and the result amount of " + result));
    }
    Placement placement =
        parts
            .scheduler()
            .place(
                new PlacementRequest(
                    spec,
                    budget.limit().minus(fee).minus(result),
                    strategy,
                    Set.of(),
                    ALTERNATIVES),
                parts.marketplace().candidates());
    if (placement.ranked().isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.NO_MATCH, RetryAdvice.AFTER_STATE_CHANGE, placement.reason(), null);
    }
    List<Listing> listings = placement.ranked().stream().map(Candidate::listing).toList();
    Event.Begin begin =
        drafts.begin(
            randomness(),
            node.address(),
            Optional.of(taskId),
            spec,
            budget.limit(),
            listings,
            1,
            parts.mode(),
            parts.clock().instant());
    requireFunds(begin);
    node.command(PartitionKey.buyer(begin.negotiation()), begin);
    return new TaskImpl(node, parts, taskId, begin.negotiation());
  }

  /** A price that cannot be paid is said at once; the wallet decides when it comes to it. */
  private void requireFunds(Event.Begin begin) {
    boolean vault = begin.agreement().funding() == io.edgebeat.api.ledger.Agreement.Funding.VAULT;
    Amount has =
        vault
            ? parts.ledger().vault(node.address(), Finality.PENDING)
            : parts.ledger().balance(node.address(), Finality.PENDING);
    if (has.compareTo(begin.agreement().total()) < 0) {
      throw new EdgeBeatException(
          ErrorCode.INSUFFICIENT_FUNDS,
          RetryAdvice.AFTER_STATE_CHANGE,
          (vault ? "the vault of " : "account ")
              + node.address()
              + " holds "
              + has
              + "; deposit and fee need "
              + begin.agreement().total(),
          null);
    }
  }

  private OfferDrafts.Randomness randomness() {
    return new OfferDrafts.Randomness(
        NegotiationId.of(parts.random().apply(16)),
        Bytes32.of(parts.random().apply(32)),
        Secret.of(parts.random().apply(32)),
        Secret.of(parts.random().apply(32)));
  }

  /** What is left of the deposit, and the fee, must be within the budget of the task. */
  private boolean fits(BuyerSide s, TaskSpec spec, Budget budget) {
    boolean here =
        spec.region().isEmpty()
            || spec.region().equals(s.listing().map(listing -> listing.region()));
    return here
        && s.mostToSpend().compareTo(budget.limit()) <= 0
        && s.offer().flatMap(o -> drafts.taskProblem(o.terms(), spec)).isEmpty();
  }

  private Optional<Task> reuse(TaskId taskId, TaskSpec spec, Budget budget) {
    for (PartitionKey key : node.idleAgreements()) {
      boolean fits =
          node.reactor()
              .read(key, BuyerSide.class, s -> s.idle() && fits(s, spec, budget))
              .orElse(false);
      if (fits) {
        try {
          node.command(key, new Event.RunTask(taskId, spec));
          return Optional.of(new TaskImpl(node, parts, taskId, new NegotiationId(key.id())));
        } catch (EdgeBeatException taken) {
          if (taken.code() != ErrorCode.WRONG_STATE) {
            throw taken;
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Page<Listing> search(ListingQuery query, PageKey from) {
    return parts.marketplace().search(query, from);
  }

  @Override
  public Negotiation negotiate(Listing listing, TaskSpec spec, Budget budget) {
    node.requireServing();
    Event.Begin begin =
        drafts.begin(
            randomness(),
            node.address(),
            Optional.empty(),
            spec,
            budget.limit(),
            List.of(listing),
            parts.buyerPolicy().tasksPerAgreement(),
            parts.mode(),
            parts.clock().instant());
    requireFunds(begin);
    PartitionKey key = PartitionKey.buyer(begin.negotiation());
    node.command(key, begin);
    return new NegotiationImpl(key, begin);
  }

  @Override
  public void open(AgreementId agreement, Duration timeout) {
    PartitionKey key = node.partition(agreement);
    node.command(key, new Event.OpenWanted());
    node.reactor()
        .await(
            key,
            BuyerSide.class,
            s -> s.work() != BuyerWork.OPENING || s.finished(),
            timeout,
            "the opening of " + agreement);
    node.reactor()
        .read(
            key,
            BuyerSide.class,
            s ->
                s.work() == BuyerWork.OPENING
                    ? s.failure()
                    : Optional.<AgreementSide.Failure>empty())
        .flatMap(f -> f)
        .ifPresent(
            f -> {
              throw new EdgeBeatException(f.code(), f.reason());
            });
  }

  @Override
  public Task run(AgreementId agreement, TaskSpec spec) {
    PartitionKey key = node.partition(agreement);
    TaskId taskId = TaskId.of(parts.random().apply(16));
    node.command(key, new Event.RunTask(taskId, spec));
    return new TaskImpl(node, parts, taskId, new NegotiationId(key.id()));
  }

  @Override
  public void terminate(AgreementId agreement) {
    node.command(node.partition(agreement), new Event.Terminate("the buyer wants to settle"));
  }

  @Override
  public void topUp(AgreementId agreement, Amount amount) {
    node.command(node.partition(agreement), new Event.TopUpWanted(amount));
  }

  @Override
  public List<Task> tasks() {
    Map<TaskId, NegotiationId> open = new HashMap<>();
    for (Map.Entry<PartitionKey, BuyerSide> side : node.sides(BuyerSide.class)) {
      node.reactor()
          .read(
              side.getKey(),
              BuyerSide.class,
              s -> {
                if (s.next().isEmpty()) {
                  for (TaskId id : s.taskIds()) {
                    boolean over = s.task(id).map(BuyerSide.TaskView::over).orElse(true);
                    if (!over
                        || (!s.finished()
                            && s.offer().map(o -> o.terms().maxTasks() == 1).orElse(true))) {
                      open.put(id, s.negotiation());
                    }
                  }
                }
                return s;
              });
    }
    List<Task> tasks = new ArrayList<>();
    open.forEach((id, negotiation) -> tasks.add(new TaskImpl(node, parts, id, negotiation)));
    return tasks;
  }

  @Override
  public Optional<Task> task(TaskId id) {
    for (Map.Entry<PartitionKey, BuyerSide> side : node.sides(BuyerSide.class)) {
      boolean here =
          node.reactor()
              .read(side.getKey(), BuyerSide.class, s -> s.taskIds().contains(id))
              .orElse(false);
      if (here) {
        return Optional.of(new TaskImpl(node, parts, id, side.getValue().negotiation()));
      }
    }
    return Optional.empty();
  }

  private final class NegotiationImpl implements Negotiation {
    private final PartitionKey key;
    private final Event.Begin begin;

    NegotiationImpl(PartitionKey key, Event.Begin begin) {
      this.key = key;
      this.begin = begin;
    }

    @Override
    public NegotiationId id() {
      return begin.negotiation();
    }

    @Override
    public Terms terms() {
      return node.reactor()
          .read(key, BuyerSide.class, s -> s.offer().map(o -> o.terms()))
          .flatMap(t -> t)
          .orElse(begin.terms());
    }

    @Override
    public MaximumLoss maximumLoss() {
      return node.reactor()
          .read(key, BuyerSide.class, BuyerSide::maximumLoss)
          .flatMap(l -> l)
          .orElse(begin.terms().maximumLoss(begin.agreement(), begin.listing().lease()));
    }

    @Override
    public AgreementId awaitSigned(Duration timeout) {
      node.reactor()
          .await(
              key,
              BuyerSide.class,
              s -> s.deal() == DealState.SIGNED || s.deal().terminal(),
              timeout,
              "the seller's signature of " + key);
      return node.reactor()
          .read(
              key,
              BuyerSide.class,
              s -> {
                if (s.deal() != DealState.SIGNED && s.work() == BuyerWork.OPENING) {
                  AgreementSide.Failure f = s.failure().orElseThrow();
                  throw new EdgeBeatException(f.code(), f.reason());
                }
                return s.id().orElseThrow();
              })
          .orElseThrow();
    }

    @Override
    public Optional<AgreementId> agreement() {
      return node.reactor()
          .read(
              key,
              BuyerSide.class,
              s -> s.deal() == DealState.SIGNED ? s.id() : Optional.<AgreementId>empty())
          .flatMap(id -> id);
    }
  }
}

package io.edgebeat.core.agreement;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Protocol;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Drafts what a buyer proposes; pure, all randomness is handed in. */
public final class OfferDrafts {
  private final Protocol protocol;
  private final BuyerPolicy policy;

  /** For one ledger and one buyer. */
  public OfferDrafts(Protocol protocol, BuyerPolicy policy) {
    this.protocol = protocol;
    this.policy = policy;
  }

  /**
   * What a purchase needs that must be random.
   *
   * @param negotiation names it
   * @param salt makes two equal agreements differ
   * @param voucherKey the private key that signs its vouchers
   * @param firstSeed the end of its first chain of ticks
   */
  public record Randomness(
      NegotiationId negotiation, Bytes32 salt, Secret voucherKey, Secret firstSeed) {}

  /**
   * Drafts a purchase.
   *
   * @param random what must be random
   * @param buyer who buys
   * @param taskId the task that is to run at once; empty for an agreement without one
   * @param spec what is to run
   * @param budget the most that may be spent in all
   * @param listings the best listing, then the alternatives
   * @param maxTasks how many tasks the agreement is to carry
   * @param mode how it is funded, opened and ended
   * @param at the time
   * @return what begins the purchase
   * @throws EdgeBeatException {@code OVER_BUDGET} naming budget, fee, set-up and tick
   */
  public Event.Begin begin(
      Randomness random,
      Address buyer,
      Optional<TaskId> taskId,
      TaskSpec spec,
      Amount budget,
      List<Listing> listings,
      int maxTasks,
      Mode mode,
      Instant at) {
    Listing listing = listings.getFirst();
    LedgerParameters rules = protocol.ledger().parameters();
    Price price = listing.price();
    Amount fee = rules.feeFloor();
    Amount result = spec.resultAmount();
    Amount least = fee.plus(price.setup()).plus(price.perTick()).plus(result);
    if (budget.compareTo(least) < 0) {
      throw new EdgeBeatException(
          ErrorCode.OVER_BUDGET,
          RetryAdvice.NEVER,
          "budget "
              + budget
              + " is below "
              + least
              + ": fee "
              + fee
              + ", set-up "
              + price.setup()
              + ", one tick at "
              + price.perTick()
              + (result.isZero() ? "" : " and the result amount " + result),
          null);
    }
    Terms terms = terms(random.salt(), taskId, spec, listing, maxTasks);
    Amount deposit =
        deposit(spec, price, maxTasks, budget.minus(fee))
            .min(atOnce(price, result))
            .min(rules.depositCap());
    Instant now = LedgerTime.floor(at);
    Instant openBy = now.plus(policy.openBy());
    Instant expiry =
        LedgerTime.floor(
            openBy
                .plus(spec.limits().wallTime().multipliedBy(maxTasks))
                .plus(policy.life())
                .plusSeconds(1));
    Duration challenge = clamp(policy.challenge(), rules.minChallenge(), rules.maxChallenge());
    Agreement agreement =
        new Agreement(
            buyer,
            listing.seller(),
            protocol.address(random.voucherKey()),
            deposit,
            fee,
            openBy,
            expiry,
            challenge,
            0,
            0,
            mode.funding(),
            Documents.termsHash(terms));
    return new Event.Begin(
        random.negotiation(),
        taskId,
        spec,
        budget,
        listing,
        listings.subList(1, listings.size()),
        terms,
        agreement,
        random.voucherKey(),
        random.firstSeed(),
        mode.way(),
        taskId.isPresent());
  }

  /**
   * How a purchase is funded, opened and ended.
   *
   * @param way which transactions are sent
   * @param funding where deposit and fee come from
   */
  public record Mode(Event.Way way, Agreement.Funding funding) {}

  private Terms terms(
      Bytes32 salt, Optional<TaskId> taskId, TaskSpec spec, Listing listing, int maxTasks) {
    Map<String, Long> capabilities = new TreeMap<>();
    for (String name : spec.capabilities()) {
      if (listing.capabilities().stream().noneMatch(c -> c.name().equals(name))) {
        throw new EdgeBeatException(
            ErrorCode.NO_MATCH,
            "listing " + listing.id() + " does not sell capability \"" + name + "\"");
      }
    }
    listing.capabilities().stream()
        .filter(c -> spec.capabilities().contains(c.name()))
        .forEach(c -> capabilities.put(c.name(), c.unitsPerMessage()));
    Optional<ContentId> image =
        taskId.isPresent() && maxTasks == 1
            ? Optional.of(spec.workload().image())
            : Optional.empty();
    return new Terms(
        listing.id(),
        listing.sequence(),
        spec.workload().type(),
        image,
        spec.limits(),
        spec.resources(),
        listing.price(),
        maxTasks,
        policy.maxUnpaidTicks(),
        policy.window(),
        spec.resultAmount(),
        listing.receiptKey(),
        spec.hostProfile(),
        capabilities,
        VerificationTier.T1,
        salt);
  }

  /** What is deposited before anything was used; the rest follows when it is needed. */
  private Amount atOnce(Price price, Amount result) {
    return policy.depositTicks() == 0
        ? protocol.ledger().parameters().depositCap()
        : price.setup().plus(result).plus(price.perTick().times(policy.depositTicks()));
  }

  /** The most that is ever deposited for a purchase. */
  Amount fullDeposit(Event.Begin begin, Price price) {
    return deposit(
            begin.spec(),
            price,
            begin.terms().maxTasks(),
            begin.budget().minus(begin.agreement().fee()))
        .min(protocol.ledger().parameters().depositCap());
  }

  /** As much as the tasks can cost at most, where that is known; else all the budget allows. */
  private static Amount deposit(TaskSpec spec, Price price, int maxTasks, Amount most) {
    return cost(spec, price, maxTasks).map(cost -> cost.min(most)).orElse(most);
  }

  /** The most that the tasks can cost; empty where that is not known. */
  private static Optional<Amount> cost(TaskSpec spec, Price price, int maxTasks) {
    if (!spec.capabilities().isEmpty()) {
      return Optional.empty();
    }
    TickUnit unit = price.tickUnit();
    long ticks;
    switch (unit.kind()) {
      case SECONDS -> ticks = unit.ticks(spec.limits().wallTime().toSeconds() + 1) + 1;
      case FUEL -> {
        ticks = unit.ticks(spec.limits().fuel());
        BigInteger all = price.perTick().baseUnits().multiply(BigInteger.valueOf(ticks));
        if (all.multiply(BigInteger.valueOf(maxTasks)).bitLength() >= Amount.MAX.bitLength()) {
          return Optional.empty(); // more than can be paid is no bound
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    Amount task = price.perTick().times(ticks).plus(spec.resultAmount());
    return Optional.of(price.setup().plus(task.times(maxTasks)));
  }

  private static Duration clamp(Duration value, Duration min, Duration max) {
    return value.compareTo(min) < 0 ? min : value.compareTo(max) > 0 ? max : value;
  }

  /**
   * Drafts the same purchase from another seller. Key and seed go along: nothing was signed with
   * either, because the first seller never signed.
   *
   * @return empty when no listing is left that the budget allows
   */
  Optional<Event.Begin> again(
      Event.Begin first, NegotiationId next, Listing listing, List<Listing> rest, Instant at) {
    Randomness random =
        new Randomness(
            next,
            ContentId.sha256(first.terms().salt().toBytes()),
            first.voucherKey(),
            first.firstSeed());
    List<Listing> listings = new java.util.ArrayList<>();
    listings.add(listing);
    listings.addAll(rest);
    try {
      Event.Begin begin =
          begin(
              random,
              first.agreement().buyer(),
              first.taskId(),
              first.spec(),
              first.budget(),
              listings,
              first.terms().maxTasks(),
              new Mode(first.way(), first.agreement().funding()),
              at);
      return Optional.of(begin);
    } catch (EdgeBeatException tooDear) {
      return rest.isEmpty()
          ? Optional.empty()
          : again(first, next, rest.getFirst(), rest.subList(1, rest.size()), at);
    }
  }

  /**
   * Checks that a counter-offer changes the price only, to one that the budget allows, or lowers
   * the ticks that may be unpaid: those are the seller's risk alone.
   *
   * @throws EdgeBeatException {@code PEER_MISBEHAVED} naming what else was changed, {@code
   *     OVER_BUDGET} naming price and budget
   */
  void checkCounter(Event.Begin begin, Offer counter) {
    Agreement mine = begin.agreement();
    Agreement theirs = counter.agreement().message();
    Terms terms = counter.terms();
    int unpaid = Math.min(terms.maxUnpaidTicks(), begin.terms().maxUnpaidTicks());
    Optional<String> change =
        CounterChanges.between(mine, theirs)
            .or(() -> CounterChanges.between(revised(begin.terms(), terms.price(), unpaid), terms));
    if (change.isPresent()) {
      throw new EdgeBeatException(
          ErrorCode.PEER_MISBEHAVED,
          "the counter-offer changes more than the price: " + change.get());
    }
    // Where the listed price was too much for all that may be run, the budget ends it anyway.
    if (!allows(begin, terms.price()) && allows(begin, begin.listing().price())) {
      throw new EdgeBeatException(
          ErrorCode.OVER_BUDGET,
          terms.price() + " is more than budget " + begin.budget() + " allows");
    }
  }

  private static boolean allows(Event.Begin begin, Price price) {
    return cost(begin.spec(), price, begin.terms().maxTasks())
        .map(cost -> cost.plus(begin.agreement().fee()).compareTo(begin.budget()) <= 0)
        .orElse(true);
  }

  static Terms revised(Terms t, Price price, int maxUnpaidTicks) {
    return new Terms(
        t.listing(),
        t.listingSequence(),
        t.workloadType(),
        t.image(),
        t.limits(),
        t.resources(),
        price,
        t.maxTasks(),
        maxUnpaidTicks,
        t.window(),
        t.resultAmount(),
        t.receiptKey(),
        t.hostProfile(),
        t.capabilities(),
        t.tier(),
        t.salt());
  }

  /** Why a task does not fit the terms of an agreement; empty when it does. */
  public Optional<String> taskProblem(Terms terms, TaskSpec spec) {
    if (!spec.workload().type().equals(terms.workloadType())) {
      return Optional.of(
          "the terms are for workload type "
              + terms.workloadType()
              + ", not "
              + spec.workload().type());
    }
    if (!terms.image().map(spec.workload().image()::equals).orElse(true)) {
      return Optional.of("the terms are for image " + terms.image().orElseThrow() + " only");
    }
    if (!spec.resultAmount().equals(terms.resultAmount())) {
      return Optional.of(
          "the terms hold back "
              + terms.resultAmount()
              + " for a result, the task "
              + spec.resultAmount());
    }
    if (!terms.limits().cover(spec.limits())
        || !spec.hostProfile().equals(terms.hostProfile())
        || !terms.capabilities().keySet().containsAll(spec.capabilities())
        || !terms.resources().covers(spec.resources())) {
      return Optional.of("the task asks for more than the terms give: " + spec);
    }
    return Optional.empty();
  }
}

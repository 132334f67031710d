package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.engine.Step;
import io.edgebeat.core.wallet.CapacityDecider;
import io.edgebeat.core.wallet.WalletDecider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A buyer's and a seller's engine without shell, thread, disk or clock: the test carries out every
 * action and moves the time. After every single decision the facts go through the journal's codec
 * into a second state, which must be the same as the live one in every field.
 */
final class TwoSides implements AutoCloseable {
  static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);
  static final RecordCodec<FactBatch> CODEC = RecordCodec.of(FactBatch.class);
  static final SignatureBackend SIGNATURES = EdgeBeat.signatures();

  /** What a scenario is about; everything else has a plain value. */
  static final class Setup {
    int unpaid = 1;

    /** The most unpaid ticks that the seller grants this buyer. */
    int allowed = 2;

    int window = 1;
    int tasks = 1;

    /** How many offers each side takes part in. */
    int buyerRounds = 4;

    int sellerRounds = 4;
    int depth;

    /** How deep both believe an event must be to be FINAL; less than it must be, if a test says. */
    int believed = -1;

    Price price = new Price(Edg.units(100), TickUnit.seconds(1), Edg.units(50));

    /** What the shell adds to reports of usage. */
    Optional<Long> talked = Optional.empty();

    Amount budget = Edg.of("1");
    Amount deposit = Edg.units(0);
    Amount resultAmount = Edg.units(0);
    Amount reorgCap = Edg.units(0);
    Amount claimAbove = Edg.units(0);
    int depositTicks;
    Duration wallTime = Duration.ofSeconds(60);
    long fuel = ExecutionLimits.NO_FUEL_LIMIT;
    boolean taskAtOnce = true;
    Event.Way way = Event.Way.COMPACT;
    Function<io.edgebeat.api.market.Offer, OfferPolicy.Answer> answer =
        o -> new OfferPolicy.Answer.Accept();
    ResourceSpec capacity = new ResourceSpec(1000, 1L << 30, 0);

    /** Where the same runs a thousand times, all is compared at the end and not in between. */
    boolean once = Boolean.getBoolean("edgebeat.mutation");

    Setup bounds(int maxUnpaidTicks, int ticksAhead) {
      unpaid = maxUnpaidTicks;
      window = ticksAhead;
      return this;
    }
  }

  /** One partition and its shadow, which knows the facts only. */
  static final class Cell<S extends Partition> {
    final PartitionKey key;
    final Decider<S> decider;
    final S live;
    final S shadow;
    final List<FactBatch> journal = new ArrayList<>();
    final Set<ActionKey> issued = new HashSet<>();
    final Map<String, Instant> fired = new HashMap<>();

    Cell(PartitionKey key, Decider<S> decider) {
      this.key = key;
      this.decider = decider;
      this.live = decider.create(key);
      this.shadow = decider.create(key);
    }

    List<Fact> facts() {
      return journal.stream().flatMap(b -> b.facts().stream()).toList();
    }

    /** The same partition with the first records of its journal only. */
    Cell<S> backup(int batches) {
      Cell<S> old = new Cell<>(key, decider);
      for (FactBatch batch : journal.subList(0, batches)) {
        batch.facts().forEach(old.live::evolve);
        batch.facts().forEach(old.shadow::evolve);
        old.journal.add(batch);
      }
      return old;
    }

    S replayed(List<Fact> facts) {
      S state = decider.create(key);
      facts.forEach(state::evolve);
      return state;
    }
  }

  /** One node. */
  final class Side {
    final String name;
    final KeySigner signer;
    final Ledger ledger;
    final Map<PartitionKey.Kind, Decider<?>> deciders = new HashMap<>();
    final Map<PartitionKey, Cell<?>> cells = new LinkedHashMap<>();
    final Deque<PeerMessage> inbox = new ArrayDeque<>();
    final List<PeerMessage> sent = new ArrayList<>();

    /** Messages that the other side never sent: nobody acknowledges those. */
    long forged;

    /** Messages the other side did send and this one has taken; what was forged is not counted. */
    long taken;

    final List<Action> actions = new ArrayList<>();
    LedgerCursor cursor = LedgerCursor.START;
    LedgerHead head = new LedgerHead(-1, Bytes32.ZERO, Instant.EPOCH);

    /** Messages to this side wait from the first that this is true of. */
    Predicate<PeerMessage> stopsAt = m -> false;

    /** What the ledger tells does not reach this side yet. */
    boolean behind;

    Side(String name, KeySigner signer) {
      this.name = name;
      this.signer = signer;
      this.ledger = chain.connect(signer);
    }

    Cell<?> cell(PartitionKey key) {
      return cells.computeIfAbsent(key, k -> newCell(k, deciders.get(k.kind())));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static <S extends Partition> Cell<S> newCell(PartitionKey key, Decider<S> decider) {
    return new Cell<>(key, decider);
  }

  private record Pending(Side side, PartitionKey key, Event event) {}

  /** One execution as the seller has started it. */
  static final class Run {
    final Action.Start start;
    boolean over;

    Run(Action.Start start) {
      this.start = start;
    }
  }

  final Setup setup;
  final Random random = new Random(7);
  Instant now = T0;
  final InstantSource clock = () -> now;
  final EmbeddedChain chain;
  final KeySigner buyerKey = key("buyer");
  final KeySigner sellerKey = key("seller");
  final Secret voucherKey = secret("voucher key");
  final Secret receiptKey = secret("receipt key");
  final NegotiationId negotiation =
      NegotiationId.of(java.util.Arrays.copyOf(secret("negotiation").reveal(), 16));
  final PartitionKey buying = PartitionKey.buyer(negotiation);
  final PartitionKey selling = PartitionKey.seller(negotiation);
  final Side buyer;
  final Side seller;
  final Protocol protocol;
  final Exposure exposure;
  final List<EdgeBeatException> refusals = new ArrayList<>();
  final List<Run> runs = new ArrayList<>();
  Predicate<Action> held = a -> false;
  final Deque<Runnable> heldActions = new ArrayDeque<>();
  boolean fetchFits = true;
  boolean provisions = true;
  boolean starts = true;
  boolean leases = true;
  private final Deque<Pending> queue = new ArrayDeque<>();
  final TaskId taskId = TaskId.of(new byte[16]);
  final Event.Begin begin;
  int decisions;

  TwoSides(Setup setup) {
    this.setup = setup;
    chain =
        EmbeddedChain.inMemory(
            EmbeddedChain.config(SIGNATURES)
                .clock(clock)
                .funds(Map.of(buyerKey.address(), Edg.of("1000"), sellerKey.address(), Edg.of("1")))
                .finalityDepth(setup.depth)
                .blockInterval(Duration.ZERO));
    LedgerInfo info = chain.info();
    protocol =
        new Protocol(
            new LedgerInfo(
                info.domain(),
                info.asset(),
                setup.believed < 0 ? info.finalityDepth() : setup.believed,
                info.commands(),
                info.parameters()),
            SIGNATURES);
    BuyerPolicy b = BuyerPolicy.DEFAULTS;
    BuyerPolicy buyerPolicy =
        new BuyerPolicy(
            setup.window,
            setup.unpaid,
            8,
            setup.buyerRounds,
            b.offerTtl(),
            b.openBy(),
            b.startTimeout(),
            b.idleTimeout(),
            b.resultTimeout(),
            b.settleTimeout(),
            b.challenge(),
            b.life(),
            b.margin(),
            setup.depositTicks);
    SellerPolicy s = SellerPolicy.DEFAULTS;
    SellerPolicy sellerPolicy =
        new SellerPolicy(
            2,
            2,
            setup.sellerRounds,
            setup.way == Event.Way.LITERAL,
            s.hold(),
            s.grace(),
            s.provisionTimeout(),
            s.idleTimeout(),
            s.resultTimeout(),
            s.settleTimeout(),
            s.leaseSlack(),
            s.margin(),
            setup.reorgCap,
            setup.claimAbove);
    buyer = new Side("buyer", buyerKey);
    seller = new Side("seller", sellerKey);
    buyer.deciders.put(PartitionKey.Kind.BUYER, new BuyerDecider(protocol, buyerPolicy));
    buyer.deciders.put(PartitionKey.Kind.WALLET, new WalletDecider(WalletDecider.RAISE_AFTER));
    seller.deciders.put(PartitionKey.Kind.SELLER, new SellerDecider(protocol, sellerPolicy));
    seller.deciders.put(PartitionKey.Kind.WALLET, new WalletDecider(WalletDecider.RAISE_AFTER));
    seller.deciders.put(PartitionKey.Kind.CAPACITY, new CapacityDecider());
    exposure = new Exposure(Math.min(setup.unpaid, setup.allowed), setup.window);
    begin = draft(new OfferDrafts(protocol, buyerPolicy));
    give(seller, PartitionKey.CAPACITY, new Event.CapacityIs(setup.capacity));
  }

  static KeySigner key(String name) {
    return KeySigner.of(SIGNATURES, secret(name));
  }

  static Secret secret(String name) {
    byte[] seed = ContentId.sha256(name.getBytes(StandardCharsets.UTF_8)).toBytes();
    seed[0] = 1;
    return Secret.of(seed);
  }

  static ContentId content(String name) {
    return ContentId.ofRaw(name.getBytes(StandardCharsets.UTF_8));
  }

  Listing listing() {
    return new ListingDraft(
            sellerKey.address(),
            1,
            T0.plus(Duration.ofDays(1)),
            "jvm:seller",
            protocol.address(receiptKey),
            "local",
            new ResourceSpec(1000, 1L << 30, 0),
            Set.of("wasm"),
            List.of(),
            setup.price,
            true)
        .toListing();
  }

  TaskSpec spec() {
    return TaskSpec.wasm(content("module"))
        .limits(ExecutionLimits.DEFAULTS.withWallTime(setup.wallTime).withFuel(setup.fuel))
        .resultAmount(setup.resultAmount);
  }

  private Event.Begin draft(OfferDrafts drafts) {
    Event.Begin b =
        drafts.begin(
            new OfferDrafts.Randomness(
                negotiation, ContentId.sha256(new byte[] {9}), voucherKey, secret("first seed")),
            buyerKey.address(),
            setup.taskAtOnce ? Optional.of(taskId) : Optional.empty(),
            spec(),
            setup.budget,
            List.of(listing()),
            setup.tasks,
            new OfferDrafts.Mode(setup.way, Agreement.Funding.WALLET),
            now);
    Agreement a = b.agreement();
    Agreement agreement =
        new Agreement(
            a.buyer(),
            a.seller(),
            a.voucherKey(),
            setup.deposit.isZero() ? a.deposit() : setup.deposit,
            a.fee(),
            a.openBy(),
            a.expiry(),
            a.challenge(),
            a.tenant(),
            a.policy(),
            a.funding(),
            a.termsHash());
    return new Event.Begin(
        b.negotiation(),
        b.taskId(),
        b.spec(),
        b.budget(),
        b.listing(),
        b.alternatives(),
        b.terms(),
        agreement,
        b.voucherKey(),
        b.firstSeed(),
        b.way(),
        true);
  }

  // ---------------------------------------------------------------- what a test does

  TwoSides begin() {
    command(buyer, buying, begin);
    return this;
  }

  /** How much of an agreement's journal there is now: what a backup taken now would hold. */
  int backup(Side side) {
    return cellOf(side).journal.size();
  }

  /** The node of one side is stopped and opened again with an old backup of this agreement. */
  void restore(Side side, int backup) {
    Cell<?> old = cellOf(side).backup(backup);
    side.cells.put(old.key, old);
    Side other = side == buyer ? seller : buyer;
    long heard = ((AgreementSide) cellOf(other).live).heard() - other.forged;
    Map<ActionKey, Action> open = new LinkedHashMap<>(old.live.outbox());
    old.issued.addAll(open.keySet());
    side.cursor = LedgerCursor.START;
    // A node asks before it does what its journal has left open.
    give(side, old.key, new Event.Reopened());
    open.forEach(
        (key, action) -> {
          if (!(action instanceof Action.Send send) || send.sequence() > heard) {
            release(side, old.key, key, action);
          }
        });
    pump();
  }

  /** A command of the application; what is refused is thrown. */
  void command(Side side, PartitionKey key, Event event) {
    int before = refusals.size();
    give(side, key, event);
    if (refusals.size() > before) {
      throw refusals.getLast();
    }
    pump();
  }

  /** An event from outside, and nothing that follows from it. */
  void give(Side side, PartitionKey key, Event event) {
    decide(side, side.cell(key), event);
  }

  /** A message the other side would send if it were not honest, and what follows from it. */
  List<Fact> forge(Side to, PeerMessage message) {
    int before = cellOf(to).journal.size();
    deliver(to, message);
    to.forged++;
    List<Fact> facts =
        cellOf(to).journal.subList(before, cellOf(to).journal.size()).stream()
            .flatMap(b -> b.facts().stream())
            .toList();
    pump();
    return facts;
  }

  private Cell<?> cellOf(Side side) {
    return side.cell(side == buyer ? buying : selling);
  }

  BuyerSide buys() {
    return (BuyerSide) buyer.cell(buying).live;
  }

  SellerSide sells() {
    return (SellerSide) seller.cell(selling).live;
  }

  Run run() {
    return runs.getLast();
  }

  /** The running execution ends by itself. */
  void ends(TaskOutcome outcome) {
    ends(outcome, 0);
  }

  /** It ends, and has used so many units. */
  void ends(TaskOutcome outcome, long units) {
    Run run = run();
    assertThat(run.over).as("the execution is over").isFalse();
    run.over = true;
    queue.add(
        new Pending(
            seller,
            selling,
            new Event.ExecutionEnded(run.start.id().taskNo(), outcome, Usage.NONE, units)));
    pump();
  }

  void completes() {
    ends(new TaskOutcome.Completed(content("result")));
  }

  /** Lets time pass: every timer in its turn. */
  void advance(Duration by) {
    Instant end = now.plus(by);
    while (true) {
      Optional<Instant> next = nextTimer().filter(t -> !t.isAfter(end));
      if (next.isEmpty()) {
        break;
      }
      now = next.get().isAfter(now) ? next.get() : now;
      fireDue();
      pump();
    }
    now = end;
    pump();
  }

  void seconds(long count) {
    for (int i = 0; i < count; i++) {
      advance(Duration.ofSeconds(1));
    }
  }

  /** Empty blocks, one by one. */
  void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      chain.mine(1);
      advance(Duration.ofMillis(100));
    }
  }

  private Optional<Instant> nextTimer() {
    Instant next = null;
    for (Side side : List.of(buyer, seller)) {
      for (Cell<?> cell : side.cells.values()) {
        for (Map.Entry<String, Instant> timer : cell.live.timers().entrySet()) {
          if (!timer.getValue().equals(cell.fired.get(timer.getKey()))
              && (next == null || timer.getValue().isBefore(next))) {
            next = timer.getValue();
          }
        }
      }
    }
    for (Run run : runs) {
      Instant lease = lease(run);
      if (leases && !run.over && (next == null || lease.isBefore(next))) {
        next = lease;
      }
    }
    return Optional.ofNullable(next);
  }

  private Instant lease(Run run) {
    return sells()
        .plan()
        .filter(p -> p.taskNo() == run.start.id().taskNo())
        .map(ExecutionPlan::leaseUntil)
        .orElse(run.start.leaseUntil());
  }

  private void fireDue() {
    for (Side side : List.of(buyer, seller)) {
      for (Cell<?> cell : new ArrayList<>(side.cells.values())) {
        new LinkedHashMap<>(cell.live.timers())
            .forEach(
                (key, at) -> {
                  boolean due = !at.isAfter(now) && at.equals(cell.live.timers().get(key));
                  if (due && !at.equals(cell.fired.put(key, at))) {
                    decide(side, cell, new Event.TimerFired(key));
                  }
                });
      }
    }
    for (Run run : runs) {
      if (leases && !run.over && !lease(run).isAfter(now)) {
        ends(new TaskOutcome.Stopped("lease over"));
      }
    }
  }

  // ---------------------------------------------------------------- the shell

  /** Everything that follows, until nothing does. */
  void pump() {
    for (int i = 0; ; i++) {
      if (i > 100_000) {
        throw new AssertionError("it never comes to rest");
      }
      Pending next = queue.poll();
      if (next != null) {
        decide(next.side, next.side.cell(next.key), next.event);
      } else if (!deliverNext(buyer) && !deliverNext(seller) && !follow(buyer) && !follow(seller)) {
        return;
      }
    }
  }

  private boolean deliverNext(Side to) {
    PeerMessage message = to.inbox.peek();
    if (message == null || to.stopsAt.test(message)) {
      return false;
    }
    to.taken++;
    deliver(to, to.inbox.remove());
    return true;
  }

  private void deliver(Side to, PeerMessage message) {
    AgreementSide state = (AgreementSide) cellOf(to).live;
    Side from = to == buyer ? seller : buyer;
    give(
        to,
        to == buyer ? buying : selling,
        new Event.Received(
            from.signer.address(),
            new PeerEnvelope(
                negotiation,
                state.heard() + 1,
                ((AgreementSide) cellOf(from).live).heard() - from.forged,
                message),
            to == seller && state.deal() == DealState.NEW
                ? Optional.of(new Event.SellerSetting(sellerKey.address(), receiptKey))
                : Optional.empty(),
            message instanceof PeerMessage.UsageReport ? setup.talked : Optional.empty()));
  }

  private boolean follow(Side side) {
    if (side.behind) {
      return false;
    }
    EventPage page = side.ledger.awaitEvents(side.cursor, 100, Duration.ZERO);
    side.cursor = page.next();
    for (LedgerEntry entry : page.entries()) {
      PartitionKey key = side == buyer ? buying : selling;
      if (entry.event() instanceof LedgerEvent.OfAgreement event
          && side.cells.containsKey(key)
          && ((AgreementSide) side.cell(key).live)
              .id()
              .filter(id -> id.equals(event.id()))
              .isPresent()) {
        queue.add(new Pending(side, key, new Event.OnLedger(entry)));
      }
    }
    boolean moved = !page.head().equals(side.head);
    side.head = page.head();
    if (moved) {
      for (Cell<?> cell : side.cells.values()) {
        if (cell.live instanceof AgreementSide agreement && agreement.watchesLedger()) {
          queue.add(new Pending(side, cell.key, new Event.HeadMoved(page.head())));
        }
      }
    }
    return moved || !page.entries().isEmpty();
  }

  private <S extends Partition> void decide(Side side, Cell<S> cell, Event event) {
    decisions++;
    Step step = new Step(cell.live, now);
    try {
      cell.decider.decide(cell.live, event, step);
    } catch (EdgeBeatException refusal) {
      assertThat(step.facts()).as("facts of a refused event: %s", event).isEmpty();
      assertThat(StateDump.of(cell.live)).isEqualTo(StateDump.of(cell.shadow));
      refusals.add(refusal);
      return;
    }
    FactBatch batch = new FactBatch(cell.key, now, step.facts());
    FactBatch read = CODEC.decode(CODEC.encode(batch));
    assertThat(read).isEqualTo(batch);
    cell.journal.add(read);
    read.facts().forEach(cell.shadow::evolve);
    if (!setup.once) {
      assertThat(StateDump.of(cell.shadow))
          .as("%s after %s: replay of %s", cell.key, event, batch)
          .isEqualTo(StateDump.of(cell.live));
    }
    read.facts().forEach(f -> exposure.fact(cell.key.kind(), f));
    cell.issued.retainAll(cell.live.outbox().keySet());
    new LinkedHashMap<>(cell.live.outbox())
        .forEach(
            (key, action) -> {
              if (cell.issued.add(key)) {
                release(side, cell.key, key, action);
              }
            });
    step.posts().forEach(p -> queue.add(new Pending(side, p.to(), p.event())));
    if (cell.live instanceof SellerSide state) {
      state.plan().flatMap(ExecutionPlan::stop).ifPresent(this::stop);
    }
  }

  private void stop(String reason) {
    for (Run run : runs) {
      if (!run.over) {
        run.over = true;
        queue.add(
            new Pending(
                seller,
                selling,
                new Event.ExecutionEnded(
                    run.start.id().taskNo(), new TaskOutcome.Stopped(reason), Usage.NONE)));
      }
    }
  }

  private void release(Side side, PartitionKey at, ActionKey key, Action action) {
    side.actions.add(action);
    if (held.test(action)) {
      heldActions.add(() -> perform(side, at, key, action));
    } else {
      perform(side, at, key, action);
    }
  }

  /** What was held is carried out. */
  void releaseHeld() {
    held = a -> false;
    while (!heldActions.isEmpty()) {
      heldActions.remove().run();
    }
    pump();
  }

  private void perform(Side side, PartitionKey at, ActionKey key, Action action) {
    Side other = side == buyer ? seller : buyer;
    switch (action) {
      case Action.Send a -> {
        side.sent.add(a.message());
        other.inbox.add(a.message());
      }
      case Action.Ask a -> asks(side, other);
      case Action.Tell a -> queue.add(new Pending(side, a.to(), a.event()));
      default -> queue.add(new Pending(side, at, answer(side, key, action)));
    }
  }

  private void asks(Side side, Side other) {
    AgreementSide known = (AgreementSide) cellOf(other).live;
    PeerMessage answer = known.answer(side.taken);
    queue.add(
        new Pending(
            side,
            side == buyer ? buying : selling,
            new Event.Received(
                other.signer.address(),
                new PeerEnvelope(negotiation, 0, known.heard(), answer),
                Optional.empty())));
  }

  private Event answer(Side side, ActionKey key, Action action) {
    try {
      return switch (action) {
        case Action.Sign a ->
            new Event.SignatureMade(
                key,
                side.signer.sign(
                    new SigningRequest.OfMessage(protocol.ledger().domain(), a.message())));
        case Action.Draw a -> {
          byte[] bytes = new byte[32];
          random.nextBytes(bytes);
          yield new Event.Drawn(key, a.what(), Secret.of(bytes));
        }
        case Action.Examine a ->
            new Event.Examined(key, true, setup.allowed, setup.answer.apply(a.offer()));
        case Action.Provision a -> {
          if (!provisions) {
            throw new EdgeBeatException(
                io.edgebeat.api.error.ErrorCode.WORKLOAD_REFUSED, "not this module");
          }
          yield new Event.Provisioned(key);
        }
        case Action.Start a -> {
          if (!starts) {
            throw new EdgeBeatException(
                io.edgebeat.api.error.ErrorCode.EXECUTOR_FAILED, "it does not start");
          }
          assertThat(a.id()).isEqualTo(new ExecutionId(sells().agreementId(), sells().taskNo));
          runs.add(new Run(a));
          yield new Event.Started(key);
        }
        case Action.Fetch a -> {
          if (!fetchFits) {
            throw new EdgeBeatException(
                io.edgebeat.api.error.ErrorCode.CONTENT_MISMATCH, "other bytes");
          }
          yield new Event.Fetched(key, 3);
        }
        case Action.ReadFunds a ->
            new Event.FundsRead(
                key,
                side.ledger.balance(side.signer.address(), Finality.PENDING),
                side.ledger.vault(side.signer.address(), Finality.PENDING));
        case Action.Prepare a -> new Event.Prepared(key, side.ledger.prepare(a.command()));
        case Action.Broadcast a -> {
          side.ledger.broadcast(a.transaction());
          yield new Event.StatusKnown(key, side.ledger.status(a.transaction().id()));
        }
        default -> throw new IllegalStateException("nobody answers " + action);
      };
    } catch (EdgeBeatException failed) {
      return new Event.ActionFailed(key, failed.code(), failed.getMessage(), false);
    }
  }

  // ---------------------------------------------------------------- what is true in the end

  AgreementRecord record() {
    return buyer.ledger.agreement(buys().agreementId(), Finality.PENDING);
  }

  /** Both are done, all facts replay to the same states, no token was made or lost. */
  AgreementRecord settled() {
    assertThat(buys().work())
        .as("the buyer's work, %s; the seller's %s", buys().failure(), sells().work())
        .isEqualTo(BuyerWork.DONE);
    assertThat(sells().work()).as("the seller's work").isEqualTo(SellerWork.SETTLED);
    AgreementRecord record = record();
    assertThat(record.status()).isEqualTo(io.edgebeat.api.ledger.AgreementStatus.CLOSED);
    assertThat(record.paid().plus(record.refunded()).plus(record.feePaid()))
        .isEqualTo(record.deposit().plus(record.topUps()).plus(begin.agreement().fee()));
    assertThat(record.paid()).isLessThanOrEqualTo(buys().paid());
    assertThat(seller.ledger.balance(sellerKey.address(), Finality.PENDING).minus(Edg.of("1")))
        .isEqualTo(record.paid());
    assertThat(chain.audit().held().isZero()).isTrue();
    replays();
    return record;
  }

  /** Every partition, from its first fact. */
  void replays() {
    assertThat(chain.audit().isExact()).isTrue();
    for (Side side : List.of(buyer, seller)) {
      for (Cell<?> cell : side.cells.values()) {
        assertThat(StateDump.of(cell.replayed(cell.facts()))).isEqualTo(StateDump.of(cell.live));
      }
    }
  }

  <T extends PeerMessage> List<T> sent(Side by, Class<T> type) {
    return by.sent.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** What became of the transactions of a side, by the name of the command. */
  List<String> transactions(Side side) {
    return side.actions.stream()
        .filter(Action.Prepare.class::isInstance)
        .map(a -> ((Action.Prepare) a).command().name())
        .toList();
  }

  static Address address(KeySigner key) {
    return key.address();
  }

  static boolean failed(TransactionStatus status) {
    return status instanceof TransactionStatus.Failed;
  }

  @Override
  public void close() {
    replays();
    if (!setup.once) {
      for (Side side : List.of(buyer, seller)) {
        side.cells.values().forEach(TwoSides::compacts);
      }
      Evidence.isKept(this);
    }
    chain.close();
  }

  private static <S extends Partition> void compacts(Cell<S> cell) {
    Compacted.equalsWhole(cell.journal, () -> cell.decider.create(cell.key));
  }
}

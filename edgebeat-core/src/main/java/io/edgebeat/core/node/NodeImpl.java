package io.edgebeat.core.node;

import io.edgebeat.api.Backup;
import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.NodeHealth;
import io.edgebeat.api.Seller;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.state.IndexQueries;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerDecider;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.ExecutionPlan;
import io.edgebeat.core.agreement.SellerDecider;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalReplay;
import io.edgebeat.core.wallet.CapacityDecider;
import io.edgebeat.core.wallet.ListingsDecider;
import io.edgebeat.core.wallet.ListingsState;
import io.edgebeat.core.wallet.WalletDecider;
import io.edgebeat.core.wallet.WalletState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: the shell around the engine. */
public final class NodeImpl implements EdgeBeatNode, Reactor.Shell {
  private static final Logger LOG = LoggerFactory.getLogger(NodeImpl.class);
  static final RecordCodec<FactBatch> CODEC = NodeSnapshot.CODEC;
  private static final RecordCodec<PeerEnvelope> ENVELOPES = RecordCodec.of(PeerEnvelope.class);
  private static final int MAX_MESSAGE_BYTES = 128 * 1024;
  private static final Duration ANSWER_SOON = Duration.ofMillis(10);
  private static final int ANSWER_TRIES = 20;

  /** Above the tenth by which nodes of most chains let one transaction take another's place. */
  private static final int RAISE_PERCENT = 20;

  private final NodeParts parts;
  private final Protocol protocol;
  private final Reactor reactor;
  private final Journal journal;
  private final Snapshots snapshots;
  private final Optional<Indexer> indexer;
  private final PeerLinks links;
  private final PeerServer server;
  private final Executions executions;
  private final Talks talks;
  private final LedgerFollower follower;
  private final Outage transactions;
  private final CatchUp catchUp;
  private final Forgotten forgotten;
  private final BuyerImpl buyer;
  private final SellerImpl seller;
  private final Map<AgreementId, PartitionKey> bindings = new ConcurrentHashMap<>();
  private final Set<PartitionKey> watching = new ConcurrentSkipListSet<>();
  private final Set<PartitionKey> idle = new ConcurrentSkipListSet<>();
  private final Set<PartitionKey> restored = new ConcurrentSkipListSet<>();
  private final List<EventSubscription> listeners = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable LedgerHead> head = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object eventLock = new Object();
  private final Queue<NodeEvent> eventQueue = new ConcurrentLinkedQueue<>();
  private boolean publishing;

  /**
   * Opens a node: replays its journal, opens its door, follows the ledger.
   *
   * @param parts everything it is made of
   */
  public NodeImpl(NodeParts parts) {
    this.parts = parts;
    this.protocol = new Protocol(parts.ledger().info(), parts.signatures());
    this.reactor =
        new Reactor(
            parts.clock(),
            parts.runner(),
            this::append,
            this,
            Map.of(
                PartitionKey.Kind.BUYER, new BuyerDecider(protocol, parts.buyerPolicy()),
                PartitionKey.Kind.SELLER, new SellerDecider(protocol, parts.sellerPolicy()),
                PartitionKey.Kind.WALLET, new WalletDecider(parts.raiseAfter()),
                PartitionKey.Kind.CAPACITY, new CapacityDecider(),
                PartitionKey.Kind.LISTINGS, new ListingsDecider()));
    this.catchUp = new CatchUp(reactor);
    this.forgotten =
        new Forgotten(
            parts.signer().address(),
            parts.ledger().info().finalityDepth(),
            bindings::containsKey,
            reactor::tell);
    this.executions =
        new Executions(parts.executors(), parts.capabilities(), parts.content(), parts.runner());
    this.links = new PeerLinks(parts.transport(), this::received, parts.runner());
    this.talks = new Talks(reactor, links, parts.runner(), parts.clock(), this::requireNotClosed);
    this.snapshots = new Snapshots(parts.snapshotBytes());
    this.indexer =
        parts
            .index()
            .map(
                index ->
                    new Indexer(
                        index,
                        reactor,
                        parts.marketplace(),
                        parts.runner(),
                        (id, key) -> !isTaken(id, key)));
    this.journal = parts.journal().apply(new Replay());
    this.server = parts.transport().listen(parts.endpoint(), this::received);
    Optional<Secret> known =
        reactor
            .read(PartitionKey.LISTINGS, ListingsState.class, ListingsState::receiptKey)
            .flatMap(k -> k);
    Secret receiptKey = known.orElseGet(() -> Secret.of(parts.random().apply(32)));
    this.seller = new SellerImpl(this, parts, server.endpoint(), receiptKey);
    this.buyer = new BuyerImpl(this, parts, protocol);
    String name = address().toString();
    this.transactions = new Outage(name, "no transaction is held up any more", parts.clock());
    this.follower =
        new LedgerFollower(
            parts.ledger(),
            this::onEntry,
            this::onHead,
            new Outage(name, "the ledger answers again", parts.clock()));
    List<Map.Entry<PartitionKey, Event>> first = recover();
    // Now it is known that the directory is this node's, and nobody else has it.
    parts.directory().ifPresent(d -> NodeFile.write(d, address(), parts.ledger().info()));
    // Before anything new is decided: it counts records from where the replay has ended.
    indexer.ifPresent(i -> i.start(journal.id()));
    reactor.start(first);
    parts.runner().follow("ledger", follower::follow);
    if (known.isEmpty() || !journal.flushesItself()) {
      // Once it is journaled there is nothing to wait for behind what a restart has to do.
      command(
          PartitionKey.LISTINGS,
          new Event.Drawn(new ActionKey("draw", 0), "receiptKey", seller.receiptKey()));
    }
    reactor.tell(PartitionKey.CAPACITY, new Event.CapacityIs(parts.capacity()));
    snapshots.open();
    LOG.info(
        "node {} is open: signatures by {}, ledger {}, listens at {}",
        address(),
        parts.signatures().name(),
        parts.ledger().info().domain(),
        server.endpoint());
  }

  /** What a restart has to put in place before anything goes on, and whom to tell what first. */
  private List<Map.Entry<PartitionKey, Event>> recover() {
    // In order: what is told first is decided first.
    List<Map.Entry<PartitionKey, Event>> first = new ArrayList<>();
    List<ExecutionId> orphans = new ArrayList<>(executions.running());
    List<Cell<?>> cells = reactor.all();
    cells.sort(java.util.Comparator.comparingInt(NodeImpl::claimOnBinding));
    for (Cell<?> cell : cells) {
      if (cell.state instanceof AgreementSide side) {
        bind(cell.key, side);
        catchUp.expect(cell.key);
        links.heard(side.negotiation(), side.heard());
        route(side);
        if (side.finished()) {
          if (side instanceof SellerSide sold) {
            seller.ended(sold);
          }
          links.finish(side.negotiation());
        } else {
          first.add(Map.entry(cell.key, new Event.Reopened()));
          if (side instanceof BuyerSide buying) {
            talks.inherit(cell.key, buying);
          }
        }
      }
      if (cell.state instanceof SellerSide side && side.plan().isPresent()) {
        int taskNo = side.plan().get().taskNo();
        ExecutionId id = new ExecutionId(side.id().orElseThrow(), taskNo);
        orphans.remove(id);
        first.add(
            Map.entry(
                cell.key,
                new Event.ExecutionEnded(
                    taskNo,
                    new TaskOutcome.Stopped("the node was restarted"),
                    executions.end(id))));
      }
    }
    parts
        .ledger()
        .restore(
            reactor
                .read(PartitionKey.WALLET, WalletState.class, WalletState::unfinished)
                .orElse(List.of()));
    parts.runner().blocking("recover", () -> orphans.forEach(executions::end));
    return first;
  }

  /** Which of two negotiations about one agreement is the one that counts: the lower. */
  private static int claimOnBinding(Cell<?> cell) {
    if (!(cell.state instanceof AgreementSide side) || side.deal() != DealState.SIGNED) {
      return 2;
    }
    return side.seenOnLedger() ? 0 : 1;
  }

  // ---------------------------------------------------------------- journal

  /** Folds what the journal holds. */
  private final class Replay implements JournalReplay {
    @Override
    public void snapshot(byte[] state, long upToSequence) {
      NodeSnapshot.read(state, (key, record) -> fold(upToSequence, CODEC.decode(record)));
      snapshots.found(state.length);
    }

    @Override
    public void record(long sequence, byte[] payload) {
      fold(sequence, CODEC.decode(payload));
      snapshots.appended(payload.length);
    }

    private void fold(long sequence, FactBatch batch) {
      for (Fact fact : batch.facts()) {
        switch (fact) {
          case Fact.BuyerBegan f -> requireOwn(f.begin().agreement().buyer());
          case Fact.SellerBegan f -> requireOwn(f.setting().self());
          default -> {}
        }
      }
      reactor.replay(batch);
      indexer.ifPresent(i -> i.replayed(sequence, batch));
    }

    /** Whoever went on with the agreements of somebody else would sign what nobody can use. */
    private void requireOwn(Address owner) {
      if (!owner.equals(address())) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "the journal is of the node "
                + owner
                + ", the signer is "
                + address()
                + "; give the key that belongs to the directory, or another directory");
      }
    }
  }

  private void append(FactBatch batch, Reactor.Appended done) {
    try {
      byte[] record = CODEC.encode(batch);
      long appended =
          journal.append(
              record,
              (sequence, failure) -> {
                if (failure != null) {
                  problem(failure.getMessage());
                } else {
                  indexer.ifPresent(i -> i.durable(sequence, batch));
                }
                done.ended(failure);
              });
      indexer.ifPresent(i -> i.appended(appended));
      if (!journal.flushesItself()) {
        // As long as a disk may take: what was decided is not durable meanwhile.
        parts.runner().blocking("sync", this::flush);
      }
      snapshots.appended(record.length);
      if (journal.flushesItself() && snapshots.begin()) {
        parts.runner().blocking("snapshot", this::snapshot);
      }
    } catch (EdgeBeatException failed) {
      if (failed.code() != ErrorCode.INVALID_ARGUMENT) {
        problem(failed.getMessage());
      }
      // A record that is too large is a matter of its partition only.
      done.ended(failed);
    }
  }

  private void flush() {
    if (!closed.get()) {
      journal.doWork();
      if (snapshots.begin()) {
        snapshot();
      }
    }
  }

  private void snapshot() {
    try {
      snapshots.write(journal);
    } catch (EdgeBeatException failed) {
      // Who cannot read its own journal could not be started again.
      problem("no snapshot of the journal was made: " + failed.getMessage());
    }
  }

  private void problem(@Nullable String what) {
    String text = String.valueOf(what);
    if (!closed.get() && !problems.contains(text)) {
      problems.add(text);
      LOG.error("node {} takes no more work: {}", address(), text);
    }
  }

  // ---------------------------------------------------------------- the shell

  @Override
  public Runnable decided(Cell<?> cell, FactBatch batch) {
    // As it is now: a plan may rest on payments, and those that come next are not durable with it.
    Optional<ExecutionPlan> plan =
        cell.state instanceof SellerSide selling ? selling.plan() : Optional.empty();
    return () -> durable(cell, batch, plan);
  }

  private void durable(Cell<?> cell, FactBatch batch, Optional<ExecutionPlan> plan) {
    if (cell.state instanceof AgreementSide side) {
      Optional<AgreementId> id;
      boolean finished;
      cell.lock.lock();
      try {
        bind(cell.key, side);
        finished = side.finished();
        if (finished && side instanceof SellerSide sold) {
          seller.ended(sold);
        }
        id = side.id();
      } finally {
        cell.lock.unlock();
      }
      for (Fact fact : batch.facts()) {
        if (fact instanceof Fact.Heard heard) {
          links.heard(side.negotiation(), heard.sequence());
        } else if (fact instanceof Fact.Noted noted) {
          links.heard(side.negotiation(), noted.sequence());
        } else if (fact instanceof Fact.Restored restored) {
          links.heard(side.negotiation(), restored.heard());
        } else if (fact instanceof Fact.PeerAnswered) {
          links.answered(side.negotiation());
        } else if (fact instanceof Fact.BuyerBegan) {
          route(side);
        }
      }
      if (finished) {
        links.finish(side.negotiation());
      }
      // Releases of a cell come one at a time, so plans are applied in their order.
      if (plan.isPresent() && id.isPresent()) {
        executions.apply(new ExecutionId(id.get(), plan.get().taskNo()), plan.get());
      }
    }
    if (cell.state instanceof BuyerSide buying) {
      talks.changed(buying);
    }
    if (cell.state instanceof WalletState) {
      for (Fact fact : batch.facts()) {
        if (fact instanceof Fact.TxConcluded concluded) {
          transactions.passed(concluded.number());
        }
      }
    }
    publish(cell, batch);
  }

  private void bind(PartitionKey key, AgreementSide side) {
    // Whoever was first keeps it: else a second negotiation about the same agreement would take the
    // ledger's word away from the one that works under it.
    side.id().ifPresent(id -> bindings.putIfAbsent(id, key));
    keep(watching, key, side.watchesLedger());
    keep(idle, key, side instanceof BuyerSide buying && buying.idle());
    keep(restored, key, side.restored() && !side.finished());
  }

  private static void keep(Set<PartitionKey> set, PartitionKey key, boolean in) {
    if (in) {
      set.add(key);
    } else {
      set.remove(key);
    }
  }

  /** Buyers' agreements that could take a further task. */
  Set<PartitionKey> idleAgreements() {
    return idle;
  }

  private void route(AgreementSide side) {
    if (side instanceof BuyerSide buying) {
      buying
          .listing()
          .ifPresent(
              listing ->
                  links.route(
                      side.negotiation(), listing.seller(), new PeerEndpoint(listing.endpoint())));
    }
  }

  @Override
  public void broken(PartitionKey key, Throwable defect) {
    // That partition only: whoever finds a defect from outside must not be able to stop the rest.
    stopped.add(key + " was stopped by a defect: " + defect);
  }

  private void publish(Cell<?> cell, FactBatch batch) {
    if (!(cell.state instanceof AgreementSide side)) {
      return;
    }
    String role = cell.state instanceof BuyerSide ? "buyer" : "seller";
    batch.facts().forEach(fact -> FactEvent.record(address(), side, role, fact));
    if (listeners.isEmpty()) {
      return;
    }
    synchronized (eventLock) {
      for (Fact fact : batch.facts()) {
        eventQueue.add(
            new NodeEvent(
                batch.at(), side.negotiation(), role, Facts.name(fact), Facts.details(fact)));
      }
      if (publishing) {
        return;
      }
      publishing = true;
    }
    // Not on the thread that releases: a listener may call the node and wait for it.
    parts.runner().blocking("events", this::publishNow);
  }

  private void publishNow() {
    while (true) {
      NodeEvent event;
      synchronized (eventLock) {
        event = eventQueue.poll();
        if (event == null) {
          publishing = false;
          return;
        }
      }
      for (EventSubscription listener : listeners) {
        try {
          listener.tell(event);
        } catch (RuntimeException e) {
          LOG.warn("a listener of node {} failed on {}", address(), event, e);
        }
      }
    }
  }

  @Override
  public void perform(Cell<?> cell, ActionKey key, Action action) {
    PartitionKey at = cell.key;
    switch (action) {
      case Action.Send send ->
          links.send(new NegotiationId(at.id()), send.sequence(), send.message());
      case Action.Ask ask -> links.ask(new NegotiationId(at.id()));
      case Action.Tell tell -> reactor.tell(tell.to(), tell.event());
      case Action.Draw draw ->
          reactor.tell(at, new Event.Drawn(key, draw.what(), Secret.of(parts.random().apply(32))));
      case Action.Sign sign ->
          call(
              at,
              key,
              () ->
                  new Event.SignatureMade(
                      key,
                      parts
                          .signer()
                          .sign(
                              new SigningRequest.OfMessage(
                                  protocol.ledger().domain(), sign.message()))));
      case Action.Examine examine -> call(at, key, () -> seller.examine(key, examine.offer()));
      case Action.Provision provision ->
          call(
              at,
              key,
              () -> {
                executions.provision(provision);
                return new Event.Provisioned(key);
              });
      case Action.Start start ->
          call(
              at,
              key,
              () -> {
                executions.start(
                    start,
                    talks.begin(at, start.id().taskNo()),
                    unitsPerMessage(at),
                    event -> reactor.tell(at, event),
                    () -> reactor.tell(at, new Event.Started(key)));
                return null;
              });
      case Action.Fetch fetch -> call(at, key, () -> fetch(key, fetch));
      case Action.ReadFunds read ->
          call(
              at,
              key,
              () ->
                  new Event.FundsRead(
                      key,
                      parts.ledger().balance(address(), Finality.PENDING),
                      parts.ledger().vault(address(), Finality.PENDING)));
      case Action.Prepare prepare -> call(at, key, () -> prepare(key, prepare));
      case Action.Raise raise ->
          call(
              at,
              key,
              () ->
                  new Event.Prepared(
                      key, parts.ledger().replace(raise.stuck(), new FeeHint(RAISE_PERCENT))));
      case Action.Broadcast broadcast -> call(at, key, () -> broadcast(key, broadcast));
      case Action.Publish publish ->
          call(
              at,
              key,
              () -> {
                parts
                    .content()
                    .put(ContentSource.of(Documents.listing(publish.listing())), Progress.NONE);
                return new Event.Published(key);
              });
    }
  }

  private Event prepare(ActionKey key, Action.Prepare prepare) {
    try {
      return new Event.Prepared(key, parts.ledger().prepare(prepare.command()));
    } catch (EdgeBeatException e) {
      // Of what is refused whoever ordered it is told.
      if (WalletDecider.away(e.code())) {
        heldUp(key, e);
      }
      throw e;
    }
  }

  private Event broadcast(ActionKey key, Action.Broadcast broadcast) {
    try {
      parts.ledger().broadcast(broadcast.transaction());
      Event known = new Event.StatusKnown(key, parts.ledger().status(broadcast.transaction().id()));
      transactions.passed(key.number());
      return known;
    } catch (RuntimeException e) {
      heldUp(key, e);
      throw e;
    }
  }

  /** A transaction that the wallet tries again was not taken. */
  private void heldUp(ActionKey key, RuntimeException why) {
    if (!closed.get()) {
      String command =
          reactor
              .read(PartitionKey.WALLET, WalletState.class, s -> s.command(key.number()))
              .flatMap(c -> c)
              .map(c -> " (" + c.name() + ")")
              .orElse("");
      transactions.failed(
          key.number(),
          "transaction " + key.number() + command + " does not come through and is tried again",
          why);
    }
  }

  /** A call of a backend. */
  @FunctionalInterface
  private interface Call {
    @Nullable Event run();
  }

  private void call(PartitionKey at, ActionKey key, Call call) {
    parts
        .runner()
        .blocking(
            key.kind(),
            () -> {
              Event answer;
              try {
                answer = call.run();
              } catch (EdgeBeatException e) {
                answer =
                    new Event.ActionFailed(
                        key,
                        e.code(),
                        String.valueOf(e.getMessage()),
                        e.advice().kind() != io.edgebeat.api.error.RetryAdvice.Kind.NEVER);
              } catch (RuntimeException e) {
                LOG.warn("action {} of {} failed", key, at, e);
                answer = new Event.ActionFailed(key, ErrorCode.INTERNAL, e.toString(), false);
              }
              if (answer != null) {
                reactor.tell(at, answer);
              }
            });
  }

  private Event fetch(ActionKey key, Action.Fetch fetch) {
    try (ContentReader reader = parts.content().open(fetch.result())) {
      if (reader.sizeBytes() > fetch.limitBytes()) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_TOO_LARGE,
            "result "
                + fetch.result()
                + " has "
                + reader.sizeBytes()
                + " bytes, the limit is "
                + fetch.limitBytes());
      }
      byte[] buffer = new byte[Math.clamp(reader.sizeBytes(), 1, 1 << 16)];
      long size = 0;
      for (int n = reader.stream().read(buffer); n >= 0; n = reader.stream().read(buffer)) {
        size += n;
      }
      return new Event.Fetched(key, size);
    } catch (java.io.IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          io.edgebeat.api.error.RetryAdvice.NEVER,
          "result " + fetch.result() + " could not be read: " + e.getMessage(),
          e);
    }
  }

  // ---------------------------------------------------------------- messages

  /** Whether what it makes this side write would fit a record of the journal several times. */
  private static boolean fits(PeerEnvelope envelope) {
    return switch (envelope.message()) {
      case PeerMessage.Ticks m -> true;
      case PeerMessage.Ack m -> true;
      case PeerMessage.VoucherSent m -> true;
      case PeerMessage.ReceiptSent m -> true;
      default -> {
        try {
          yield ENVELOPES.length(envelope) <= MAX_MESSAGE_BYTES;
        } catch (RuntimeException malformed) {
          yield false;
        }
      }
    };
  }

  private void received(PeerSession session, PeerEnvelope envelope) {
    if (!reactor.isOpen()) {
      // It comes again; nothing of it is said to be durable.
      return;
    }
    if (!fits(envelope)) {
      LOG.warn("a message of {} is too large or malformed; it is dropped", session.remote());
      return;
    }
    PartitionKey asBuyer = PartitionKey.buyer(envelope.negotiation());
    PartitionKey asSeller = PartitionKey.seller(envelope.negotiation());
    Optional<PartitionKey> known =
        reactor.find(asBuyer).isPresent()
            ? Optional.of(asBuyer)
            : reactor.find(asSeller).isPresent() ? Optional.of(asSeller) : Optional.empty();
    // Talks begin with message 1, and nothing was said before it: another number is a damaged one.
    boolean begins =
        envelope.message() instanceof PeerMessage.OfferMade
            && envelope.sequence() == 1
            && envelope.seen() == 0;
    boolean taken = begins && seller.takesOffers();
    // What belongs to no negotiation of this node leaves no trace in it.
    if ((known.isPresent() || taken) && !links.received(session, envelope)) {
      return;
    }
    if (envelope.sequence() == 0) {
      known.ifPresent(key -> unnumbered(key, session, envelope));
      return;
    }
    if (known.isPresent()) {
      reactor.tell(
          known.get(),
          new Event.Received(
              session.remote(), envelope, Optional.empty(), talked(known.get(), envelope)));
    } else if (taken) {
      reactor.tell(
          asSeller, new Event.Received(session.remote(), envelope, Optional.of(seller.setting())));
    } else if (begins) {
      session.send(
          new PeerEnvelope(
              envelope.negotiation(),
              1,
              envelope.sequence(),
              new PeerMessage.Rejected(ErrorCode.CLOSED, "this node takes no offers now")));
    }
  }

  private Optional<Long> talked(PartitionKey key, PeerEnvelope envelope) {
    return envelope.message() instanceof PeerMessage.UsageReport report
        ? talks.most(key, report.taskNo())
        : Optional.empty();
  }

  /** How many units a message between a program and its buyer counts. */
  private long unitsPerMessage(PartitionKey key) {
    return reactor
        .read(
            key,
            SellerSide.class,
            side -> side.offer().orElseThrow().terms().price().tickUnit().kind())
        .filter(TickUnit.Kind.MESSAGES::equals)
        .map(counted -> 1L)
        .orElse(0L);
  }

  Talks talks() {
    return talks;
  }

  /**
   * What is asked and said after a restart, which has no number because numbers may be forgotten,
   * and what a program and its buyer say, which is nobody's loss but theirs.
   */
  private void unnumbered(PartitionKey key, PeerSession session, PeerEnvelope envelope) {
    switch (envelope.message()) {
      case PeerMessage.StateQuery query -> answer(key, session.remote(), ANSWER_TRIES);
      case PeerMessage.StateAnswer answer ->
          reactor.tell(key, new Event.Received(session.remote(), envelope, Optional.empty()));
      case PeerMessage.TaskSaid said -> talks.received(key, session.remote(), said);
      case PeerMessage.TaskHeard heard -> talks.received(key, session.remote(), heard);
      case PeerMessage.TaskMute mute -> talks.received(key, session.remote(), mute);
      default -> {}
    }
  }

  /**
   * Answers with what is durable, which is soon the case; if it is not, the other side asks again.
   */
  private void answer(PartitionKey key, Address asker, int tries) {
    NegotiationId id = new NegotiationId(key.id());
    Optional<PeerMessage.StateAnswer> answer =
        reactor.readDurable(
            key,
            AgreementSide.class,
            side ->
                side.remote()
                    .filter(asker::equals)
                    .map(known -> side.answer(links.acknowledged(id)))
                    .orElse(null));
    if (answer.isPresent()) {
      links.say(id, answer.get());
    } else if (tries > 0 && reactor.isOpen()) {
      parts.runner().after(ANSWER_SOON, () -> answer(key, asker, tries - 1));
    }
  }

  // ---------------------------------------------------------------- ledger

  private void onEntry(LedgerEntry entry) {
    try {
      parts.marketFeed().apply(entry);
    } catch (RuntimeException e) {
      // The market is a picture; that an entry is missing in it must not keep it from the engine.
      LOG.warn("the marketplace did not take {}", entry, e);
    }
    if (entry.event() instanceof LedgerEvent.OfAgreement event && !forgotten.told(entry)) {
      PartitionKey key = bindings.get(event.id());
      if (key != null && catchUp.holds(key)) {
        catchUp.keep(key, entry);
      } else if (key != null) {
        reactor.tell(key, new Event.OnLedger(entry));
      }
    }
  }

  /** The newest block that was heard of; empty before the first. */
  Optional<LedgerHead> head() {
    return Optional.ofNullable(head.get());
  }

  private void onHead(LedgerHead now) {
    var unused = parts.marketFeed().retry();
    catchUp.reached(now);
    forgotten.reached(now);
    indexer.ifPresent(i -> i.reached(now));
    LedgerHead before = head.getAndSet(now);
    if (now.equals(before)) {
      return;
    }
    watching.stream()
        .filter(key -> !catchUp.holds(key))
        .forEach(key -> reactor.tell(key, new Event.HeadMoved(now)));
  }

  // ---------------------------------------------------------------- the handle

  /** The id of the agreement in an offer. */
  AgreementId agreementId(Offer offer) {
    return protocol.id(offer.agreement().message());
  }

  /** Whether another negotiation of this node is about the same agreement. */
  boolean isTaken(AgreementId id, PartitionKey by) {
    PartitionKey known = bindings.get(id);
    return known != null && !known.equals(by);
  }

  /** The executor for a type of workload. */
  Executor executor(String type) {
    return executions.executor(type);
  }

  Reactor reactor() {
    return reactor;
  }

  Journal journal() {
    return journal;
  }

  /** The partition of an agreement. */
  PartitionKey partition(AgreementId id) {
    PartitionKey key = bindings.get(id);
    if (key == null) {
      throw new EdgeBeatException(ErrorCode.NOT_FOUND, "this node knows no agreement " + id);
    }
    return key;
  }

  /** Gives a command to a partition and waits until it is durable or refused. */
  void command(PartitionKey key, Event event) {
    requireServing();
    CompletableFuture<Void> done = reactor.post(key, event);
    try {
      while (!done.isDone()) {
        if (closed.get()) {
          throw new EdgeBeatException(
              ErrorCode.CLOSED, "the node was closed while it took a command for " + key);
        }
        parts.runner().pause(TimeUnit.SECONDS.toNanos(1), nanos -> awaitDone(done, nanos));
      }
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          io.edgebeat.api.error.RetryAdvice.SAME_CALL,
          "interrupted while waiting for " + key,
          e);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof EdgeBeatException refused) {
        throw new EdgeBeatException(
            refused.code(), refused.advice(), String.valueOf(refused.getMessage()), refused);
      }
      throw new EdgeBeatException(
          ErrorCode.INTERNAL,
          io.edgebeat.api.error.RetryAdvice.NEVER,
          "a defect stopped " + key + ": " + e.getCause(),
          e.getCause());
    }
  }

  private static void awaitDone(CompletableFuture<Void> done, long nanos)
      throws InterruptedException {
    try {
      done.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException looked) {
      // Whoever waits looks again, and reads why it failed.
      LOG.trace("waited", looked);
    }
  }

  private void requireNotClosed() {
    if (closed.get()) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the node " + address() + " is closed");
    }
  }

  /** Who does not hear the ledger would not see what was opened, and could not claim in time. */
  void requireLedger() {
    if (follower.problem().isPresent()) {
      // Why, and of whom, is nothing for a stranger.
      throw new EdgeBeatException(
          ErrorCode.LEDGER_UNAVAILABLE,
          io.edgebeat.api.error.RetryAdvice.SAME_CALL,
          "node " + address() + " does not hear its ledger now",
          null);
    }
  }

  void requireServing() {
    requireNotClosed();
    if (!problems.isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED, "the node takes no more work: " + problems.getFirst());
    }
  }

  <S extends Partition> List<Map.Entry<PartitionKey, S>> sides(Class<S> type) {
    List<Map.Entry<PartitionKey, S>> found = new ArrayList<>();
    for (Cell<?> cell : reactor.all()) {
      if (type.isInstance(cell.state)) {
        found.add(Map.entry(cell.key, type.cast(cell.state)));
      }
    }
    return found;
  }

  @Override
  public Address address() {
    return parts.signer().address();
  }

  @Override
  public Buyer buyer() {
    return buyer;
  }

  @Override
  public Seller seller() {
    return seller;
  }

  @Override
  public Marketplace marketplace() {
    return parts.marketplace();
  }

  @Override
  public Ledger ledger() {
    return parts.ledger();
  }

  @Override
  public ContentStore content() {
    return parts.content();
  }

  @Override
  public NodeHealth health() {
    List<String> all = new ArrayList<>(problems);
    all.addAll(stopped);
    follower.problem().ifPresent(all::add);
    boolean serving = !closed.get() && all.isEmpty();
    // What is ordered now waits with the rest and gets through with it.
    transactions.problem().ifPresent(all::add);
    restored.forEach(
        key ->
            all.add(
                key
                    + " may be signed further than this node's files know: perhaps an old backup's;"
                    + " nothing new is signed under it until acceptRestored(id) is called"));
    all.addAll(forgotten.problems());
    // The picture is not the truth: a node without it is a whole one.
    indexer.flatMap(Indexer::problem).ifPresent(all::add);
    return new NodeHealth(serving, all);
  }

  @Override
  public void acceptRestored(AgreementId agreement) {
    command(partition(agreement), new Event.RestoreAccepted());
  }

  @Override
  public byte[] proof(AgreementId agreement) {
    return proof(partition(agreement));
  }

  byte[] proof(PartitionKey key) {
    requireNotClosed();
    return ProofReader.of(journal, key, protocol);
  }

  @Override
  public Optional<IndexQueries> index() {
    return indexer.map(Indexer::index);
  }

  @Override
  public void rebuildIndex() {
    if (closed.get()) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the node " + address() + " is closed");
    }
    indexer
        .orElseThrow(
            () ->
                new EdgeBeatException(
                    ErrorCode.UNSUPPORTED,
                    "this node has no index; add edgebeat-store-jdbc, or give one by"
                        + " NodeBuilder.index"))
        .rebuild();
  }

  @Override
  public Subscription events(Consumer<NodeEvent> listener) {
    EventSubscription subscription = new EventSubscription(listener, listeners::remove);
    listeners.add(subscription);
    return subscription;
  }

  @Override
  public Backup backup(Path directory) {
    if (closed.get()) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the node " + address() + " is closed");
    }
    return NodeBackup.write(
        directory,
        journal,
        parts.directory().map(home -> home.resolve(NodeBackup.CONTENT)),
        address(),
        parts.clock().instant());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    seller.stopOffers();
    indexer.ifPresent(i -> quietly("the indexer", i::close));
    quietly("the door", server::close);
    follower.close();
    // First: an execution that this closes has not ended of itself, and must not be journaled so.
    reactor.stop();
    quietly("the executions", executions::close);
    quietly("the connections", links::close);
    parts.runner().close();
    quietly("the journal", journal::close);
    parts.closing().reversed().forEach(part -> quietly("a backend", part));
  }

  private void quietly(String what, Runnable closing) {
    try {
      closing.run();
    } catch (RuntimeException e) {
      LOG.warn("closing {} of node {} failed", what, address(), e);
    }
  }
}

package io.edgebeat.core.node;

import io.edgebeat.api.Seller;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.negotiate.OfferRules;
import io.edgebeat.core.wallet.ListingsState;
import io.edgebeat.core.wallet.WalletState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The selling side of a node. */
final class SellerImpl implements Seller {
  private static final Duration ADVERTISE_TIMEOUT = Duration.ofSeconds(60);

  private final NodeImpl node;
  private final NodeParts parts;
  private final PeerEndpoint endpoint;
  private final Secret receiptKey;
  private final Address receiptAddress;
  private final ReentrantLock advertising = new ReentrantLock();
  private final ReentrantLock policyLock = new ReentrantLock();
  private volatile OfferPolicy policy = OfferPolicy.ACCEPT;
  private volatile boolean stopped;

  /** Buyers who have paid in an agreement that is settled: only who has paid once may pay later. */
  private final Set<Address> settledWith = ConcurrentHashMap.newKeySet();

  SellerImpl(NodeImpl node, NodeParts parts, PeerEndpoint endpoint, Secret receiptKey) {
    this.node = node;
    this.parts = parts;
    this.endpoint = endpoint;
    this.receiptKey = receiptKey;
    this.receiptAddress = parts.signatures().publicKey(receiptKey).address();
  }

  /**
   * An agreement is over; what it came to may make its buyer one who can be trusted with a tick.
   */
  void ended(SellerSide side) {
    side.invoice()
        .filter(invoice -> !invoice.paid().isZero())
        .ifPresent(invoice -> settledWith.add(invoice.buyer()));
  }

  private int maxUnpaidTicks(Address buyer) {
    SellerPolicy own = parts.sellerPolicy();
    return settledWith.contains(buyer)
        ? own.maxUnpaidTicks()
        : Math.min(own.newcomerUnpaidTicks(), own.maxUnpaidTicks());
  }

  Secret receiptKey() {
    return receiptKey;
  }

  Event.SellerSetting setting() {
    return new Event.SellerSetting(node.address(), receiptKey);
  }

  boolean takesOffers() {
    return !stopped && !parts.executors().isEmpty();
  }

  void stopOffers() {
    stopped = true;
  }

  @Override
  public Listing advertise(ListingSpec spec) {
    node.requireServing();
    if (parts.executors().isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED,
          "this node has no executor and can sell nothing; add edgebeat-exec-wasm or another one");
    }
    if (!parts.capacity().covers(spec.resources())) {
      throw new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          "the listing offers " + spec.resources() + ", this node has " + parts.capacity());
    }
    parts.executors().forEach(executor -> requireFuel(executor, spec.price().tickUnit()));
    Amount fee = parts.ledger().info().parameters().listingFee();
    Amount balance = parts.ledger().balance(node.address(), Finality.PENDING);
    if (balance.compareTo(fee) < 0) {
      throw new EdgeBeatException(
          ErrorCode.INSUFFICIENT_FUNDS,
          RetryAdvice.AFTER_STATE_CHANGE,
          "account " + node.address() + " holds " + balance + ", a listing costs " + fee,
          null);
    }
    advertising.lock();
    try {
      Listing listing = draft(spec);
      byte[] document = Documents.listing(listing);
      String id = listing.id().toString();
      node.command(
          PartitionKey.LISTINGS,
          new Event.Advertise(listing, Documents.uri(ContentId.ofRaw(document))));
      awaitLedger(id);
      ListingsState.Entry entry =
          node.reactor()
              .read(PartitionKey.LISTINGS, ListingsState.class, s -> s.entry(id))
              .orElseThrow()
              .orElseThrow();
      ListingsState.Problem problem = entry.problem();
      if (problem != null) {
        throw new EdgeBeatException(problem.code(), problem.reason());
      }
      return listing;
    } finally {
      advertising.unlock();
    }
  }

  private void awaitLedger(String id) {
    try {
      node.reactor()
          .await(
              PartitionKey.LISTINGS,
              ListingsState.class,
              s ->
                  s.entry(id)
                      .map(
                          e ->
                              e.stage() == ListingsState.Stage.LIVE
                                  || e.stage() == ListingsState.Stage.FAILED)
                      .orElse(false),
              ADVERTISE_TIMEOUT,
              "the advertisement of " + id);
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.TIMED_OUT) {
        throw e;
      }
      throw new EdgeBeatException(e.code(), e.advice(), e.getMessage() + ": " + waitsFor(), e);
    }
  }

  /** What an advertisement waits for, as far as the ledger says. */
  private String waitsFor() {
    Optional<SignedTransaction> sent =
        node.reactor()
            .read(PartitionKey.WALLET, WalletState.class, w -> w.underway(PartitionKey.LISTINGS))
            .flatMap(transaction -> transaction);
    if (sent.isEmpty()) {
      return "nothing of it was sent to the ledger yet";
    }
    String transaction = "transaction " + sent.get().id();
    try {
      return transaction
          + switch (parts.ledger().status(sent.get().id())) {
            case TransactionStatus.Done done -> " is in block " + done.block() + untilFinal(done);
            case TransactionStatus.Pending waits -> " waits for a block";
            case TransactionStatus other -> " is " + other;
          };
    } catch (EdgeBeatException e) {
      return "the ledger does not say what became of " + transaction + ": " + e.getMessage();
    }
  }

  private String untilFinal(TransactionStatus.Done done) {
    int depth = parts.ledger().info().finalityDepth();
    return node.head()
        .map(
            head ->
                ", the newest block is "
                    + head.number()
                    + ", and "
                    + Math.max(0, done.block() + depth - head.number())
                    + " more make it final")
        .orElse(", and " + depth + " on top make it final");
  }

  /** What nobody counts is not sold. */
  private static void requireFuel(Executor executor, TickUnit unit) {
    if (unit.kind() == TickUnit.Kind.FUEL && !executor.info().fuel()) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED,
          "the executor of "
              + new TreeSet<>(executor.info().workloadTypes())
              + " does not hold a program where the "
              + unit
              + " of a tick are used up; sell SECONDS, MESSAGES or CALLS");
    }
  }

  private Listing draft(ListingSpec spec) {
    // Larger than any before, also after the journal was lost.
    long before =
        node.reactor()
            .read(PartitionKey.LISTINGS, ListingsState.class, ListingsState::sequence)
            .orElse(0L);
    long sequence = Math.max(before + 1, parts.clock().instant().getEpochSecond());
    Set<String> types = new TreeSet<>();
    boolean lease = true;
    for (Executor executor : parts.executors()) {
      types.addAll(executor.info().workloadTypes());
      lease &= executor.info().lease();
    }
    return Documents.readListing(
        Documents.listing(
            new ListingDraft(
                node.address(),
                sequence,
                LedgerTime.floor(parts.clock().instant().plus(spec.validFor())),
                endpoint.uri(),
                receiptAddress,
                spec.region(),
                spec.resources(),
                types,
                parts.capabilities().values().stream().map(c -> c.info()).toList(),
                spec.price(),
                lease)));
  }

  @Override
  public Listing renew(ListingId id, Duration validFor) {
    Listing old =
        node.reactor()
            .read(PartitionKey.LISTINGS, ListingsState.class, s -> s.entry(id.toString()))
            .flatMap(e -> e)
            .map(ListingsState.Entry::listing)
            .orElseThrow(
                () -> new EdgeBeatException(ErrorCode.NOT_FOUND, "no listing " + id + " here"));
    Listing renewed =
        advertise(new ListingSpec(old.region(), old.resources(), old.price(), validFor));
    withdraw(id);
    return renewed;
  }

  @Override
  public void withdraw(ListingId id) {
    node.command(PartitionKey.LISTINGS, new Event.WithdrawListing(id));
  }

  @Override
  public void offers(OfferPolicy answers) {
    policy = answers;
  }

  /**
   * Buyers see it as soon as it is in a block; this node calls it live when that block is final.
   */
  private static boolean isOnOffer(ListingsState.Entry entry) {
    return entry.stage() == ListingsState.Stage.ADVERTISING
        || entry.stage() == ListingsState.Stage.LIVE;
  }

  /** Everything about an offer that is not in the offer itself; the policy has the last word. */
  Event examine(ActionKey key, Offer offer) {
    node.requireLedger();
    Listing listing =
        node.reactor()
            .read(
                PartitionKey.LISTINGS,
                ListingsState.class,
                s -> s.entry(offer.terms().listing().toString()))
            .flatMap(e -> e)
            .filter(SellerImpl::isOnOffer)
            .map(ListingsState.Entry::listing)
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.NOT_FOUND,
                        "listing " + offer.terms().listing() + " is not live"));
    PartitionKey here = PartitionKey.seller(offer.negotiation());
    AgreementId id = node.agreementId(offer);
    if (node.isTaken(id, here)) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "agreement " + id + " is negotiated here already");
    }
    Instant now = parts.clock().instant();
    OfferRules.checkListing(
        offer, listing, parts.sellerPolicy().maxUnpaidTicks(), receiptAddress, now);
    Agreement agreement = offer.agreement().message();
    Amount has =
        agreement.funding() == Agreement.Funding.VAULT
            ? parts.ledger().vault(agreement.buyer(), Finality.PENDING)
            : parts.ledger().balance(agreement.buyer(), Finality.PENDING);
    if (has.compareTo(agreement.total()) < 0) {
      throw new EdgeBeatException(
          ErrorCode.INSUFFICIENT_FUNDS,
          "buyer "
              + agreement.buyer()
              + " holds "
              + has
              + ", the offer needs "
              + agreement.total());
    }
    Executor executor = node.executor(offer.terms().workloadType());
    requireFuel(executor, offer.terms().price().tickUnit());
    Optional<ContentId> image = offer.terms().image();
    if (image.isPresent()) {
      Workload workload =
          new Workload(offer.terms().workloadType(), image.get(), Optional.empty(), List.of());
      if (executor.admit(workload, offer.terms().limits()) instanceof Admission.Refused refused) {
        throw new EdgeBeatException(refused.code(), refused.reason());
      }
    }
    policyLock.lock();
    try {
      return new Event.Examined(
          key, executor.info().lease(), maxUnpaidTicks(agreement.buyer()), policy.answer(offer));
    } finally {
      policyLock.unlock();
    }
  }

  @Override
  public Optional<WatchOrder> watchOrder(AgreementId agreement) {
    PartitionKey key = node.partition(agreement);
    if (key.kind() != PartitionKey.Kind.SELLER) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND, "this node sells nothing under agreement " + agreement);
    }
    // A tower that knows more than this node after a crash would look like an old backup.
    return node.reactor()
        .readDurable(key, SellerSide.class, SellerSide::watchOrder)
        .flatMap(w -> w);
  }

  @Override
  public List<AgreementId> agreements() {
    List<AgreementId> ids = new ArrayList<>();
    for (Map.Entry<PartitionKey, SellerSide> side : node.sides(SellerSide.class)) {
      node.reactor()
          .read(
              side.getKey(),
              SellerSide.class,
              s -> s.finished() ? Optional.<AgreementId>empty() : s.id())
          .flatMap(id -> id)
          .ifPresent(ids::add);
    }
    return ids;
  }

  @Override
  public Amount earnings() {
    Amount sum = Amount.zero(Asset.EDG);
    for (Map.Entry<PartitionKey, SellerSide> side : node.sides(SellerSide.class)) {
      sum =
          sum.plus(
              node.reactor()
                  .read(side.getKey(), SellerSide.class, s -> s.invoice())
                  .flatMap(i -> i)
                  .map(Invoice::paid)
                  .orElse(Amount.zero(Asset.EDG)));
    }
    return sum;
  }

  @Override
  public boolean drain(Duration timeout) {
    stopped = true;
    long end = parts.runner().nanos() + timeout.toNanos();
    for (Map.Entry<PartitionKey, SellerSide> side : node.sides(SellerSide.class)) {
      try {
        node.reactor()
            .await(
                side.getKey(),
                SellerSide.class,
                SellerSide::finished,
                Duration.ofNanos(Math.max(0, end - parts.runner().nanos())),
                "the settlement of " + side.getKey());
      } catch (EdgeBeatException e) {
        if (e.code() == ErrorCode.TIMED_OUT) {
          return false;
        }
        throw e;
      }
    }
    return true;
  }
}

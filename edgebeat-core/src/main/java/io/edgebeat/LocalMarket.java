package io.edgebeat;

import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole market in one JVM: a ledger, a content store, one buyer and some sellers, all of them
 * real. In real time calls may overlap. In virtual time one thread calls, and a call that waits
 * lets virtual time pass.
 */
public final class LocalMarket implements AutoCloseable {
  private static final String BUYER = "buyer";

  private final LocalMarketBuilder built;
  private final SignatureBackend signatures;
  private final Site site;
  private final SharedLedger chain;
  private final Ledger ledger;
  private final ContentStore content;
  private final @Nullable MarketFaults faults;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** A node of this market: how it is built, and the one that runs now. */
  private static final class Member {
    final KeySigner key;
    final Supplier<NodeBuilder> builder;
    @Nullable EdgeBeatNode node;
    boolean down;

    Member(KeySigner key, Supplier<NodeBuilder> builder) {
      this.key = key;
      this.builder = builder;
    }
  }

  LocalMarket(LocalMarketBuilder builder, Site site) {
    this.built = builder;
    this.site = site;
    SignatureBackend given = builder.signatures;
    signatures = given == null ? EdgeBeat.signatures() : given;
    KeySigner buyerKey = KeySigner.of(signatures, site.newKey());
    for (LocalMarketBuilder.SellerSpec spec : builder.sellers) {
      KeySigner key = KeySigner.of(signatures, site.newKey());
      if (members.put(spec.name(), new Member(key, () -> seller(spec, key))) != null) {
        throw new EdgeBeatException(
            ErrorCode.DUPLICATE, "two sellers are named \"" + spec.name() + "\"");
      }
    }
    if (members.put(BUYER, new Member(buyerKey, () -> wired(BUYER, buyerKey).noExecutor()))
        != null) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "a seller cannot be named \"" + BUYER + "\"");
    }
    Map<Address, Amount> funds = new LinkedHashMap<>();
    members.values().forEach(member -> funds.put(member.key.address(), builder.funds));
    SharedLedger foreign = builder.ledger;
    if (foreign == null) {
      EmbeddedChain embedded = embedded(funds);
      chain = embedded;
      faults = site instanceof SimSite sim ? new MarketFaults(this, sim, embedded) : null;
    } else {
      chain = foreign;
      faults = null;
      foreign.fund(funds);
    }
    ledger = site.reach(BUYER, chain.connect(buyerKey));
    content =
        builder.directory == null
            ? EmbeddedContent.inMemory()
            : EmbeddedContent.onDisk(builder.directory.resolve("content"));
    List<ListingId> listings = new ArrayList<>();
    try {
      for (LocalMarketBuilder.SellerSpec spec : builder.sellers) {
        listings.add(open(spec.name()).seller().advertise(spec.listing()).id());
      }
      EdgeBeatNode buyer = open(BUYER);
      // The buyer's index follows the ledger.
      if (!site.await(
          () -> listings.stream().allMatch(id -> buyer.marketplace().find(id).isPresent()))) {
        throw new EdgeBeatException(
            ErrorCode.TIMED_OUT, "not all of " + listings + " have appeared to the buyer");
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private EmbeddedChain embedded(Map<Address, Amount> funds) {
    EmbeddedChain.Config config =
        EmbeddedChain.config(signatures)
            .clock(site.clock())
            .parameters(built.parameters)
            .finalityDepth(built.finalityDepth)
            .blockInterval(built.blockInterval)
            .funds(funds);
    return built.directory == null
        ? EmbeddedChain.inMemory(config)
        : EmbeddedChain.open(config, built.directory.resolve("ledger"));
  }

  private NodeBuilder seller(LocalMarketBuilder.SellerSpec spec, KeySigner key) {
    NodeBuilder node = wired(spec.name(), key).capacity(spec.listing().resources());
    spec.capabilities().forEach(node::capability);
    site.executors(spec.name(), key, built.executors).forEach(node::executor);
    return node;
  }

  private EdgeBeatNode open(String name) {
    Member member = member(name);
    EdgeBeatNode node = member.builder.get().wrapped(built.wrapper.apply(name)).open();
    member.node = node;
    member.down = false;
    return node;
  }

  private Member member(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND, "no node \"" + name + "\"; there are " + members.keySet());
    }
    return member;
  }

  private EdgeBeatNode node(String name) {
    EdgeBeatNode node = member(name).node;
    if (node == null) {
      throw new EdgeBeatException(ErrorCode.WRONG_STATE, name + " has not been opened yet");
    }
    return node;
  }

  Address addressOf(String name) {
    return member(name).key.address();
  }

  boolean isDown(String name) {
    return member(name).down;
  }

  void died(String name) {
    member(name).down = true;
  }

  void restart(String name) {
    if (!isDown(name)) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE, name + " is running; crash it before it is restarted");
    }
    var unused = open(name);
  }

  private NodeBuilder wired(String name, Signer key) {
    NodeBuilder node =
        EdgeBeat.node()
            .signer(key)
            .signatures(signatures)
            .ledger(site.reach(name, chain.connect(key)))
            .content(content)
            .workers(1);
    site.place(name, key.address(), node);
    if (built.directory != null) {
      node.directory(built.directory.resolve(name));
    }
    if (built.index != null) {
      node.index(built.index.apply(name));
    } else if (!built.findIndex) {
      node.noIndex();
    }
    built.options.forEach(node::option);
    return node;
  }

  /**
   * Begins a further node of this market, with a directory of its own where the market has one.
   *
   * @param name names its directory
   * @param signer signs for its account, which holds nothing until it is given something
   * @return a builder with ledger, content store and transport set
   */
  public NodeBuilder node(String name, Signer signer) {
    return wired(name, signer);
  }

  /**
   * What carries the messages of one account here: for a {@link #node} that is given a transport
   * around it, to watch, lose or change what is said.
   *
   * @param account whose
   * @return the transport
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of virtual time, whose {@link
   *     #faults()} do that
   */
  public PeerTransport transport(Address account) {
    return site.transport(account);
  }

  /**
   * Gives tokens of the buyer to an account and waits until that is final.
   *
   * @param account who gets them
   * @param amount how much
   * @throws EdgeBeatException {@code INSUFFICIENT_FUNDS}
   */
  public void fund(Address account, Amount amount) {
    SignedTransaction gift = ledger().prepare(new LedgerCommand.Transfer(account, amount));
    ledger().broadcast(gift);
    if (ledger().status(gift.id()) instanceof TransactionStatus.Failed failed) {
      throw new EdgeBeatException(failed.code(), failed.reason());
    }
    boolean given =
        site.await(
            () -> {
              var unused = ledger().awaitEvents(LedgerCursor.START, 1, Duration.ZERO);
              return ledger().balance(account, Finality.FINAL).compareTo(amount) >= 0;
            });
    if (!given) {
      throw new EdgeBeatException(ErrorCode.TIMED_OUT, "the gift to " + account + " is not final");
    }
  }

  /**
   * The buyer.
   *
   * @return its handle
   */
  public Buyer buyer() {
    return buyerNode().buyer();
  }

  /**
   * The buyer's node.
   *
   * @return the node
   */
  public EdgeBeatNode buyerNode() {
    return node(BUYER);
  }

  /**
   * All sellers.
   *
   * @return the nodes in the order they were added
   */
  public List<EdgeBeatNode> sellers() {
    return built.sellers.stream().map(spec -> node(spec.name())).toList();
  }

  /**
   * One seller.
   *
   * @param name as it was added
   * @return the node
   * @throws EdgeBeatException {@code NOT_FOUND} naming the sellers there are
   */
  public EdgeBeatNode seller(String name) {
    if (built.sellers.stream().noneMatch(spec -> spec.name().equals(name))) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND,
          "no seller \""
              + name
              + "\"; there are "
              + built.sellers.stream().map(LocalMarketBuilder.SellerSpec::name).toList());
    }
    return node(name);
  }

  /**
   * The name of a seller.
   *
   * @param address its account
   * @return the name, empty for an account that is no seller here
   */
  public Optional<String> nameOf(Address address) {
    return built.sellers.stream()
        .map(LocalMarketBuilder.SellerSpec::name)
        .filter(name -> addressOf(name).equals(address))
        .findFirst();
  }

  /**
   * The ledger as an account sees it that is no node's, such as a watchtower's.
   *
   * @param signer signs for the account
   * @return the ledger
   */
  public Ledger ledger(Signer signer) {
    return chain.connect(signer);
  }

  /**
   * The ledger for the buyer's account, whether its node is running or not.
   *
   * @return the ledger
   */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * The content store all share.
   *
   * @return the store
   */
  public ContentStore content() {
    return content;
  }

  /**
   * The clock all share.
   *
   * @return the clock
   */
  public InstantSource clock() {
    return site.clock();
  }

  /**
   * Takes the newest blocks of the ledger away; their transactions come again in later blocks.
   *
   * @param depth how many blocks, at most the finality depth
   */
  public void reorg(int depth) {
    chain.reorg(depth);
  }

  /**
   * Lets virtual time pass.
   *
   * @param time how much
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public void run(Duration time) {
    virtual().world.run(time);
  }

  /**
   * Lets something happen in virtual time.
   *
   * @param delay when, from now
   * @param task what
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public void after(Duration delay, Runnable task) {
    virtual().world.after(delay, task);
  }

  /**
   * Lets virtual time pass until something is so.
   *
   * @param reached looked at after everything that happens
   * @param atMost how much virtual time to give it
   * @return whether it is so
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public boolean runUntil(BooleanSupplier reached, Duration atMost) {
    return virtual().world.runUntil(reached, atMost);
  }

  /**
   * How much has happened in virtual time.
   *
   * @return the number of events
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public long happened() {
    return virtual().world.steps();
  }

  /**
   * How long the tasks of an agreement have run on a seller's machine in virtual time, whatever its
   * node knows of it.
   *
   * @param seller as it was added
   * @param agreement which
   * @return the time, pauses left out
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public Duration workDone(String seller, AgreementId agreement) {
    return virtual().workDone(seller, agreement);
  }

  /**
   * Counts all tokens of the ledger.
   *
   * @return whether they add up to what there was in the beginning
   */
  public boolean balanced() {
    return chain.balanced();
  }

  /**
   * What can go wrong in a market of virtual time.
   *
   * @return its faults
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public MarketFaults faults() {
    if (faults == null) {
      throw onlyVirtual();
    }
    return faults;
  }

  /**
   * A hash over every fact of every node so far: equal for the same seed and the same calls,
   * whatever the machine.
   *
   * @return 64 hexadecimal digits
   * @throws EdgeBeatException {@code UNSUPPORTED} in a market of real time
   */
  public String traceHash() {
    return virtual().world.traceHash();
  }

  private SimSite virtual() {
    if (site instanceof SimSite sim) {
      return sim;
    }
    throw onlyVirtual();
  }

  private static EdgeBeatException onlyVirtual() {
    return new EdgeBeatException(
        ErrorCode.UNSUPPORTED,
        "this market runs in real time; EdgeBeat.local(seed).virtualTime() has faults, virtual time"
            + " and a trace");
  }

  @Override
  public void close() {
    List<Member> reversed = new ArrayList<>(members.values());
    Collections.reverse(reversed);
    for (Member member : reversed) {
      if (member.node != null && !member.down) {
        member.node.close();
      }
    }
    site.close();
    content.close();
    if (built.ledger == null) {
      chain.close();
    }
  }
}

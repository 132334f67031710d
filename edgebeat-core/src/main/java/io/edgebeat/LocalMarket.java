package io.edgebeat;

import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.core.embedded.content.EmbeddedContentStore;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole market in one JVM: a ledger, a content store, one buyer and some sellers, all of them
 * real. Calls may overlap.
 */
public final class LocalMarket implements AutoCloseable {
  private final LocalMarketBuilder built;
  private final SignatureBackend signatures;
  private final SecureRandom random = new SecureRandom();
  private final EmbeddedChain chain;
  private final JvmNetwork network = new JvmNetwork();
  private final ContentStore content;
  private final EdgeBeatNode buyer;
  private final Map<String, EdgeBeatNode> sellers = new LinkedHashMap<>();
  private final Map<String, Listing> listings = new LinkedHashMap<>();

  LocalMarket(LocalMarketBuilder builder) {
    built = builder;
    signatures = EdgeBeat.signatures();
    KeySigner buyerKey = KeySigner.generate(signatures, random);
    Map<String, KeySigner> sellerKeys = new LinkedHashMap<>();
    Map<Address, Amount> funds = new LinkedHashMap<>();
    funds.put(buyerKey.address(), builder.funds);
    for (LocalMarketBuilder.SellerSpec spec : builder.sellers) {
      KeySigner key = KeySigner.generate(signatures, random);
      if (sellerKeys.put(spec.name(), key) != null) {
        throw new EdgeBeatException(
            ErrorCode.DUPLICATE, "two sellers are named \"" + spec.name() + "\"");
      }
      funds.put(key.address(), builder.funds);
    }
    EmbeddedChain.Config config =
        EmbeddedChain.config(signatures)
            .clock(builder.clock)
            .parameters(builder.parameters)
            .finalityDepth(builder.finalityDepth)
            .blockInterval(Duration.ofMillis(100))
            .funds(funds);
    chain =
        builder.directory == null
            ? EmbeddedChain.inMemory(config)
            : EmbeddedChain.open(config, builder.directory.resolve("ledger"));
    content =
        builder.directory == null
            ? EmbeddedContentStore.inMemory()
            : EmbeddedContentStore.onDisk(builder.directory.resolve("content"));
    try {
      for (LocalMarketBuilder.SellerSpec spec : builder.sellers) {
        KeySigner key = Objects.requireNonNull(sellerKeys.get(spec.name()));
        NodeBuilder node = wired(spec.name(), key);
        spec.capabilities().forEach(node::capability);
        builder.executors.forEach(node::executor);
        EdgeBeatNode seller = node.capacity(spec.listing().resources()).open();
        sellers.put(spec.name(), seller);
        listings.put(spec.name(), seller.seller().advertise(spec.listing()));
      }
      buyer = wired("buyer", buyerKey).noExecutor().open();
    } catch (RuntimeException e) {
      closeParts();
      throw e;
    }
    awaitListings();
  }

  private NodeBuilder wired(String name, Signer key) {
    NodeBuilder node =
        EdgeBeat.node()
            .signer(key)
            .signatures(signatures)
            .ledger(chain.connect(key))
            .content(content)
            .transport(network.transport(key.address()))
            .clock(built.clock)
            .workers(1);
    if (built.directory != null) {
      node.directory(built.directory.resolve(name));
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
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    LedgerCursor cursor = LedgerCursor.START;
    while (ledger().balance(account, Finality.FINAL).compareTo(amount) < 0) {
      cursor = ledger().awaitEvents(cursor, 100, Duration.ofMillis(100)).next();
      if (System.nanoTime() > end) {
        throw new EdgeBeatException(
            ErrorCode.TIMED_OUT, "the gift to " + account + " is not final");
      }
    }
  }

  /** The buyer's index follows the ledger; wait until it has every listing. */
  private void awaitListings() {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    for (Listing listing : listings.values()) {
      while (buyer.marketplace().find(listing.id()).isEmpty()) {
        if (System.nanoTime() > end) {
          close();
          throw new EdgeBeatException(
              ErrorCode.TIMED_OUT, "listing " + listing.id() + " did not appear within 30 s");
        }
        Thread.onSpinWait();
      }
    }
  }

  /**
   * The buyer.
   *
   * @return its handle
   */
  public Buyer buyer() {
    return buyer.buyer();
  }

  /**
   * The buyer's node.
   *
   * @return the node
   */
  public EdgeBeatNode buyerNode() {
    return buyer;
  }

  /**
   * All sellers.
   *
   * @return the nodes in the order they were added
   */
  public List<EdgeBeatNode> sellers() {
    return List.copyOf(sellers.values());
  }

  /**
   * One seller.
   *
   * @param name as it was added
   * @return the node
   * @throws EdgeBeatException {@code NOT_FOUND} naming the sellers there are
   */
  public EdgeBeatNode seller(String name) {
    EdgeBeatNode node = sellers.get(name);
    if (node == null) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND, "no seller \"" + name + "\"; there are " + sellers.keySet());
    }
    return node;
  }

  /**
   * The name of a seller.
   *
   * @param address its account
   * @return the name, empty for an account that is no seller here
   */
  public Optional<String> nameOf(Address address) {
    return sellers.entrySet().stream()
        .filter(e -> e.getValue().address().equals(address))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The ledger as the buyer sees it.
   *
   * @return the ledger
   */
  public Ledger ledger() {
    return buyer.ledger();
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
    return built.clock;
  }

  /**
   * Takes the newest blocks of the ledger away; their transactions come again in later blocks.
   *
   * @param depth how many blocks, at most the finality depth
   */
  public void reorg(int depth) {
    chain.reorg(depth, true);
  }

  @Override
  public void close() {
    buyer.close();
    closeParts();
  }

  private void closeParts() {
    List<EdgeBeatNode> reversed = new ArrayList<>(sellers.values());
    Collections.reverse(reversed);
    reversed.forEach(EdgeBeatNode::close);
    content.close();
    chain.close();
  }
}

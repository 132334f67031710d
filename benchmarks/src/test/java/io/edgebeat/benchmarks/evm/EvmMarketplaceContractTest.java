package io.edgebeat.benchmarks.evm;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.chain.evm.DevMarket;
import io.edgebeat.chain.evm.Devnet;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.market.EmbeddedMarketplace;
import io.edgebeat.testkit.LedgerBench.Party;
import io.edgebeat.testkit.MarketplaceBench;
import io.edgebeat.testkit.MarketplaceContract;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The marketplace, told by the ledger in contracts. */
class EvmMarketplaceContractTest implements MarketplaceContract {
  private static final List<Party> SELLERS = List.of(Party.SELLER, Party.BUYER, Party.STRANGER);

  @Override
  public MarketplaceBench createBench() {
    Devnet.unavailable()
        .ifPresent(
            missing -> {
              if (System.getProperty("edgebeat.components", "optional").equals("required")) {
                fail(missing);
              }
              abort(missing);
            });
    return new Bench();
  }

  /** A transaction and who sends it; of one listing, when it advertises. */
  private record Sent(Party by, SignedTransaction transaction, ListingId about) {}

  private static final class Bench implements MarketplaceBench {
    private final DevMarket chain;
    private final Map<Party, KeySigner> keys = new EnumMap<>(Party.class);
    private final Map<Party, Ledger> ledgers = new EnumMap<>(Party.class);
    private final Map<Party, Long> sequences = new EnumMap<>(Party.class);
    private final List<Sent> sent = new ArrayList<>();
    private final ContentStore content = EmbeddedContent.inMemory();
    private final EmbeddedMarketplace market;
    private final Ledger followed;
    private final Thread follower;
    private volatile Instant now;
    private volatile boolean closed;

    Bench() {
      SignatureBackend signatures = EdgeBeat.signatures();
      this.chain = DevMarket.start(signatures, LedgerParameters.DEFAULTS);
      for (Party party : Party.values()) {
        keys.put(party, KeySigner.generate(signatures, new SecureRandom()));
      }
      chain.fund(
          SELLERS.stream().collect(Collectors.toMap(p -> keys.get(p).address(), p -> Edg.of("9"))));
      SELLERS.forEach(party -> ledgers.put(party, chain.connect(keys.get(party))));
      this.now = chain.net().now();
      this.market = new EmbeddedMarketplace(content, () -> now);
      this.followed = chain.connect(keys.get(Party.VOUCHER_KEY));
      this.follower = Thread.ofPlatform().daemon().start(this::follow);
    }

    private void follow() {
      LedgerCursor at = LedgerCursor.START;
      while (!closed) {
        try {
          EventPage page = followed.awaitEvents(at, 100, Duration.ofMillis(200));
          page.entries().forEach(market::apply);
          at = page.next();
        } catch (EdgeBeatException e) {
          // In the middle of a reorganisation the same is asked again.
          if (e.code() != ErrorCode.LEDGER_UNAVAILABLE && !closed) {
            throw e;
          }
        }
      }
    }

    @Override
    public Marketplace marketplace() {
      return market;
    }

    @Override
    public synchronized Listing advertise(String region, long perTick, Duration validFor) {
      Party seller = SELLERS.get(sent.size() % SELLERS.size());
      long sequence = sequences.merge(seller, 1L, Long::sum);
      now = chain.net().now();
      ListingDraft draft =
          new ListingDraft(
              keys.get(seller).address(),
              sequence,
              LedgerTime.floor(now.plus(validFor)),
              "jvm:nobody",
              keys.get(Party.VOUCHER_KEY).address(),
              region,
              new ResourceSpec(1000, 1 << 20, 0),
              Set.of("wasm"),
              List.of(),
              new Price(
                  Amount.of(Asset.EDG, perTick), TickUnit.seconds(1), Amount.of(Asset.EDG, 1)),
              true);
      byte[] document = Documents.listing(draft);
      String uri = Documents.uri(content.put(ContentSource.of(document), Progress.NONE));
      Listing listing = draft.toListing();
      send(
          seller,
          listing.id(),
          new LedgerCommand.Advertise(listing.id().contentHash(), uri, listing.validUntil()));
      return listing;
    }

    private void send(Party by, ListingId about, LedgerCommand command) {
      Ledger ledger = ledgers.get(by);
      SignedTransaction transaction = ledger.prepare(command);
      ledger.broadcast(transaction);
      sent.add(new Sent(by, transaction, about));
    }

    @Override
    public synchronized void withdraw(ListingId id) {
      for (Party party : SELLERS) {
        if (keys.get(party).address().equals(id.seller())) {
          send(party, id, new LedgerCommand.Withdraw(id.contentHash()));
        }
      }
    }

    @Override
    public void advance(Duration by) {
      chain.net().advance(by);
      now = chain.net().now();
    }

    /** Drops what came since, and sends again what is of other sellers. */
    @Override
    public synchronized boolean reorganiseAway(ListingId id) {
      Sent gone = sent.stream().filter(s -> s.about().equals(id)).findFirst().orElseThrow();
      long block = block(gone);
      chain.net().reorganise((int) (chain.net().head() - block + 1));
      for (Sent other : sent) {
        if (other.by() != gone.by()) {
          ledgers.get(other.by()).broadcast(other.transaction());
        }
      }
      return true;
    }

    /** Waits for it, not for ever. */
    private long block(Sent of) {
      long start = System.nanoTime();
      while (true) {
        if (ledgers.get(of.by()).status(of.transaction().id())
            instanceof TransactionStatus.Done done) {
          return done.block();
        }
        if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
          throw new AssertionError("after ten seconds nothing is known of " + of);
        }
        chain.net().head();
      }
    }

    @Override
    public void close() {
      closed = true;
      market.close();
      followed.close();
      try {
        follower.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ledgers.values().forEach(Ledger::close);
      content.close();
      chain.close();
    }
  }
}

package io.edgebeat.core.market;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.MarketplaceBench;
import io.edgebeat.testkit.MarketplaceContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The embedded marketplace, told by the test as a node tells it of its ledger. */
class EmbeddedMarketplaceContractTest implements MarketplaceContract {
  @Override
  public MarketplaceBench createBench() {
    return new Bench();
  }

  private static final class Bench implements MarketplaceBench {
    private final FakeClock clock = FakeClock.create();
    private final ContentStore content = EmbeddedContent.inMemory();
    private final EmbeddedMarketplace market = new EmbeddedMarketplace(content, clock);
    private final AtomicLong sequences = new AtomicLong();
    private final Map<ListingId, LedgerEvent> advertised = new ConcurrentHashMap<>();

    @Override
    public Marketplace marketplace() {
      return market;
    }

    @Override
    public Listing advertise(String region, long perTick, Duration validFor) {
      long sequence = sequences.incrementAndGet();
      ListingDraft draft =
          new ListingDraft(
              Listings.address((int) sequence % 3),
              sequence,
              LedgerTime.floor(clock.instant().plus(validFor)),
              "jvm:nobody",
              Listings.address(1000),
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
      LedgerEvent event =
          new LedgerEvent.Advertised(
              new ListingRecord(listing.id(), listing.validUntil(), sequence, uri));
      advertised.put(listing.id(), event);
      tell(event, false);
      return listing;
    }

    private void tell(LedgerEvent event, boolean retracted) {
      market.apply(
          new LedgerEntry(1, Bytes32.ZERO, 0, clock.instant(), Finality.FINAL, retracted, event));
    }

    @Override
    public void withdraw(ListingId id) {
      tell(new LedgerEvent.Withdrawn(id), false);
    }

    @Override
    public void advance(Duration by) {
      clock.advance(by);
    }

    @Override
    public boolean reorganiseAway(ListingId id) {
      tell(advertised.get(id), true);
      return true;
    }

    @Override
    public void close() {
      market.close();
      content.close();
    }
  }
}

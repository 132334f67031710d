package io.edgebeat.core.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EmbeddedMarketplaceTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);

  private final ContentStore content = EmbeddedContent.inMemory();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Listings.START.minusSeconds(1));
  private final EmbeddedMarketplace market = new EmbeddedMarketplace(content, now::get);
  private final Listings values = new Listings(new Random(SEED));

  @AfterEach
  void close() {
    market.close();
    content.close();
  }

  @Test
  void whatIsAdvertisedIsFound() {
    List<Listing> listings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      listings.add(advertise(values.listing()));
    }
    listings.sort(
        Comparator.comparing((Listing l) -> l.price().perTick()).thenComparing(Listing::id));
    for (int limit : new int[] {1, 7, 99, 100, 101, Integer.MAX_VALUE}) {
      List<Listing> found = new ArrayList<>();
      Optional<PageKey> key = Optional.of(PageKey.first(limit));
      int pages = 0;
      while (key.isPresent()) {
        Page<Listing> page = market.search(ListingQuery.ALL, key.get());
        assertThat(page.items()).hasSizeLessThanOrEqualTo(limit).isNotEmpty();
        found.addAll(page.items());
        key = page.next();
        pages++;
      }
      assertThat(found).isEqualTo(listings);
      assertThat(pages).isEqualTo((100 + Math.min(limit, 100) - 1) / Math.min(limit, 100));
    }
    assertThat(market.find(listings.get(50).id())).contains(listings.get(50));
    assertThat(market.candidates().size()).isEqualTo(100);
    assertThat(market.candidates().best(ListingQuery.ALL, Candidates.Order.CHEAPEST, 1))
        .extracting(Candidate::listing)
        .containsExactly(listings.getFirst());
  }

  /** Pages go on behind a listing that is gone, and what comes before it is not seen twice. */
  @Test
  void aPageGoesOnWhereTheListingWas() {
    for (int i = 0; i < 10; i++) {
      advertise(values.listing());
    }
    Page<Listing> first = market.search(ListingQuery.ALL, PageKey.first(5));
    List<Listing> rest =
        market.search(ListingQuery.ALL, new PageKey(first.next().get().position(), 9)).items();
    tell(new LedgerEvent.Withdrawn(first.items().getLast().id()));
    assertThat(market.search(ListingQuery.ALL, first.next().get()).items()).isEqualTo(rest);
    assertRefused(
        () -> market.search(ListingQuery.ALL, new PageKey(Blob.of(new byte[3]), 5)),
        ErrorCode.INVALID_ARGUMENT);
    assertRefused(
        () -> market.search(ListingQuery.ALL, PageKey.first(0)), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void whatIsNotWhatWasAnnouncedIsNotListed() {
    Listing listing = values.listing();
    byte[] document = Documents.listing(listing);
    String uri = Documents.uri(Documents.id(document));
    String otherUri = Documents.uri(put("{\"type\":\"listing\"}".getBytes(StandardCharsets.UTF_8)));
    Instant until = listing.validUntil();
    ListingId id = listing.id();

    announce(new ListingRecord(id, until, listing.sequence(), uri)); // not there yet
    put(document);
    announce(new ListingRecord(id, until.plusSeconds(1), listing.sequence(), uri));
    announce(new ListingRecord(id, until, listing.sequence(), otherUri));
    announce(new ListingRecord(id, until, listing.sequence(), "https://example.com"));
    announce(
        new ListingRecord(
            new ListingId(Listings.address(77), id.contentHash()), until, listing.sequence(), uri));
    announce(new ListingRecord(id, now.get(), listing.sequence(), uri)); // expired

    assertThat(market.search(ListingQuery.ALL, PageKey.first(5)).items()).isEmpty();
    assertThat(market.unlistable()).isEqualTo(6);
    announce(new ListingRecord(id, until, listing.sequence(), uri));
    assertThat(market.find(id)).contains(listing);
    assertThat(market.unlistable()).isEqualTo(6);
  }

  @Test
  void aMissingDocumentMayComeLater() {
    Listing listing = values.listing();
    byte[] document = Documents.listing(listing);
    announce(record(listing));
    assertThat(market.find(listing.id())).isEmpty();
    assertThat(market.retry()).isZero();
    put(document);
    Told told = new Told();
    market.watch(ListingQuery.ALL, told);
    assertThat(market.retry()).isEqualTo(1);
    assertThat(market.retry()).isZero();
    assertThat(market.find(listing.id())).contains(listing);
    assertThat(told.calls).containsExactly("+" + listing.id());
    assertThat(market.unlistable()).isEqualTo(1);
  }

  @Test
  void aMissingDocumentIsNamedOnce() {
    List<LogRecord> said = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            said.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger(EmbeddedMarketplace.class.getName());
    log.addHandler(handler);
    try {
      Listing listing = values.listing();
      announce(record(listing));
      assertThat(market.retry()).isZero();
      assertThat(market.retry()).isZero();
      assertThat(said)
          .filteredOn(r -> r.getLevel().intValue() >= Level.INFO.intValue())
          .singleElement()
          .satisfies(
              r ->
                  assertThat(r.getMessage())
                      .contains(
                          listing.id().toString(),
                          ContentId.ofRaw(Documents.listing(listing)).toString()));
    } finally {
      log.removeHandler(handler);
    }
  }

  @Test
  void followsReorganisations() {
    Listing listing = values.listing();
    put(Documents.listing(listing));
    Told told = new Told();
    market.watch(ListingQuery.ALL, told);
    LedgerEvent advertised = new LedgerEvent.Advertised(record(listing));
    LedgerEvent withdrawn = new LedgerEvent.Withdrawn(listing.id());
    tell(advertised);
    tell(withdrawn);
    assertThat(market.find(listing.id())).isEmpty();
    retract(withdrawn);
    assertThat(market.find(listing.id())).contains(listing);
    retract(advertised);
    assertThat(market.find(listing.id())).isEmpty();
    tell(advertised);
    assertThat(market.find(listing.id())).contains(listing);
    String id = listing.id().toString();
    assertThat(told.calls).containsExactly("+" + id, "-" + id, "+" + id, "-" + id, "+" + id);
  }

  @Test
  void whatExpiredIsGoneBeforeAnybodyLooks() {
    Listing listing = advertise(values.listing());
    Told told = new Told();
    market.watch(ListingQuery.ALL, told);
    Candidates candidates = market.candidates();
    now.set(listing.validUntil().minusNanos(1));
    assertThat(market.find(listing.id())).contains(listing);
    now.set(listing.validUntil());
    assertThat(candidates.best(ListingQuery.ALL, Candidates.Order.NEAREST, 5)).isEmpty();
    assertThat(market.find(listing.id())).isEmpty();
    assertThat(told.calls).containsExactly("-" + listing.id());
    tell(new LedgerEvent.Withdrawn(listing.id()));
    assertThat(told.calls).hasSize(1);
  }

  @Test
  void trustComesFromClosedAgreements() {
    Listing listing = sellerOne();
    advertise(listing);
    Candidates candidates = market.candidates();
    assertThat(trust(candidates)).isZero();
    market.apply(TrustScoresTest.closed(2, Edg.units(40), now.get(), false));
    market.apply(TrustScoresTest.closed(3, Edg.units(40), now.get(), false));
    assertThat(trust(candidates)).isEqualTo(80);
    market.apply(TrustScoresTest.closed(3, Edg.units(40), now.get(), true));
    assertThat(trust(candidates)).isEqualTo(40);
    Instant halving = TrustScores.nextHalving(now.get());
    if (halving.isBefore(listing.validUntil())) {
      now.set(halving);
      assertThat(trust(candidates)).isEqualTo(20);
    }
  }

  @Test
  void trustIsHalvedWhenNothingElseHappens() {
    now.set(TrustScores.nextHalving(Listings.START).minusSeconds(1));
    EmbeddedMarketplace late = new EmbeddedMarketplace(content, now::get);
    late.apply(TrustScoresTest.closed(2, Edg.units(40), now.get(), false));
    now.set(now.get().plusSeconds(1));
    late.expire(now.get());
    Listing listing = sellerOne();
    late.index().add(listing);
    assertThat(late.index().find(listing.id())).map(Candidate::trust).contains(20L);
  }

  @Test
  void aWatchSeesWhatItAskedFor() {
    ListingQuery cheap =
        new ListingQuery(
            Optional.empty(),
            ResourceSpec.NONE,
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Amount.of(Asset.EDG, 1_000)),
            0);
    Told told = new Told();
    Subscription watch = market.watch(cheap, told);
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Listing listing = advertise(values.listing());
      boolean isCheap = listing.price().perTick().compareTo(Amount.of(Asset.EDG, 1_000)) <= 0;
      if (isCheap) {
        wanted.add("+" + listing.id());
      }
      if (i % 3 == 0) {
        tell(new LedgerEvent.Withdrawn(listing.id()));
        if (isCheap) {
          wanted.add("-" + listing.id());
        }
      }
    }
    assertThat(told.calls).isEqualTo(wanted);
    watch.close();
    watch.close();
    advertise(values.listing());
    assertThat(told.calls).isEqualTo(wanted);

    ListingQuery foreign =
        new ListingQuery(
            Optional.empty(),
            ResourceSpec.NONE,
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Amount.of(new Asset("OTHER", 2), 1)),
            0);
    assertRefused(() -> market.watch(foreign, told), ErrorCode.BAD_AMOUNT);
  }

  @Test
  void aListenerMayAskTheMarketAndEndItself() {
    AtomicReference<Subscription> own = new AtomicReference<>();
    List<String> seen = new ArrayList<>();
    Told other = new Told();
    own.set(
        market.watch(
            ListingQuery.ALL,
            new ListingListener() {
              @Override
              public void listed(Listing listing) {
                seen.add(market.find(listing.id()).orElseThrow().id().toString());
                own.get().close();
                throw new IllegalStateException("a listener's mistake");
              }

              @Override
              public void unlisted(ListingId id) {
                seen.add("-" + id);
              }
            }));
    market.watch(ListingQuery.ALL, other);
    Listing first = advertise(values.listing());
    advertise(values.listing());
    assertThat(seen).containsExactly(first.id().toString());
    assertThat(other.calls).hasSize(2);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void closingWaitsForTheCallThatRuns() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicBoolean returned = new AtomicBoolean();
    AtomicBoolean closed = new AtomicBoolean();
    Subscription watch =
        market.watch(
            ListingQuery.ALL,
            new ListingListener() {
              @Override
              public void listed(Listing listing) {
                inside.countDown();
                try {
                  leave.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                returned.set(true);
              }

              @Override
              public void unlisted(ListingId id) {
                assertThat(closed).as("told after the end").isFalse();
              }
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Listing listing = values.listing();
      put(Documents.listing(listing));
      Future<?> feeding = threads.submit(() -> announce(record(listing)));
      inside.await();
      tell(new LedgerEvent.Withdrawn(listing.id())); // queued behind the call that runs
      Future<?> closing =
          threads.submit(
              () -> {
                watch.close();
                closed.set(true);
                assertThat(returned).isTrue();
              });
      leave.countDown();
      feeding.get();
      closing.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void oneCallAtATimeAndNoneIsLost() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    market.watch(
        ListingQuery.ALL,
        new ListingListener() {
          @Override
          public void listed(Listing listing) {
            call();
          }

          @Override
          public void unlisted(ListingId id) {
            call();
          }

          private void call() {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            LockSupport.parkNanos(1);
            calls.incrementAndGet();
            inside.decrementAndGet();
          }
        });
    List<Listing> listings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Listing listing = values.listing();
      put(Documents.listing(listing));
      listings.add(listing);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> feeders = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        List<Listing> part = listings.subList(100 * t, 100 * t + 100);
        feeders.add(
            threads.submit(
                () -> {
                  for (Listing listing : part) {
                    announce(record(listing));
                    tell(new LedgerEvent.Withdrawn(listing.id()));
                  }
                }));
      }
      for (Future<?> feeder : feeders) {
        feeder.get();
      }
    }
    assertThat(calls).hasValue(800);
  }

  @Test
  void aClosedMarketIsClosed() {
    Candidates candidates = market.candidates();
    Told told = new Told();
    market.watch(ListingQuery.ALL, told);
    market.close();
    market.close();
    assertRefused(() -> market.search(ListingQuery.ALL, PageKey.first(1)), ErrorCode.CLOSED);
    assertRefused(() -> market.find(values.listing().id()), ErrorCode.CLOSED);
    assertRefused(() -> market.watch(ListingQuery.ALL, told), ErrorCode.CLOSED);
    assertRefused(candidates::size, ErrorCode.CLOSED);
    assertRefused(() -> announce(record(values.listing())), ErrorCode.CLOSED);
    assertThat(told.calls).isEmpty();
  }

  private Listing sellerOne() {
    Listing listing = values.listing();
    while (!listing.seller().equals(Listings.address(1))
        || !listing.validUntil().isAfter(Listings.START)) {
      listing = values.listing();
    }
    return listing;
  }

  private static long trust(Candidates candidates) {
    return candidates.best(ListingQuery.ALL, Candidates.Order.MOST_TRUSTED, 1).getFirst().trust();
  }

  private Listing advertise(Listing listing) {
    put(Documents.listing(listing));
    announce(record(listing));
    return listing;
  }

  private ContentId put(byte[] document) {
    return content.put(ContentSource.of(document), Progress.NONE);
  }

  private static ListingRecord record(Listing listing) {
    return new ListingRecord(
        listing.id(),
        listing.validUntil(),
        listing.sequence(),
        Documents.uri(Documents.id(Documents.listing(listing))));
  }

  private void announce(ListingRecord record) {
    tell(new LedgerEvent.Advertised(record));
  }

  private void tell(LedgerEvent event) {
    market.apply(entry(event, false));
  }

  private void retract(LedgerEvent event) {
    market.apply(entry(event, true));
  }

  private LedgerEntry entry(LedgerEvent event, boolean retracted) {
    return new LedgerEntry(1, Bytes32.ZERO, 0, now.get(), Finality.SAFE, retracted, event);
  }

  private static void assertRefused(Runnable call, ErrorCode code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static final class Told implements ListingListener {
    final List<String> calls = new ArrayList<>();

    @Override
    public void listed(Listing listing) {
      calls.add("+" + listing.id());
    }

    @Override
    public void unlisted(ListingId id) {
      calls.add("-" + id);
    }
  }
}

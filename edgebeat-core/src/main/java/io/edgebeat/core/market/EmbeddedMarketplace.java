package io.edgebeat.core.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.core.document.Documents;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listings of a ledger, kept in memory. Whoever follows the ledger tells every entry to {@link
 * #apply}; the documents come from a content store. A listing whose document is missing or is not
 * what the ledger announced is not listed; {@link #unlistable} counts them.
 *
 * <p>Threads: calls may overlap; {@link #apply} and {@link #retry} wait for one another. Listeners
 * are called by whoever told or first noticed the change, while no lock of the market is held.
 */
public final class EmbeddedMarketplace implements Marketplace, MarketFeed {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMarketplace.class);

  private final ContentStore content;
  private final InstantSource clock;
  private final MarketIndex index;
  private final TrustScores trust;
  private final Candidates candidates = new Live();
  private final LongAdder unlistable = new LongAdder();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  /** Held while an entry is applied, also while its document is fetched. Taken before the other. */
  private final ReentrantLock feeding = new ReentrantLock();

  /** Held for moments only: the order of changes is the order in which listeners are told. */
  private final ReentrantLock changing = new ReentrantLock();

  private final Map<ListingId, Announcement> announced = new HashMap<>();
  private final TreeSet<Announcement> byExpiry =
      new TreeSet<>(
          Comparator.comparing((Announcement a) -> a.record.validUntil())
              .thenComparing(a -> a.record.id())
              .thenComparingLong(a -> a.record.sequence()));
  private volatile Instant nextHalving;
  private volatile boolean closed;

  /**
   * An empty market of prices in EDG.
   *
   * @param content where listings' documents are; not closed by this
   * @param clock what decides whether a listing has expired
   */
  public EmbeddedMarketplace(ContentStore content, InstantSource clock) {
    this(Asset.EDG, content, clock, TrustScores.DEFAULT_BUYER_CAP);
  }

  /**
   * An empty market.
   *
   * @param asset what every price counts
   * @param content where listings' documents are; not closed by this
   * @param clock what decides whether a listing has expired
   * @param buyerCap what one buyer's fees count at most, see {@link TrustScores}
   */
  public EmbeddedMarketplace(
      Asset asset, ContentStore content, InstantSource clock, Amount buyerCap) {
    this.content = content;
    this.clock = clock;
    this.index = new MarketIndex(asset);
    this.trust = new TrustScores(buyerCap);
    this.nextHalving = TrustScores.nextHalving(clock.instant());
  }

  @Override
  public void apply(LedgerEntry entry) {
    checkOpen();
    feeding.lock();
    try {
      switch (entry.event()) {
        case LedgerEvent.Advertised advertised when entry.retracted() ->
            forget(advertised.listing().id());
        case LedgerEvent.Advertised advertised -> announce(advertised.listing());
        case LedgerEvent.Withdrawn withdrawn -> withdraw(withdrawn.listing(), !entry.retracted());
        case LedgerEvent.Closed closing -> earn(entry);
        default -> {
          // Nothing about listings.
        }
      }
    } finally {
      feeding.unlock();
    }
    deliver();
  }

  @Override
  public int retry() {
    checkOpen();
    int listed = 0;
    feeding.lock();
    try {
      List<Announcement> missing;
      changing.lock();
      try {
        missing =
            announced.values().stream()
                .filter(a -> a.missing && !a.withdrawn && a.isLive(clock.instant()))
                .sorted((a, b) -> a.record.id().compareTo(b.record.id()))
                .toList();
      } finally {
        changing.unlock();
      }
      for (Announcement announcement : missing) {
        fetch(announcement);
        if (list(announcement)) {
          listed++;
        }
      }
    } finally {
      feeding.unlock();
    }
    deliver();
    return listed;
  }

  /**
   * Drops what no longer counts and halves trust when that is due. Queries do this too, so calling
   * it is only needed to tell listeners in time.
   *
   * @param now the time
   */
  public void expire(Instant now) {
    if (now.isBefore(index.nextExpiry()) && now.isBefore(nextHalving)) {
      return;
    }
    changing.lock();
    try {
      for (Listing listing : index.expire(now)) {
        tellUnlisted(listing);
      }
      while (!byExpiry.isEmpty() && !byExpiry.first().isLive(now)) {
        Announcement over = byExpiry.removeFirst();
        announced.remove(over.record.id(), over);
      }
      if (!now.isBefore(nextHalving)) {
        nextHalving = TrustScores.nextHalving(now);
        trust.scores(now).forEach(index::trust);
      }
    } finally {
      changing.unlock();
    }
    deliver();
  }

  /**
   * How many listings could not be listed when they were announced: they had expired, or their
   * document was missing, was not what was announced, or could not be read.
   *
   * @return the number since this was opened; what {@link #retry} lists later is not taken off
   */
  public long unlistable() {
    return unlistable.sum();
  }

  /**
   * The index, to be told what only this node knows of sellers: round trips and open agreements.
   *
   * @return the index
   */
  public MarketIndex index() {
    return index;
  }

  @Override
  public Page<Listing> search(ListingQuery query, PageKey from) {
    fresh();
    if (from.limit() < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a page has at least 1 item, limit is " + from.limit());
    }
    Position after = from.position().size() == 0 ? null : Position.read(from.position());
    int limit = from.limit() == Integer.MAX_VALUE ? from.limit() : from.limit() + 1;
    List<Candidate> found = index.cheapest(query, after, limit);
    boolean more = found.size() > from.limit();
    List<Listing> items = new ArrayList<>();
    for (Candidate candidate : more ? found.subList(0, from.limit()) : found) {
      items.add(candidate.listing());
    }
    return new Page<>(
        items,
        more
            ? Optional.of(new PageKey(Position.of(items.getLast()).toBlob(), from.limit()))
            : Optional.empty());
  }

  @Override
  public Subscription watch(ListingQuery query, ListingListener listener) {
    fresh();
    index.check(query);
    Watch watch = new Watch(query, listener, watches::remove);
    watches.add(watch);
    if (closed) {
      watch.close();
    }
    return watch;
  }

  @Override
  public Optional<Listing> find(ListingId id) {
    fresh();
    return index.find(id).map(Candidate::listing);
  }

  @Override
  public Candidates candidates() {
    fresh();
    return candidates;
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(Watch::close);
  }

  private void fresh() {
    checkOpen();
    expire(clock.instant());
  }

  private void checkOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the marketplace is closed");
    }
  }

  private void announce(ListingRecord record) {
    Announcement announcement = new Announcement(record);
    if (!announcement.isLive(clock.instant())) {
      unlistable(announcement, "it expired at " + record.validUntil(), null);
      return;
    }
    fetch(announcement);
    changing.lock();
    try {
      forgetAnnounced(record.id());
      announced.put(record.id(), announcement);
      byExpiry.add(announcement);
      if (announcement.listing == null) {
        unlist(record.id());
      }
    } finally {
      changing.unlock();
    }
    list(announcement);
  }

  private void forget(ListingId id) {
    changing.lock();
    try {
      forgetAnnounced(id);
      unlist(id);
    } finally {
      changing.unlock();
    }
  }

  private void forgetAnnounced(ListingId id) {
    Announcement before = announced.remove(id);
    if (before != null) {
      byExpiry.remove(before);
    }
  }

  private void withdraw(ListingId id, boolean withdrawn) {
    Announcement announcement;
    changing.lock();
    try {
      announcement = announced.get(id);
      if (announcement == null) {
        return;
      }
      announcement.withdrawn = withdrawn;
      if (withdrawn) {
        unlist(id);
      }
    } finally {
      changing.unlock();
    }
    list(announcement);
  }

  private void earn(LedgerEntry entry) {
    changing.lock();
    try {
      trust
          .apply(entry)
          .ifPresent(seller -> index.trust(seller, trust.score(seller, clock.instant())));
    } finally {
      changing.unlock();
    }
  }

  /** Fetches and checks a document; may block. */
  private void fetch(Announcement announcement) {
    ListingRecord record = announcement.record;
    announcement.missing = false;
    try (ContentReader reader = content.open(Documents.readUri(record.uri()))) {
      announcement.listing = Documents.readListing(reader.readAll(Documents.MAX_BYTES), record);
    } catch (EdgeBeatException e) {
      switch (e.code()) {
        case INTERRUPTED, CLOSED -> throw e;
        case INVALID_ARGUMENT, UNKNOWN_VERSION, CONTENT_TOO_LARGE ->
            unlistable(announcement, "its document is refused", e);
        default -> {
          // Not to be had now, or not from here: it may be later.
          announcement.missing = true;
          if (!announcement.counted) {
            LOG.info(
                "listing {} is left out of searches: the content store of this node does not give"
                    + " its document {}, and is asked again with each block: {}",
                record.id(),
                record.uri(),
                e.getMessage());
          }
          unlistable(announcement, "its document is not to be had", e);
        }
      }
    }
  }

  private boolean list(Announcement announcement) {
    changing.lock();
    try {
      Listing listing = announcement.listing;
      if (listing == null || announcement.withdrawn || !announcement.isLive(clock.instant())) {
        return false;
      }
      try {
        if (!index.add(listing)) {
          return false;
        }
      } catch (EdgeBeatException e) {
        announcement.listing = null;
        unlistable(announcement, "its price is refused", e);
        return false;
      }
      index
          .find(listing.id())
          .ifPresent(
              candidate -> {
                for (Watch watch : watches) {
                  watch.listed(candidate);
                }
              });
      return true;
    } finally {
      changing.unlock();
    }
  }

  private void unlist(ListingId id) {
    index.remove(id).ifPresent(this::tellUnlisted);
  }

  private void tellUnlisted(Listing listing) {
    for (Watch watch : watches) {
      watch.unlisted(listing);
    }
  }

  private void deliver() {
    for (Watch watch : watches) {
      watch.deliver();
    }
  }

  private void unlistable(
      Announcement announcement, String why, @Nullable EdgeBeatException cause) {
    if (!announcement.counted) {
      announcement.counted = true;
      unlistable.increment();
    }
    LOG.debug("Listing {} is not listed: {}", announcement.record.id(), why, cause);
  }

  /** What the ledger says of one listing. Guarded by {@code changing} once it is announced. */
  private static final class Announcement {
    private final ListingRecord record;
    private @Nullable Listing listing;
    private boolean missing;
    private boolean withdrawn;
    private boolean counted;

    Announcement(ListingRecord record) {
      this.record = record;
    }

    boolean isLive(Instant now) {
      return now.isBefore(record.validUntil());
    }
  }

  /** The index, without what expired since it was last touched. */
  private final class Live implements Candidates, UnitPrices, Tally {
    @Override
    public List<Candidate> best(ListingQuery query, Order order, int limit) {
      fresh();
      return index.best(query, order, limit);
    }

    @Override
    public List<Candidate> cheapestUnits(ListingQuery query, int limit) {
      fresh();
      return index.cheapestUnits(query, limit);
    }

    @Override
    public int[] firstUnmet(
        List<ListingQuery> requirements, Set<ListingId> excluded, Consumer<Candidate> meetsAll) {
      fresh();
      return index.firstUnmet(requirements, excluded, meetsAll);
    }

    @Override
    public int size() {
      fresh();
      return index.size();
    }
  }
}

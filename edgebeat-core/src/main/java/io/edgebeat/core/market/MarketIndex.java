package io.edgebeat.core.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The live listings, as a tree of columns of numbers in which like lies near like. A query looks at
 * one immutable snapshot: it never waits, and sees each change of the market either whole or not at
 * all. A change copies the way from one small chunk of listings up to the root.
 *
 * <p>Threads: calls may overlap. Blocking: queries never; changes wait for one another.
 */
public final class MarketIndex implements Candidates, UnitPrices, Tally {
  /** The estimate for a seller whose round trip was never measured. */
  public static final Duration UNMEASURED = Duration.ofMillis(250);

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Asset asset;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<ListingId, Row> rows = new HashMap<>();
  private final Map<Address, Set<ListingId>> bySeller = new HashMap<>();
  private final Map<String, Set<ListingId>> byEndpoint = new HashMap<>();
  private final TreeSet<Listing> byExpiry =
      new TreeSet<>(Comparator.comparing(Listing::validUntil).thenComparing(Listing::id));
  private final Map<Address, Long> trust = new HashMap<>();
  private final Map<Address, Integer> openAgreements = new HashMap<>();
  private final Map<String, Duration> roundTrips = new HashMap<>();

  private volatile Snapshot snapshot = Snapshot.EMPTY;
  private volatile Instant nextExpiry = Instant.MAX;

  /**
   * An empty market.
   *
   * @param asset what every price counts
   */
  public MarketIndex(Asset asset) {
    this.asset = asset;
  }

  @Override
  public List<Candidate> best(ListingQuery query, Order order, int limit) {
    notNegative("limit", limit);
    return best(
        query,
        switch (order) {
          case CHEAPEST -> Ranking.TICK;
          case NEAREST -> Ranking.ROUND_TRIP;
          case MOST_TRUSTED -> Ranking.TRUST;
          case LEAST_USED -> Ranking.OPEN_AGREEMENTS;
        },
        null,
        limit);
  }

  @Override
  public List<Candidate> cheapestUnits(ListingQuery query, int limit) {
    notNegative("limit", limit);
    return best(query, Ranking.UNIT, null, limit);
  }

  @Override
  public int[] firstUnmet(
      List<ListingQuery> requirements, Set<ListingId> excluded, Consumer<Candidate> meetsAll) {
    Snapshot now = snapshot;
    Census census =
        new Census(
            requirements.stream().map(q -> new Filter(q, now.features(), asset)).toList(),
            excluded,
            meetsAll);
    census.count(now.root());
    return census.counts;
  }

  /** The cheapest behind a position, the cheapest of all without one. */
  List<Candidate> cheapest(ListingQuery query, @Nullable Position after, int limit) {
    return best(query, Ranking.TICK, after, limit);
  }

  private List<Candidate> best(
      ListingQuery query, Ranking ranking, @Nullable Position after, int limit) {
    Snapshot now = snapshot;
    return Search.best(now.root(), new Filter(query, now.features(), asset), ranking, after, limit);
  }

  /** Refuses a query that no listing here could be compared with. */
  void check(ListingQuery query) {
    var unused = new Filter(query, Features.EMPTY, asset);
  }

  @Override
  public int size() {
    return snapshot.size();
  }

  /**
   * Finds one listing.
   *
   * @param id which
   * @return the listing with what is known of its seller, empty when it is not live
   */
  public Optional<Candidate> find(ListingId id) {
    // Not before a query sees it, too.
    changing.lock();
    try {
      return Optional.ofNullable(rows.get(id)).map(row -> row.candidate);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Adds a listing; nothing happens when it is there.
   *
   * @param listing the listing
   * @return true when it was not there
   * @throws EdgeBeatException {@code BAD_AMOUNT} when its prices are in another asset
   */
  public boolean add(Listing listing) {
    checkAsset(listing);
    changing.lock();
    try {
      if (rows.containsKey(listing.id())) {
        return false;
      }
      publish(insert(listing, snapshot));
      return true;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Removes a listing.
   *
   * @param id which
   * @return what was removed, empty when it was not there
   */
  public Optional<Listing> remove(ListingId id) {
    changing.lock();
    try {
      Row row = rows.get(id);
      if (row == null) {
        return Optional.empty();
      }
      publish(remove(row, snapshot));
      return Optional.of(row.candidate.listing());
    } finally {
      changing.unlock();
    }
  }

  /**
   * Replaces a listing by another, such as a renewed one: every query sees exactly one of them.
   *
   * @param old which goes; may be absent
   * @param listing which comes; may be there
   * @throws EdgeBeatException {@code BAD_AMOUNT} when its prices are in another asset
   */
  public void replace(ListingId old, Listing listing) {
    checkAsset(listing);
    changing.lock();
    try {
      Snapshot next = snapshot;
      Row row = rows.get(old);
      if (row != null && !old.equals(listing.id())) {
        next = remove(row, next);
      }
      if (!rows.containsKey(listing.id())) {
        next = insert(listing, next);
      }
      publish(next);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Removes what no longer counts.
   *
   * @param now the time
   * @return what was removed, the earliest first
   */
  public List<Listing> expire(Instant now) {
    if (now.isBefore(nextExpiry)) {
      return List.of();
    }
    changing.lock();
    try {
      List<Listing> expired = new ArrayList<>();
      Snapshot next = snapshot;
      while (!byExpiry.isEmpty() && !now.isBefore(byExpiry.first().validUntil())) {
        Listing listing = byExpiry.first();
        Row row = rows.get(listing.id());
        if (row != null) {
          next = remove(row, next);
          expired.add(listing);
        }
      }
      publish(next);
      return expired;
    } finally {
      changing.unlock();
    }
  }

  /**
   * When the next listing no longer counts.
   *
   * @return the time, {@link Instant#MAX} when there is none
   */
  public Instant nextExpiry() {
    return nextExpiry;
  }

  /**
   * Tells the trust of a seller, listed or not.
   *
   * @param seller who
   * @param value see {@link Candidate#trust()}
   */
  public void trust(Address seller, long value) {
    notNegative("trust", value);
    changing.lock();
    try {
      if (value == 0) {
        trust.remove(seller);
      } else {
        trust.put(seller, value);
      }
      change(
          bySeller.get(seller),
          c -> new Candidate(c.listing(), value, c.roundTrip(), c.openAgreements()));
    } finally {
      changing.unlock();
    }
  }

  /**
   * Tells how many agreements this node has with a seller, listed or not.
   *
   * @param seller who
   * @param count how many are open
   */
  public void openAgreements(Address seller, int count) {
    notNegative("openAgreements", count);
    changing.lock();
    try {
      if (count == 0) {
        openAgreements.remove(seller);
      } else {
        openAgreements.put(seller, count);
      }
      change(
          bySeller.get(seller), c -> new Candidate(c.listing(), c.trust(), c.roundTrip(), count));
    } finally {
      changing.unlock();
    }
  }

  /**
   * Tells how long a message to an endpoint and back takes.
   *
   * @param endpoint see {@link Listing#endpoint()}
   * @param time how long
   */
  public void roundTrip(String endpoint, Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "no round trip of " + endpoint + ": " + time);
    }
    changing.lock();
    try {
      roundTrips.put(endpoint, time);
      change(
          byEndpoint.get(endpoint),
          c -> new Candidate(c.listing(), c.trust(), time, c.openAgreements()));
    } finally {
      changing.unlock();
    }
  }

  private void change(@Nullable Set<ListingId> ids, UnaryOperator<Candidate> change) {
    if (ids == null) {
      return;
    }
    Snapshot next = snapshot;
    for (ListingId id : ids) {
      Row changed = rows.computeIfPresent(id, (key, row) -> row.with(change.apply(row.candidate)));
      if (changed != null) {
        next = next.replaced(changed);
      }
    }
    publish(next);
  }

  private Snapshot insert(Listing listing, Snapshot before) {
    Snapshot learned = before.learn(listing);
    Row row =
        Row.of(
            new Candidate(
                listing,
                trust.getOrDefault(listing.seller(), 0L),
                roundTrips.getOrDefault(listing.endpoint(), UNMEASURED),
                openAgreements.getOrDefault(listing.seller(), 0)),
            learned.features().mask(listing));
    rows.put(listing.id(), row);
    bySeller.computeIfAbsent(listing.seller(), s -> new HashSet<>()).add(listing.id());
    byEndpoint.computeIfAbsent(listing.endpoint(), e -> new HashSet<>()).add(listing.id());
    byExpiry.add(listing);
    return learned.with(row);
  }

  private Snapshot remove(Row row, Snapshot before) {
    Listing listing = row.candidate.listing();
    rows.remove(listing.id());
    forget(bySeller, listing.seller(), listing.id());
    forget(byEndpoint, listing.endpoint(), listing.id());
    byExpiry.remove(listing);
    return before.without(row);
  }

  private static <K> void forget(Map<K, Set<ListingId>> ids, K key, ListingId id) {
    ids.computeIfPresent(
        key,
        (k, set) -> {
          set.remove(id);
          return set.isEmpty() ? null : set;
        });
  }

  private void publish(Snapshot next) {
    snapshot = next;
    nextExpiry = byExpiry.isEmpty() ? Instant.MAX : byExpiry.first().validUntil();
  }

  private void checkAsset(Listing listing) {
    if (!listing.price().perTick().asset().equals(asset)) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT, "listing " + listing.id() + " is not priced in " + asset.symbol());
    }
  }

  private static void notNegative(String name, long value) {
    if (value < 0) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, name + " is negative: " + value);
    }
  }
}

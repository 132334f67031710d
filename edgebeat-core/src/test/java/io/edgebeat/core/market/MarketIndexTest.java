package io.edgebeat.core.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates.Order;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.task.ResourceSpec;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MarketIndexTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);

  /** What the index is to answer: the same, written in the plainest way. */
  private static final class Model {
    final Map<ListingId, Listing> listings = new HashMap<>();
    final Map<Address, Long> trust = new HashMap<>();
    final Map<Address, Integer> open = new HashMap<>();
    final Map<String, Duration> roundTrips = new HashMap<>();

    List<Candidate> cheapestUnits(ListingQuery query, long limit) {
      return best(query, Order.CHEAPEST, Long.MAX_VALUE).stream()
          .sorted(
              Comparator.comparing(
                  c -> {
                    Price price = c.listing().price();
                    // Counts are 1, 2 and 3.
                    return price
                        .perTick()
                        .baseUnits()
                        .multiply(BigInteger.valueOf(6 / price.tickUnit().count()));
                  }))
          .limit(limit)
          .toList();
    }

    List<Candidate> best(ListingQuery query, Order order, long limit) {
      Comparator<Candidate> byPrice =
          Comparator.comparing((Candidate c) -> c.listing().price().perTick())
              .thenComparing(c -> c.listing().id());
      Comparator<Candidate> wanted =
          switch (order) {
            case CHEAPEST -> byPrice;
            case NEAREST -> Comparator.comparing(Candidate::roundTrip).thenComparing(byPrice);
            case MOST_TRUSTED ->
                Comparator.comparingLong(Candidate::trust).reversed().thenComparing(byPrice);
            case LEAST_USED ->
                Comparator.comparingInt(Candidate::openAgreements).thenComparing(byPrice);
          };
      return listings.values().stream()
          .map(
              l ->
                  new Candidate(
                      l,
                      trust.getOrDefault(l.seller(), 0L),
                      roundTrips.getOrDefault(l.endpoint(), MarketIndex.UNMEASURED),
                      open.getOrDefault(l.seller(), 0)))
          .filter(query::matches)
          .sorted(wanted)
          .limit(limit)
          .toList();
    }
  }

  @Test
  void answersAsTheModelDoes() {
    for (int round = 0; round < 12; round++) {
      Random random = new Random(SEED + round);
      Listings values = new Listings(random);
      MarketIndex index = new MarketIndex(Asset.EDG);
      Model model = new Model();
      Instant now = Listings.START;
      int steps = round < 10 ? 300 : 1500;
      for (int step = 0; step < steps; step++) {
        List<ListingId> ids = new ArrayList<>(model.listings.keySet());
        ListingId any = ids.isEmpty() ? values.listing().id() : ids.get(random.nextInt(ids.size()));
        Address seller = Listings.address(random.nextInt(20));
        switch (random.nextInt(12)) {
          case 0 -> {
            assertThat(index.remove(any))
                .isEqualTo(Optional.ofNullable(model.listings.remove(any)));
          }
          case 1 -> {
            Listing listing = values.listing();
            index.replace(any, listing);
            model.listings.remove(any);
            model.listings.put(listing.id(), listing);
          }
          case 2 -> {
            long trust = random.nextInt(5);
            index.trust(seller, trust);
            model.trust.put(seller, trust);
          }
          case 3 -> {
            int open = random.nextInt(4);
            index.openAgreements(seller, open);
            model.open.put(seller, open);
          }
          case 4 -> {
            String endpoint = "host" + random.nextInt(20);
            Duration time = Duration.ofMillis(random.nextInt(500));
            index.roundTrip(endpoint, time);
            model.roundTrips.put(endpoint, time);
          }
          case 5 -> {
            if (random.nextInt(5) == 0) {
              now = now.plusSeconds(random.nextInt(20));
              Instant end = now;
              List<Listing> expired = index.expire(now);
              assertThat(expired)
                  .containsExactlyInAnyOrderElementsOf(
                      model.listings.values().stream()
                          .filter(l -> !end.isBefore(l.validUntil()))
                          .toList());
              expired.forEach(l -> model.listings.remove(l.id()));
            }
          }
          default -> {
            Listing listing = values.listing();
            assertThat(index.add(listing)).isTrue();
            assertThat(index.add(listing)).isFalse();
            model.listings.put(listing.id(), listing);
          }
        }
        assertThat(index.size()).isEqualTo(model.listings.size());
        int each = step % 10 == 0 ? 4 : 1;
        for (int i = 0; i < each; i++) {
          ListingQuery query = values.query();
          Order order = List.of(Order.values()).get(random.nextInt(4));
          int limit = random.nextInt(random.nextBoolean() ? 4 : 400);
          assertThat(index.best(query, order, limit))
              .as("seed %s, step %s, %s, %s, limit %s", SEED + round, step, query, order, limit)
              .isEqualTo(model.best(query, order, limit));
          assertThat(index.cheapestUnits(query, limit))
              .as("seed %s, step %s, %s, limit %s", SEED + round, step, query, limit)
              .isEqualTo(model.cheapestUnits(query, limit));
        }
        if (step % 100 == 99) {
          pages(values.query(), 1 + random.nextInt(7), index, model);
        }
      }
    }
  }

  private static void pages(ListingQuery query, int limit, MarketIndex index, Model model) {
    List<Candidate> all = new ArrayList<>();
    List<Candidate> page = index.cheapest(query, null, limit);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = index.cheapest(query, Position.of(page.getLast().listing()), limit);
    }
    assertThat(all)
        .as("seed %s, %s", SEED, query)
        .isEqualTo(model.best(query, Order.CHEAPEST, Integer.MAX_VALUE));
  }

  @Test
  void moreNamesThanBitsAreFoundToo() {
    Random random = new Random(SEED);
    Listings values = new Listings(random);
    MarketIndex index = new MarketIndex(Asset.EDG);
    Model model = new Model();
    for (int i = 0; i < 2_000; i++) {
      Listing listing = values.listing();
      index.add(listing);
      model.listings.put(listing.id(), listing);
    }
    for (int i = 0; i < 110; i++) {
      ListingQuery query =
          new ListingQuery(
              Optional.empty(),
              ResourceSpec.NONE,
              Set.of("c" + i),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              0);
      assertThat(index.best(query, Order.CHEAPEST, 5000))
          .as("seed %s", SEED)
          .isEqualTo(model.best(query, Order.CHEAPEST, 5000));
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aQuerySeesOneMoment() throws Exception {
    Listings values = new Listings(new Random(SEED));
    MarketIndex index = new MarketIndex(Asset.EDG);
    List<Listing> live = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      live.add(values.listing());
      index.add(live.getLast());
    }
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(
            threads.submit(
                () -> {
                  int queries = 0;
                  do {
                    for (Order order : Order.values()) {
                      List<Candidate> all = index.best(ListingQuery.ALL, order, 1000);
                      assertThat(all).hasSize(700).doesNotHaveDuplicates();
                      Map<Address, Long> trust = new HashMap<>();
                      for (Candidate candidate : all) {
                        Long other = trust.put(candidate.listing().seller(), candidate.trust());
                        assertThat(other).isIn(null, candidate.trust());
                      }
                      queries++;
                    }
                  } while (!done.get());
                  return queries;
                }));
      }
      Random random = new Random(SEED);
      for (int i = 0; i < 2_000; i++) {
        int at = random.nextInt(live.size());
        Listing next = values.listing();
        index.replace(live.get(at).id(), next);
        live.set(at, next);
        index.trust(Listings.address(random.nextInt(20)), random.nextInt(100));
      }
      done.set(true);
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void whatIsFoundByItsIdIsFoundByAQuery() throws Exception {
    Listings values = new Listings(new Random(SEED));
    MarketIndex index = new MarketIndex(Asset.EDG);
    List<Listing> listings = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      listings.add(values.listing());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer = threads.submit(() -> listings.forEach(index::add));
      for (int i = 0; i < listings.size(); i++) {
        while (index.find(listings.get(i).id()).isEmpty()) {
          Thread.onSpinWait();
        }
        assertThat(index.size()).isGreaterThan(i);
      }
      writer.get();
    }
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    MarketIndex index = new MarketIndex(new Asset("OTHER", 2));
    Listing listing = new Listings(new Random(SEED)).listing();
    assertRefused(() -> index.add(listing), ErrorCode.BAD_AMOUNT);
    ListingQuery query =
        new ListingQuery(
            Optional.empty(),
            ResourceSpec.NONE,
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Amount.of(Asset.EDG, 1)),
            0);
    assertRefused(() -> index.best(query, Order.CHEAPEST, 1), ErrorCode.BAD_AMOUNT);
    assertRefused(
        () -> index.best(ListingQuery.ALL, Order.CHEAPEST, -1), ErrorCode.INVALID_ARGUMENT);
    assertRefused(() -> index.trust(Address.ZERO, -1), ErrorCode.INVALID_ARGUMENT);
  }

  private static void assertRefused(Runnable call, ErrorCode code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}

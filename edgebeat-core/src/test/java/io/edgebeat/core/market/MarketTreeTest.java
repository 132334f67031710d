package io.edgebeat.core.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates.Order;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
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

/** Markets of several levels, of numbers that the columns round and prices that many share. */
class MarketTreeTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);
  private static final Comparator<Candidate> BY_TICK =
      Comparator.comparing((Candidate c) -> c.listing().price().perTick())
          .thenComparing(c -> c.listing().id());

  /** Draws of few magnitudes, each with its neighbours. */
  private static final class Draw {
    final Random random;
    private final boolean samePrices;
    private long sequence;

    Draw(long seed) {
      random = new Random(seed);
      samePrices = random.nextInt(3) == 0;
    }

    long number() {
      long about = 1L << random.nextInt(random.nextInt(5) == 0 ? 63 : 14);
      return Math.max(0, about + random.nextInt(5) - 2 + (random.nextBoolean() ? about / 3 : 0));
    }

    ResourceSpec resources() {
      return new ResourceSpec(number(), number(), number());
    }

    Listing listing(String... capabilities) {
      byte[] hash = new byte[32];
      random.nextBytes(hash);
      Set<String> types = Set.of(random.nextInt(4) == 0 ? "container" : "wasm");
      List<CapabilityInfo> infos = new ArrayList<>();
      for (String name : capabilities) {
        infos.add(new CapabilityInfo(name, "sensor/x", "", 1));
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        infos.add(new CapabilityInfo("c" + i + random.nextInt(3), "sensor/x", "", 1));
      }
      BigInteger units = BigInteger.valueOf(Math.max(1, number()));
      if (samePrices) {
        units = BigInteger.valueOf(1L + random.nextInt(3));
      } else if (random.nextInt(4) == 0) {
        // The columns cut off in what these differ.
        units =
            BigInteger.valueOf(1L + random.nextInt(3))
                .shiftLeft(60)
                .add(BigInteger.valueOf(random.nextInt(4)));
      }
      return new Listing(
          new ListingId(Listings.address(random.nextInt(40)), Bytes32.of(hash)),
          ++sequence,
          Listings.START.plusSeconds(random.nextInt(1000)),
          "host" + random.nextInt(40),
          Listings.address(1000),
          "r" + random.nextInt(70),
          resources(),
          types,
          infos,
          new Price(
              new Amount(Asset.EDG, units.min(Amount.MAX)),
              new TickUnit(
                  random.nextInt(3) == 0 ? TickUnit.Kind.CALLS : TickUnit.Kind.SECONDS,
                  List.of(1L, 1L, 3L, 60L, 3600L).get(random.nextInt(5))),
              Amount.of(Asset.EDG, random.nextInt(3))),
          true);
    }

    /** Asks for about, or exactly, or a little more than what some listing has. */
    ListingQuery query(List<Listing> listings) {
      Listing like = listings.get(random.nextInt(listings.size()));
      return new ListingQuery(
          random.nextBoolean() ? Optional.empty() : Optional.of("wasm"),
          new ResourceSpec(
              wanted(like.resources().cpuMillis()),
              wanted(like.resources().memoryBytes()),
              wanted(like.resources().storageBytes())),
          random.nextInt(3) > 0 ? Set.of() : Set.of("c1" + random.nextInt(4)),
          random.nextInt(4) > 0 ? Optional.empty() : Optional.of("r" + random.nextInt(72)),
          random.nextInt(3) > 0 ? Optional.empty() : Optional.of(TickUnit.Kind.SECONDS),
          random.nextInt(3) > 0
              ? Optional.empty()
              : Optional.of(
                  new Amount(
                      Asset.EDG,
                      like.price()
                          .perTick()
                          .baseUnits()
                          .add(BigInteger.valueOf(random.nextInt(3) - 1))
                          .min(Amount.MAX))),
          random.nextInt(3) > 0 ? 0 : number());
    }

    private long wanted(long has) {
      return switch (random.nextInt(4)) {
        case 0 -> 0;
        case 1 -> has / 2;
        default -> Math.max(0, has == Long.MAX_VALUE ? has : has + random.nextInt(3) - 1);
      };
    }
  }

  @Test
  void answersAreThoseOfLookingAtEveryListing() {
    for (int round = 0; round < 6; round++) {
      long seed = SEED + round;
      Draw draw = new Draw(seed);
      MarketIndex index = new MarketIndex(Asset.EDG);
      List<Listing> live = new ArrayList<>();
      int most = round < 3 ? 300 : 2000;
      for (int step = 0; step < 2 * most; step++) {
        boolean growing = step < most || draw.random.nextInt(step < most * 3 / 2 ? 2 : 5) == 0;
        if (growing || live.isEmpty()) {
          live.add(draw.listing());
          index.add(live.getLast());
        } else {
          int at = draw.random.nextInt(live.size());
          assertThat(index.remove(live.get(at).id())).contains(live.get(at));
          live.set(at, live.getLast());
          live.removeLast();
        }
        if (draw.random.nextInt(8) == 0) {
          tellOfSellers(draw, index);
        }
        if (draw.random.nextInt(most) == 0) {
          live.removeAll(index.expire(Listings.START.plusSeconds(draw.random.nextInt(50))));
        }
        if (step % (most / 60) == 0 && !live.isEmpty()) {
          compare("seed " + seed + ", step " + step + ", ", draw, index, live);
        }
      }
    }
  }

  private static void tellOfSellers(Draw draw, MarketIndex index) {
    index.trust(Listings.address(draw.random.nextInt(40)), draw.number());
    index.openAgreements(Listings.address(draw.random.nextInt(40)), draw.random.nextInt(3));
    index.roundTrip("host" + draw.random.nextInt(40), Duration.ofMillis(draw.random.nextInt(5)));
  }

  private static void compare(String when, Draw draw, MarketIndex index, List<Listing> live) {
    List<Candidate> all = live.stream().map(l -> index.find(l.id()).orElseThrow()).toList();
    assertThat(index.size()).isEqualTo(all.size());
    for (int i = 0; i < 12; i++) {
      ListingQuery query = draw.query(live);
      int limit = List.of(1, 1, 2, 4, 100).get(draw.random.nextInt(5));
      for (Order order : Order.values()) {
        assertThat(index.best(query, order, limit))
            .as(when + order + " " + limit + " of " + query)
            .isEqualTo(best(all, query, order(order), limit));
      }
      ListingQuery seconds = seconds(query);
      assertThat(index.cheapestUnits(seconds, limit))
          .as(when + "units, " + limit + " of " + seconds)
          .isEqualTo(
              best(
                  all,
                  seconds,
                  Comparator.comparing((Candidate c) -> c.listing().price(), UnitPrices.BY_UNIT)
                      .thenComparing(BY_TICK),
                  limit));
    }
    tally(when, draw, index, all);
  }

  private static List<Candidate> best(
      List<Candidate> all, ListingQuery query, Comparator<Candidate> order, int limit) {
    return all.stream().filter(query::matches).sorted(order).limit(limit).toList();
  }

  private static Comparator<Candidate> order(Order order) {
    return switch (order) {
      case CHEAPEST -> BY_TICK;
      case NEAREST -> Comparator.comparing(Candidate::roundTrip).thenComparing(BY_TICK);
      case MOST_TRUSTED ->
          Comparator.comparingLong(Candidate::trust).reversed().thenComparing(BY_TICK);
      case LEAST_USED -> Comparator.comparingInt(Candidate::openAgreements).thenComparing(BY_TICK);
    };
  }

  private static ListingQuery seconds(ListingQuery query) {
    return new ListingQuery(
        query.workloadType(),
        query.resources(),
        query.capabilities(),
        query.region(),
        Optional.of(TickUnit.Kind.SECONDS),
        query.maxPerTick(),
        query.minTrust());
  }

  private static void tally(String when, Draw draw, MarketIndex index, List<Candidate> all) {
    List<Listing> listings = all.stream().map(Candidate::listing).toList();
    List<ListingQuery> requirements =
        List.of(draw.query(listings), draw.query(listings), draw.query(listings));
    Set<ListingId> excluded = new HashSet<>();
    if (draw.random.nextBoolean()) {
      listings.stream().limit(3).forEach(l -> excluded.add(l.id()));
    }
    int[] expected = new int[4];
    List<Candidate> meetAll = new ArrayList<>();
    for (Candidate candidate : all) {
      if (excluded.contains(candidate.listing().id())) {
        expected[3]++;
        continue;
      }
      int first = 0;
      while (first < 3 && requirements.get(first).matches(candidate)) {
        first++;
      }
      if (first < 3) {
        expected[first]++;
      } else {
        meetAll.add(candidate);
      }
    }
    List<Candidate> told = new ArrayList<>();
    assertThat(index.firstUnmet(requirements, excluded, told::add))
        .as(when + requirements)
        .isEqualTo(expected);
    assertThat(told).as(when + requirements).containsExactlyInAnyOrderElementsOf(meetAll);
  }

  /** One listing moves through the whole tree: there is always exactly one of it. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void whatMovesIsSeenInOnePlace() throws Exception {
    Draw draw = new Draw(SEED);
    MarketIndex index = new MarketIndex(Asset.EDG);
    List<Listing> others = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      others.add(draw.listing());
      index.add(others.getLast());
    }
    Listing mover = draw.listing("mover");
    index.add(mover);
    ListingQuery query =
        new ListingQuery(
            Optional.empty(),
            ResourceSpec.NONE,
            Set.of("mover"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int limit = i;
        readers.add(
            threads.submit(
                () -> {
                  int queries = 0;
                  do {
                    for (Order order : Order.values()) {
                      assertThat(index.best(query, order, 1 + limit)).as("seed " + SEED).hasSize(1);
                      queries++;
                    }
                    int[] unmet = index.firstUnmet(List.of(query), Set.of(), c -> {});
                    assertThat(unmet).as("seed " + SEED).containsExactly(others.size(), 0);
                  } while (!done.get());
                  return queries;
                }));
      }
      try {
        for (int i = 0; i < 4_000; i++) {
          Listing next = draw.listing("mover");
          index.replace(mover.id(), next);
          mover = next;
          int at = draw.random.nextInt(others.size());
          Listing other = draw.listing();
          index.replace(others.get(at).id(), other);
          others.set(at, other);
          tellOfSellers(draw, index);
        }
      } finally {
        done.set(true);
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  @Test
  void fourNumbersAreComparedAsOne() {
    Draw draw = new Draw(SEED);
    for (int i = 0; i < 100_000; i++) {
      long[] a = {draw.number(), draw.number(), draw.number(), draw.number()};
      long[] b = draw.random.nextBoolean() ? a.clone() : new long[4];
      for (int n = 0; n < 4; n++) {
        b[n] = draw.random.nextInt(4) == 0 ? draw.number() : draw.wanted(a[n]);
      }
      ResourceSpec has = new ResourceSpec(a[0], a[1], a[2]);
      ResourceSpec wants = new ResourceSpec(b[0], b[1], b[2]);
      boolean covers = has.covers(wants) && a[3] >= b[3];
      long capacity = Columns.capacity(has, a[3]);
      long wanted = Columns.capacity(wants, b[3]);
      String what = "seed " + SEED + ", " + Arrays.toString(a) + ", " + Arrays.toString(b);
      if (covers) {
        assertThat(Columns.lacks(capacity, wanted)).as(what).isZero();
      } else {
        assertThat(Columns.lacks(capacity, Columns.surely(wants, b[3]))).as(what).isNotZero();
      }
      long larger = Columns.larger(capacity, wanted);
      assertThat(larger)
          .as(what)
          .isEqualTo(
              Columns.capacity(
                  new ResourceSpec(
                      Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])),
                  Math.max(a[3], b[3])));
    }
  }
}

package io.edgebeat.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.schedule.Placement;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.market.Listings;
import io.edgebeat.core.market.MarketIndex;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DefaultSchedulerTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);
  private static final DefaultScheduler SCHEDULER = new DefaultScheduler();
  private static final TaskSpec TASK =
      TaskSpec.wasm(ContentId.ofRaw(new byte[] {1})).resources(ResourceSpec.NONE);

  /** A view without any index, in whatever order it was given. */
  private record Plain(List<Candidate> all) implements Candidates {
    @Override
    public List<Candidate> best(ListingQuery query, Order order, int limit) {
      Comparator<Candidate> wanted =
          switch (order) {
            case CHEAPEST -> Comparator.comparingInt(c -> 0);
            case NEAREST -> Comparator.comparing(Candidate::roundTrip);
            case MOST_TRUSTED -> Comparator.comparingLong(Candidate::trust).reversed();
            case LEAST_USED -> Comparator.comparingInt(Candidate::openAgreements);
          };
      return all.stream()
          .filter(query::matches)
          .sorted(
              wanted
                  .thenComparing(c -> c.listing().price().perTick())
                  .thenComparing(c -> c.listing().id()))
          .limit(limit)
          .toList();
    }

    @Override
    public int size() {
      return all.size();
    }
  }

  @Test
  void theIndexOnlyMakesItFaster() {
    for (int round = 0; round < 60; round++) {
      Random random = new Random(SEED + round);
      Listings values = new Listings(random);
      MarketIndex index = new MarketIndex(Asset.EDG);
      int size = random.nextInt(200);
      for (int i = 0; i < size; i++) {
        index.add(values.listing());
      }
      for (int i = 0; i < 20; i++) {
        index.trust(Listings.address(i), random.nextInt(4));
        index.openAgreements(Listings.address(i), random.nextInt(4));
        index.roundTrip("host" + i, Duration.ofMillis(random.nextInt(4)));
      }
      List<Candidate> all =
          new ArrayList<>(index.best(ListingQuery.ALL, Candidates.Order.CHEAPEST, 1000));
      for (int i = 0; i < 30; i++) {
        PlacementRequest request = request(random, values, all);
        Placement placement = SCHEDULER.place(request, index);
        assertThat(placement.ranked())
            .as("seed %s, %s", SEED + round, request)
            .isEqualTo(model(request, all));
        assertThat(placement.reason()).isNotBlank();
        assertThat(SCHEDULER.place(request, index)).isEqualTo(placement);
        Collections.shuffle(all, random);
        assertThat(SCHEDULER.place(request, new Plain(List.copyOf(all))))
            .as("seed %s, %s", SEED + round, request)
            .isEqualTo(placement);
      }
    }
  }

  private static PlacementRequest request(Random random, Listings values, List<Candidate> all) {
    ListingQuery query = values.query();
    Set<ListingId> excluded = new HashSet<>();
    for (Candidate candidate : all) {
      if (random.nextInt(10) == 0) {
        excluded.add(candidate.listing().id());
      }
    }
    TaskSpec task =
        TASK.resources(query.resources())
            .capabilities(query.capabilities().toArray(String[]::new))
            .limits(TASK.limits().withWallTime(Duration.ofMillis(1 + random.nextInt(60_000))))
            .resources(query.resources());
    if (query.region().isPresent()) {
      task = task.region(query.region().get());
    }
    Amount budget =
        random.nextBoolean()
            ? Amount.of(Asset.EDG, random.nextInt(1500))
            : new Amount(Asset.EDG, new BigInteger(96, random));
    return new PlacementRequest(
        task,
        budget,
        List.of(Strategy.values()).get(random.nextInt(4)),
        excluded,
        1 + random.nextInt(random.nextBoolean() ? 3 : 60));
  }

  private static List<Candidate> model(PlacementRequest request, List<Candidate> all) {
    ListingQuery fits =
        new ListingQuery(
            Optional.of("wasm"),
            request.task().resources(),
            request.task().capabilities(),
            request.task().region(),
            Optional.empty(),
            Optional.empty(),
            0);
    BigInteger budget = request.budget().baseUnits();
    return all.stream()
        .filter(fits::matches)
        .filter(c -> !request.excluded().contains(c.listing().id()))
        .filter(c -> cost(c, 1).compareTo(budget) <= 0)
        .sorted(
            Comparator.comparingInt((Candidate c) -> suits(c, request))
                .thenComparing(DefaultScheduler.order(request.strategy())))
        .limit(request.alternatives())
        .toList();
  }

  private static int suits(Candidate candidate, PlacementRequest request) {
    TickUnit unit = candidate.listing().price().tickUnit();
    if (unit.kind() != TickUnit.Kind.SECONDS) {
      return 1;
    }
    long millis = request.task().limits().wallTime().toMillis();
    long ticks = Math.ceilDiv(millis, 1000 * unit.count());
    return cost(candidate, ticks).compareTo(request.budget().baseUnits()) <= 0 ? 0 : 2;
  }

  private static BigInteger cost(Candidate candidate, long ticks) {
    Price price = candidate.listing().price();
    return price
        .setup()
        .baseUnits()
        .add(price.perTick().baseUnits().multiply(BigInteger.valueOf(ticks)));
  }

  @Test
  void theOrderIsTotal() {
    Random random = new Random(SEED);
    Listings values = new Listings(random);
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(
          new Candidate(
              values.listing(),
              random.nextInt(3),
              Duration.ofMillis(random.nextInt(3)),
              random.nextInt(3)));
    }
    for (Strategy strategy : Strategy.values()) {
      Comparator<Candidate> order = DefaultScheduler.order(strategy);
      for (Candidate a : all) {
        for (Candidate b : all) {
          int ab = Integer.signum(order.compare(a, b));
          assertThat(ab).isEqualTo(-Integer.signum(order.compare(b, a)));
          assertThat(ab == 0).as("seed %s", SEED).isEqualTo(a.equals(b));
          for (Candidate c : all) {
            if (ab < 0 && order.compare(b, c) < 0) {
              assertThat(order.compare(a, c)).as("seed %s", SEED).isNegative();
            }
          }
        }
      }
    }
  }

  @Test
  void aTickOfAnHourMayBeTheBetterOffer() {
    Candidate second = candidate(1, "0.01", TickUnit.seconds(1), "0", "thermometer");
    Candidate hour = candidate(2, "10", TickUnit.seconds(3600), "0");
    assertThat(place(Strategy.CHEAPEST, "100", second, hour).ranked())
        .containsExactly(hour, second);
    // Ten tokens buy no hour and a minute at a hundredth a second does.
    Placement placement = place(Strategy.CHEAPEST, "9", second, hour);
    assertThat(placement.ranked()).containsExactly(second);
    assertThat(placement.reason())
        .isEqualTo(
            "the lowest price of a unit of those that fit, and the budget lasts until its time"
                + " limit");
  }

  @Test
  void aBudgetThatLastsGoesBeforeEverything() {
    Candidate dear = candidate(1, "1", TickUnit.seconds(1), "0");
    Candidate messages = candidate(2, "0.001", new TickUnit(TickUnit.Kind.MESSAGES, 1), "0");
    Candidate cheap = candidate(3, "0.5", TickUnit.seconds(1), "0.1");
    assertThat(place(Strategy.MOST_TRUSTED, "40", dear, messages, cheap).ranked())
        .containsExactly(cheap, messages, dear);
    Placement placement = place(Strategy.MOST_TRUSTED, "20", dear, messages, cheap);
    assertThat(placement.ranked()).containsExactly(messages, cheap, dear);
    assertThat(placement.reason()).endsWith("but how long the budget lasts is not known");
    assertThat(place(Strategy.SPREAD, "20", dear, cheap).reason())
        .isEqualTo(
            "the fewest open agreements of those that fit, but the budget may be used up before"
                + " its time limit");
  }

  @Test
  void aListingThatComesWhileNoneIsFoundIsFound() {
    Candidate late = candidate(1, "0.1", TickUnit.seconds(1), "0");
    for (int misses : new int[] {1, 3, 7}) {
      AtomicInteger looks = new AtomicInteger();
      Plain all = new Plain(List.of(late));
      Candidates growing =
          new Candidates() {
            @Override
            public List<Candidate> best(ListingQuery query, Order order, int limit) {
              return looks.incrementAndGet() <= misses ? List.of() : all.best(query, order, limit);
            }

            @Override
            public int size() {
              return 1;
            }
          };
      Placement placement =
          SCHEDULER.place(
              new PlacementRequest(TASK, Edg.of("9"), Strategy.CHEAPEST, Set.of(), 3), growing);
      assertThat(placement.ranked().isEmpty())
          .as(placement.reason())
          .isEqualTo(placement.reason().equals("no listing is live"));
    }
  }

  @Test
  void aRefusalNamesWhatRuledOutHowMany() {
    Candidate five = candidate(1, "5", TickUnit.seconds(1), "0", "thermometer");
    Candidate six = candidate(2, "6", TickUnit.seconds(1), "0", "thermometer");
    Candidate without = candidate(3, "0.1", TickUnit.seconds(1), "0");
    assertThat(refusal(TASK.capabilities("thermometer"), "1", five, six, without))
        .isEqualTo(
            "3 listings: 2 too expensive (cheapest 5 EDG a tick, budget 1 EDG), 1 without"
                + " capability thermometer");
    assertThat(refusal(TASK, "1")).isEqualTo("no listing is live");
    assertThat(refusal(TASK.region("moon"), "1", without))
        .isEqualTo("1 listing: 1 outside of region moon");
    assertThat(refusal(TASK, "0.15", candidate(4, "0.1", TickUnit.seconds(1), "0.1")))
        .isEqualTo(
            "1 listing: 1 too expensive (cheapest 0.1 EDG a tick and 0.1 EDG for set-up, budget"
                + " 0.15 EDG)");
    assertThat(refusal(TASK.resources(new ResourceSpec(9, 0, 0)), "1", without))
        .isEqualTo("1 listing: 1 with less than 9 cpuMillis");
    assertThat(
            SCHEDULER
                .place(
                    new PlacementRequest(
                        TASK, Edg.of("9"), Strategy.CHEAPEST, Set.of(without.listing().id()), 3),
                    new Plain(List.of(without)))
                .reason())
        .isEqualTo("1 listing: 1 tried before");
  }

  @Test
  void noneWantedIsAMistake() {
    assertThatThrownBy(
            () ->
                SCHEDULER.place(
                    new PlacementRequest(TASK, Edg.of("1"), Strategy.SPREAD, Set.of(), 0),
                    new Plain(List.of())))
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining("found 0");
  }

  private static Placement place(Strategy strategy, String budget, Candidate... candidates) {
    return SCHEDULER.place(
        new PlacementRequest(TASK, Edg.of(budget), strategy, Set.of(), 10),
        new Plain(List.of(candidates)));
  }

  private static String refusal(TaskSpec task, String budget, Candidate... candidates) {
    Placement placement =
        SCHEDULER.place(
            new PlacementRequest(task, Edg.of(budget), Strategy.CHEAPEST, Set.of(), 3),
            new Plain(List.of(candidates)));
    assertThat(placement.ranked()).isEmpty();
    return placement.reason();
  }

  private static Candidate candidate(
      int seller, String perTick, TickUnit unit, String setup, String... capabilities) {
    List<CapabilityInfo> infos = new ArrayList<>();
    for (String name : capabilities) {
      infos.add(new CapabilityInfo(name, "sensor/x", "", 1));
    }
    Listing listing =
        new ListingDraft(
                Listings.address(seller),
                1,
                Listings.START,
                "host",
                Listings.address(99),
                "earth",
                ResourceSpec.NONE,
                Set.of("wasm"),
                infos,
                new Price(Edg.of(perTick), unit, Edg.of(setup)),
                true)
            .toListing();
    return new Candidate(listing, 0, Duration.ZERO, 0);
  }
}

package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Marketplace} promises. */
@Timeout(300)
public interface MarketplaceContract {
  /** Long enough for all but the tests about it. */
  Duration LONG = Duration.ofHours(10);

  /** Cheapest tick first, then by id. */
  Comparator<Listing> ORDER =
      Comparator.comparing((Listing l) -> l.price().perTick()).thenComparing(Listing::id);

  /**
   * Makes a marketplace.
   *
   * @return a market without listings; the test closes it
   * @throws Exception when it cannot be made
   */
  MarketplaceBench createBench() throws Exception;

  private static List<Listing> all(Marketplace market, ListingQuery query, int limit) {
    List<Listing> found = new ArrayList<>();
    Optional<PageKey> key = Optional.of(PageKey.first(limit));
    while (key.isPresent()) {
      Page<Listing> page = market.search(query, key.get());
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      found.addAll(page.items());
      key = page.next();
    }
    return found;
  }

  private static List<Listing> all(Marketplace market) {
    return all(market, ListingQuery.ALL, 100);
  }

  private static void awaitListed(MarketplaceBench bench, List<Listing> wanted) throws Exception {
    List<Listing> sorted = wanted.stream().sorted(ORDER).toList();
    Check.await(() -> all(bench.marketplace()), found -> assertThat(found).isEqualTo(sorted));
  }

  /** Listings of these prices, all live. */
  private static List<Listing> listed(MarketplaceBench bench, long... prices) throws Exception {
    List<Listing> listings = new ArrayList<>();
    for (long price : prices) {
      listings.add(bench.advertise("here", price, LONG));
    }
    awaitListed(bench, listings);
    return listings;
  }

  /** What is advertised is found, the cheapest first, then by id. */
  @Test
  default void whatIsAdvertisedIsFoundCheapestFirst() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      assertThat(all(bench.marketplace())).isEmpty();
      for (Listing listing : listed(bench, 30, 10, 20, 20, 20)) {
        assertThat(bench.marketplace().find(listing.id())).contains(listing);
      }
    }
  }

  /** Pages hold no more than was asked for and go on where they ended. */
  @Test
  default void pagesGoOnWhereTheyEnded() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Marketplace market = bench.marketplace();
      List<Listing> sorted = listed(bench, 5, 3, 3, 3, 9, 1, 7).stream().sorted(ORDER).toList();
      for (int limit : new int[] {1, 2, 3, 6, 7, 8, Integer.MAX_VALUE}) {
        assertThat(all(market, ListingQuery.ALL, limit)).isEqualTo(sorted);
      }
      Check.refused(
          ErrorCode.INVALID_ARGUMENT, () -> market.search(ListingQuery.ALL, PageKey.first(0)));
      PageKey foreign = new PageKey(Blob.of(new byte[3]), 5);
      Check.refused(ErrorCode.INVALID_ARGUMENT, () -> market.search(ListingQuery.ALL, foreign));
    }
  }

  /** Every part of a query that is given must hold. */
  @Test
  default void everyPartOfAQueryHolds() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Listing cheap = bench.advertise("here", 10, LONG);
      Listing dear = bench.advertise("here", 20, LONG);
      Listing far = bench.advertise("there", 10, LONG);
      awaitListed(bench, List.of(cheap, dear, far));
      Marketplace market = bench.marketplace();
      ListingQuery any = ListingQuery.ALL;
      ListingQuery here =
          new ListingQuery(
              Optional.of("wasm"),
              cheap.resources(),
              Set.of(),
              Optional.of("here"),
              Optional.of(TickUnit.Kind.SECONDS),
              Optional.of(cheap.price().perTick()),
              0);
      assertThat(all(market, here, 10)).containsExactly(cheap);
      for (ListingQuery nobody :
          List.of(
              new ListingQuery(
                  Optional.of("abacus"),
                  any.resources(),
                  any.capabilities(),
                  any.region(),
                  any.tickUnit(),
                  any.maxPerTick(),
                  0),
              new ListingQuery(
                  any.workloadType(),
                  new ResourceSpec(1_000_000, 0, 0),
                  any.capabilities(),
                  any.region(),
                  any.tickUnit(),
                  any.maxPerTick(),
                  0),
              new ListingQuery(
                  any.workloadType(),
                  any.resources(),
                  Set.of("abacus"),
                  any.region(),
                  any.tickUnit(),
                  any.maxPerTick(),
                  0),
              new ListingQuery(
                  any.workloadType(),
                  any.resources(),
                  any.capabilities(),
                  any.region(),
                  Optional.of(TickUnit.Kind.FUEL),
                  any.maxPerTick(),
                  0),
              new ListingQuery(
                  any.workloadType(),
                  any.resources(),
                  any.capabilities(),
                  any.region(),
                  any.tickUnit(),
                  any.maxPerTick(),
                  Long.MAX_VALUE))) {
        assertThat(all(market, nobody, 10)).as(nobody.toString()).isEmpty();
      }
    }
  }

  /** What was withdrawn is gone, everywhere. */
  @Test
  default void whatIsWithdrawnIsGone() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      List<Listing> listings = listed(bench, 1, 2, 3);
      bench.withdraw(listings.get(1).id());
      awaitListed(bench, List.of(listings.get(0), listings.get(2)));
      assertThat(bench.marketplace().find(listings.get(1).id())).isEmpty();
      assertThat(bench.marketplace().candidates().size()).isEqualTo(2);
    }
  }

  /** What has expired is gone, though nobody said so. */
  @Test
  default void whatHasExpiredIsGone() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Listing brief = bench.advertise("here", 1, Duration.ofMinutes(30));
      Listing lasting = bench.advertise("here", 2, LONG);
      awaitListed(bench, List.of(brief, lasting));
      Candidates candidates = bench.marketplace().candidates();
      bench.advance(Duration.ofMinutes(31));
      awaitListed(bench, List.of(lasting));
      assertThat(bench.marketplace().find(brief.id())).isEmpty();
      assertThat(candidates.size()).isEqualTo(1);
    }
  }

  /** What the ledger took back is gone. */
  @Test
  default void whatTheLedgerTookBackIsGone() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      List<Listing> listings = listed(bench, 1, 2);
      if (bench.reorganiseAway(listings.get(0).id())) {
        awaitListed(bench, listings.subList(1, 2));
      }
    }
  }

  /** Who follows is told of what comes and goes from then on, in order, until it ends that. */
  @Test
  default void whoFollowsIsTold() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      List<Listing> before = listed(bench, 1);
      Told told = new Told();
      ListingQuery here =
          new ListingQuery(
              Optional.empty(),
              ResourceSpec.NONE,
              Set.of(),
              Optional.of("here"),
              Optional.empty(),
              Optional.empty(),
              0);
      Subscription subscription = bench.marketplace().watch(here, told);
      Listing far = bench.advertise("there", 2, LONG);
      Listing near = bench.advertise("here", 3, LONG);
      awaitListed(bench, List.of(before.get(0), far, near));
      bench.withdraw(near.id());
      bench.withdraw(far.id());
      awaitListed(bench, before);
      Check.await(
          () -> told.calls(),
          calls ->
              assertThat(calls).containsExactly("listed " + near.id(), "unlisted " + near.id()));
      subscription.close();
      subscription.close();
      Listing later = bench.advertise("here", 4, LONG);
      awaitListed(bench, List.of(before.get(0), later));
      assertThat(told.calls()).hasSize(2);
    }
  }

  /** The candidates of a scheduler are a live view, best first, no more than wanted. */
  @Test
  default void candidatesAreALiveView() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Candidates candidates = bench.marketplace().candidates();
      assertThat(candidates.size()).isZero();
      List<Listing> sorted = listed(bench, 4, 2, 3, 1).stream().sorted(ORDER).toList();
      assertThat(candidates.size()).isEqualTo(4);
      for (Candidates.Order order : Candidates.Order.values()) {
        assertThat(candidates.best(ListingQuery.ALL, order, 10))
            .as("%s", order)
            .extracting(Candidate::listing)
            .containsExactlyInAnyOrderElementsOf(sorted);
        assertThat(candidates.best(ListingQuery.ALL, order, 2)).hasSize(2);
      }
      assertThat(candidates.best(ListingQuery.ALL, Candidates.Order.CHEAPEST, 3))
          .extracting(Candidate::listing)
          .isEqualTo(sorted.subList(0, 3));
    }
  }

  /** Calls may overlap while listings come and go. */
  @Test
  default void callsMayOverlap() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Marketplace market = bench.marketplace();
      List<Listing> lasting = listed(bench, 1, 2, 3);
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(
            () -> {
              boolean found = true;
              for (int n = 0; n < 50; n++) {
                found &= all(market, ListingQuery.ALL, 2).containsAll(lasting);
                found &= market.find(lasting.get(n % 3).id()).isPresent();
              }
              return found;
            });
      }
      calls.add(
          () -> {
            for (int n = 0; n < 20; n++) {
              bench.withdraw(bench.advertise("here", 10 + n, LONG).id());
            }
            return true;
          });
      assertThat(Check.atOnce(calls)).containsOnly(true);
      awaitListed(bench, lasting);
    }
  }

  /** A closed marketplace is closed, with its candidates; closing it again changes nothing. */
  @Test
  default void aClosedMarketplaceIsClosed() throws Exception {
    try (MarketplaceBench bench = createBench()) {
      Marketplace market = bench.marketplace();
      Listing listing = listed(bench, 1).getFirst();
      Candidates candidates = market.candidates();
      market.close();
      market.close();
      Check.refused(ErrorCode.CLOSED, () -> market.search(ListingQuery.ALL, PageKey.first(1)));
      Check.refused(ErrorCode.CLOSED, () -> market.find(listing.id()));
      Check.refused(ErrorCode.CLOSED, () -> market.watch(ListingQuery.ALL, new Told()));
      Check.refused(ErrorCode.CLOSED, market::candidates);
      Check.refused(
          ErrorCode.CLOSED, () -> candidates.best(ListingQuery.ALL, Candidates.Order.CHEAPEST, 1));
      Check.refused(ErrorCode.CLOSED, candidates::size);
    }
  }
}

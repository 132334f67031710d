package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.schedule.Placement;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Scheduler;
import io.edgebeat.api.schedule.Strategy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Scheduler} promises. */
@Timeout(120)
public interface SchedulerContract {

  /**
   * Makes a scheduler.
   *
   * @return the scheduler
   */
  Scheduler createScheduler();

  /**
   * Makes a market.
   *
   * @return a view in which at least three listings fit {@link #request()}; it does not change
   */
  Candidates candidates();

  /**
   * What is to be placed.
   *
   * @return a request that excludes nothing and wants at least three alternatives
   */
  PlacementRequest request();

  private PlacementRequest request(Strategy strategy, Set<ListingId> excluded, int alternatives) {
    PlacementRequest base = request();
    return new PlacementRequest(base.task(), base.budget(), strategy, excluded, alternatives);
  }

  private static List<ListingId> ids(Placement placement) {
    return placement.ranked().stream().map(Candidate::listing).map(l -> l.id()).toList();
  }

  /** Equal arguments give an equal placement, for every strategy, at the same time too. */
  @Test
  default void equalArgumentsGiveAnEqualPlacement() throws Exception {
    Scheduler scheduler = createScheduler();
    Candidates candidates = candidates();
    for (Strategy strategy : Strategy.values()) {
      PlacementRequest request = request(strategy, Set.of(), 3);
      Placement first = scheduler.place(request, candidates);
      assertThat(first.ranked()).as(strategy.name()).hasSize(3).doesNotHaveDuplicates();
      assertThat(first.reason()).isNotBlank();
      Callable<Placement> again = () -> createScheduler().place(request, candidates);
      assertThat(Check.atOnce(List.of(again, again, again, again))).containsOnly(first);
    }
  }

  /** Never more than is wanted, and fewer wanted are the best of more wanted. */
  @Test
  default void noMoreThanIsWanted() {
    Candidates candidates = candidates();
    for (Strategy strategy : Strategy.values()) {
      Placement three = createScheduler().place(request(strategy, Set.of(), 3), candidates);
      Placement one = createScheduler().place(request(strategy, Set.of(), 1), candidates);
      assertThat(one.ranked()).isEqualTo(three.ranked().subList(0, 1));
    }
  }

  /** What was tried and failed is not placed again; the others keep their order. */
  @Test
  default void whatIsExcludedIsNotPlaced() {
    Candidates candidates = candidates();
    Placement all = createScheduler().place(request(Strategy.CHEAPEST, Set.of(), 3), candidates);
    ListingId best = ids(all).getFirst();
    Placement rest =
        createScheduler().place(request(Strategy.CHEAPEST, Set.of(best), 2), candidates);
    assertThat(ids(rest)).isEqualTo(ids(all).subList(1, 3));
  }

  /** Where nothing fits, the reason is told. */
  @Test
  default void whereNothingFitsTheReasonIsTold() {
    Candidates nobody =
        new Candidates() {
          @Override
          public List<Candidate> best(ListingQuery query, Order order, int limit) {
            return List.of();
          }

          @Override
          public int size() {
            return 0;
          }
        };
    Placement none = createScheduler().place(request(), nobody);
    assertThat(none.ranked()).isEmpty();
    assertThat(none.reason()).isNotBlank();
  }
}

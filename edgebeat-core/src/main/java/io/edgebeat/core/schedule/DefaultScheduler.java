package io.edgebeat.core.schedule;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.schedule.Placement;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Scheduler;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.market.UnitPrices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses among the listings that run the task and whose set-up and first tick the budget covers.
 *
 * <p>First come those where the budget also lasts until the limit of the wall time, then those
 * whose ticks do not count seconds (nobody knows how many there will be), then those where the
 * money may be gone before the task ends. Among these the strategy decides; what it finds equal is
 * ordered by the price of a tick, then by id. {@link Strategy#CHEAPEST} compares the price of one
 * unit: of the same kind, and seconds before messages, calls and fuel, since unlike units have no
 * common measure.
 */
public final class DefaultScheduler implements Scheduler {
  private static final List<TickUnit.Kind> UNKNOWN_COUNT =
      List.of(TickUnit.Kind.MESSAGES, TickUnit.Kind.CALLS, TickUnit.Kind.FUEL);

  private static final int LOOKS = 3;

  /** Creates the scheduler; one is enough for everybody. */
  public DefaultScheduler() {}

  @Override
  public Placement place(PlacementRequest request, Candidates candidates) {
    if (request.alternatives() < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "at least one placement must be wanted, found " + request.alternatives());
    }
    // A listing that comes while none fits is found by the next look.
    for (int look = 1; ; look++) {
      Placement placement = look(request, candidates);
      if (!placement.ranked().isEmpty()) {
        return placement;
      }
      Refusal refusal = Refusal.of(request, candidates);
      if (!refusal.fitsNow() || look == LOOKS) {
        return new Placement(List.of(), refusal.sentence());
      }
    }
  }

  private static Placement look(PlacementRequest request, Candidates candidates) {
    Search search = new Search(request, candidates);
    List<Candidate> covered = new ArrayList<>();
    List<Candidate> uncovered = new ArrayList<>();
    search.find(TickUnit.Kind.SECONDS, covered, uncovered);
    List<Candidate> ranked = first(covered, request.alternatives());
    String reason = covered.isEmpty() ? "" : "and the budget lasts until its time limit";
    if (ranked.size() < request.alternatives()) {
      List<Candidate> unknown = new ArrayList<>();
      for (TickUnit.Kind kind : UNKNOWN_COUNT) {
        search.find(kind, new ArrayList<>(), unknown);
      }
      unknown.sort(order(request.strategy()));
      if (ranked.isEmpty()) {
        reason =
            unknown.isEmpty()
                ? "but the budget may be used up before its time limit"
                : "but how long the budget lasts is not known";
      }
      ranked.addAll(first(unknown, request.alternatives() - ranked.size()));
      ranked.addAll(first(uncovered, request.alternatives() - ranked.size()));
    }
    return new Placement(ranked, because(request.strategy()) + reason);
  }

  private static String because(Strategy strategy) {
    return switch (strategy) {
      case CHEAPEST -> "the lowest price of a unit of those that fit, ";
      case LOWEST_LATENCY -> "the shortest round trip of those that fit, ";
      case MOST_TRUSTED -> "the most trusted of those that fit, ";
      case SPREAD -> "the fewest open agreements of those that fit, ";
    };
  }

  private static List<Candidate> first(List<Candidate> candidates, int count) {
    return new ArrayList<>(candidates.subList(0, Math.min(count, candidates.size())));
  }

  /** The order a strategy makes among candidates that the budget suits equally well. */
  static Comparator<Candidate> order(Strategy strategy) {
    Comparator<Candidate> byPrice =
        Comparator.comparing((Candidate c) -> c.listing().price().perTick())
            .thenComparing(c -> c.listing().id());
    Comparator<Candidate> wanted =
        switch (strategy) {
          case CHEAPEST ->
              Comparator.comparing((Candidate c) -> c.listing().price().tickUnit().kind())
                  .thenComparing(c -> c.listing().price(), UnitPrices.BY_UNIT);
          case LOWEST_LATENCY -> Comparator.comparing(Candidate::roundTrip);
          case MOST_TRUSTED -> Comparator.comparingLong(Candidate::trust).reversed();
          case SPREAD -> Comparator.comparingInt(Candidate::openAgreements);
        };
    return wanted.thenComparing(byPrice);
  }

  /** Asks the index for the best of one kind, and for more only when too few of them fit. */
  private static final class Search {
    private final PlacementRequest request;
    private final Candidates candidates;
    private final Affordability affordability;

    Search(PlacementRequest request, Candidates candidates) {
      this.request = request;
      this.candidates = candidates;
      this.affordability = new Affordability(request);
    }

    /** Adds at least as many as are wanted to {@code covered}, or all there are to both. */
    void find(TickUnit.Kind kind, List<Candidate> covered, List<Candidate> others) {
      ListingQuery query = query(request, kind);
      int before = others.size();
      int limit = request.alternatives();
      while (true) {
        List<Candidate> best = best(query, limit);
        covered.clear();
        others.subList(before, others.size()).clear();
        for (Candidate candidate : best) {
          if (affordability.buysATick(candidate.listing().price())
              && !request.excluded().contains(candidate.listing().id())) {
            if (affordability.buysTheWholeTime(candidate.listing().price())) {
              covered.add(candidate);
            } else {
              others.add(candidate);
            }
          }
        }
        boolean enough =
            kind == TickUnit.Kind.SECONDS
                ? covered.size() >= request.alternatives()
                : others.size() - before >= request.alternatives();
        if (enough || best.size() < limit) {
          return;
        }
        limit = (int) Math.min(Integer.MAX_VALUE, 8L * limit);
      }
    }

    private List<Candidate> best(ListingQuery query, int limit) {
      return switch (request.strategy()) {
        case CHEAPEST -> {
          if (candidates instanceof UnitPrices prices) {
            yield prices.cheapestUnits(query, limit);
          }
          List<Candidate> all =
              new ArrayList<>(candidates.best(query, Candidates.Order.CHEAPEST, Integer.MAX_VALUE));
          all.sort(order(Strategy.CHEAPEST));
          yield first(all, limit);
        }
        case LOWEST_LATENCY -> candidates.best(query, Candidates.Order.NEAREST, limit);
        case MOST_TRUSTED -> candidates.best(query, Candidates.Order.MOST_TRUSTED, limit);
        case SPREAD -> candidates.best(query, Candidates.Order.LEAST_USED, limit);
      };
    }
  }

  /** What the index can sort out by itself. */
  private static ListingQuery query(PlacementRequest request, TickUnit.Kind kind) {
    TaskSpec task = request.task();
    return new ListingQuery(
        Optional.of(task.workload().type()),
        task.resources(),
        task.capabilities(),
        task.region(),
        Optional.of(kind),
        Optional.of(request.budget()),
        0);
  }
}

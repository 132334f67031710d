package io.edgebeat.benchmarks.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.market.UnitPrices;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The baseline: a stream that filters all listings and keeps the best. Written so that it is fast:
 * numbers are compared first, and what the query does not name is not looked at.
 */
final class Plain {
  private static final Comparator<Candidate> BY_TICK =
      Comparator.comparing((Candidate c) -> c.listing().price().perTick())
          .thenComparing(c -> c.listing().id());
  private static final Comparator<Candidate> BY_UNIT =
      Comparator.comparing((Candidate c) -> c.listing().price(), UnitPrices.BY_UNIT)
          .thenComparing(BY_TICK);

  private Plain() {}

  /** The lowest price of a tick. */
  static Optional<Candidate> cheapest(List<Candidate> all, ListingQuery query) {
    return all.stream().filter(fits(query)).min(BY_TICK);
  }

  /** The lowest price of a second of those that the budget covers for all of the time. */
  static Optional<Candidate> place(
      List<Candidate> all, ListingQuery query, PlacementRequest request) {
    Amount budget = request.budget();
    long seconds = request.task().limits().wallTime().toSeconds();
    return all.stream()
        .filter(fits(query))
        .filter(c -> cost(c, seconds).compareTo(budget.baseUnits()) <= 0)
        .min(BY_UNIT);
  }

  private static BigInteger cost(Candidate candidate, long seconds) {
    long ticks = candidate.listing().price().tickUnit().ticks(seconds);
    return candidate
        .listing()
        .price()
        .perTick()
        .baseUnits()
        .multiply(BigInteger.valueOf(ticks))
        .add(candidate.listing().price().setup().baseUnits());
  }

  private static Predicate<Candidate> fits(ListingQuery query) {
    long cpu = query.resources().cpuMillis();
    long memory = query.resources().memoryBytes();
    long storage = query.resources().storageBytes();
    long trust = query.minTrust();
    String capability = query.capabilities().iterator().next();
    String type = query.workloadType().orElse("");
    TickUnit.Kind kind = query.tickUnit().orElse(null);
    return candidate -> {
      Listing listing = candidate.listing();
      ResourceSpec resources = listing.resources();
      return resources.cpuMillis() >= cpu
          && resources.memoryBytes() >= memory
          && resources.storageBytes() >= storage
          && candidate.trust() >= trust
          && (kind == null || listing.price().tickUnit().kind() == kind)
          && (type.isEmpty() || listing.workloadTypes().contains(type))
          && has(listing.capabilities(), capability);
    };
  }

  private static boolean has(List<CapabilityInfo> capabilities, String name) {
    for (CapabilityInfo capability : capabilities) {
      if (capability.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}

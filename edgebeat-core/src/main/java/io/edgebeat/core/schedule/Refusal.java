package io.edgebeat.core.schedule;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.task.TaskSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says in plain words why no listing fits: how many there are, and how many each requirement rules
 * out. A listing counts for the first requirement it does not meet. Looks at all listings; nothing
 * was found, so there is time.
 */
final class Refusal {
  private static final String NEW = "new since the search began";

  private final TaskSpec task;
  private final PlacementRequest request;
  private final Affordability affordability;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private Optional<Price> cheapest = Optional.empty();
  private int listings;

  private Refusal(PlacementRequest request) {
    this.request = request;
    this.task = request.task();
    this.affordability = new Affordability(request);
  }

  static Refusal of(PlacementRequest request, Candidates candidates) {
    Refusal refusal = new Refusal(request);
    List<Candidate> all =
        candidates.best(ListingQuery.ALL, Candidates.Order.CHEAPEST, Integer.MAX_VALUE);
    for (Candidate candidate : all) {
      refusal.counts.merge(refusal.why(candidate.listing()), 1, Integer::sum);
    }
    refusal.listings = all.size();
    return refusal;
  }

  /** Whether some listing fits now: it has come since nothing was found. */
  boolean fitsNow() {
    return counts.containsKey(NEW);
  }

  private String why(Listing listing) {
    if (request.excluded().contains(listing.id())) {
      return "tried before";
    }
    if (!listing.workloadTypes().contains(task.workload().type())) {
      return "not for workload type " + task.workload().type();
    }
    for (String name : task.capabilities()) {
      if (listing.capabilities().stream().noneMatch(c -> c.name().equals(name))) {
        return "without capability " + name;
      }
    }
    if (task.region().isPresent() && !task.region().get().equals(listing.region())) {
      return "outside of region " + task.region().get();
    }
    if (listing.resources().cpuMillis() < task.resources().cpuMillis()) {
      return "with less than " + task.resources().cpuMillis() + " cpuMillis";
    }
    if (listing.resources().memoryBytes() < task.resources().memoryBytes()) {
      return "with less than " + task.resources().memoryBytes() + " memoryBytes";
    }
    if (listing.resources().storageBytes() < task.resources().storageBytes()) {
      return "with less than " + task.resources().storageBytes() + " storageBytes";
    }
    if (!affordability.buysATick(listing.price())) {
      cheapest =
          Optional.of(
              cheapest
                  .filter(p -> entry(p).compareTo(entry(listing.price())) <= 0)
                  .orElse(listing.price()));
      return "too expensive";
    }
    return NEW;
  }

  private static BigInteger entry(Price price) {
    return price.perTick().baseUnits().add(price.setup().baseUnits());
  }

  /** The reason, for people. */
  String sentence() {
    if (listings == 0) {
      return "no listing is live";
    }
    List<Map.Entry<String, Integer>> most = new ArrayList<>(counts.entrySet());
    most.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Comparator.comparing(Map.Entry::getKey)));
    StringBuilder text =
        new StringBuilder().append(listings).append(listings == 1 ? " listing" : " listings");
    String separator = ": ";
    for (Map.Entry<String, Integer> why : most) {
      text.append(separator).append(why.getValue()).append(' ').append(why.getKey());
      if (why.getKey().equals("too expensive") && cheapest.isPresent()) {
        text.append(" (").append(price(cheapest.get()));
        text.append(", budget ").append(request.budget()).append(')');
      }
      separator = ", ";
    }
    return text.toString();
  }

  private static String price(Price price) {
    Amount setup = price.setup();
    return "cheapest "
        + price.perTick()
        + " a tick"
        + (setup.isZero() ? "" : " and " + setup + " for set-up");
  }
}

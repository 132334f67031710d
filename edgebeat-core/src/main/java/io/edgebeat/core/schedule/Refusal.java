package io.edgebeat.core.schedule;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.market.Tally;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says in plain words why no listing fits: how many there are, and how many each requirement rules
 * out. A listing counts for the first requirement it does not meet.
 */
final class Refusal {
  /** Of equal ones the one with the cheaper tick, in whatever order they are seen. */
  private static final Comparator<Price> ENTRY =
      Comparator.comparing(Refusal::entry).thenComparing(Price::perTick);

  private final PlacementRequest request;
  private final Affordability affordability;
  private final List<String> reasons = new ArrayList<>();
  private final List<ListingQuery> requirements = new ArrayList<>();
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private Optional<Price> cheapest = Optional.empty();
  private int tooExpensive;
  private int fitting;

  private Refusal(PlacementRequest request) {
    this.request = request;
    this.affordability = new Affordability(request);
    TaskSpec task = request.task();
    ResourceSpec resources = task.resources();
    String type = task.workload().type();
    require("not for workload type " + type, Optional.of(type), Set.of(), Optional.empty());
    for (String name : task.capabilities()) {
      require("without capability " + name, Optional.empty(), Set.of(name), Optional.empty());
    }
    task.region()
        .ifPresent(
            r -> require("outside of region " + r, Optional.empty(), Set.of(), Optional.of(r)));
    require(resources.cpuMillis(), "cpuMillis", new ResourceSpec(resources.cpuMillis(), 0, 0));
    require(
        resources.memoryBytes(), "memoryBytes", new ResourceSpec(0, resources.memoryBytes(), 0));
    require(
        resources.storageBytes(), "storageBytes", new ResourceSpec(0, 0, resources.storageBytes()));
  }

  static Refusal of(PlacementRequest request, Candidates candidates) {
    Refusal refusal = new Refusal(request);
    Tally tally = candidates instanceof Tally known ? known : oneByOne(candidates);
    int[] unmet =
        tally.firstUnmet(refusal.requirements, request.excluded(), c -> refusal.price(c.listing()));
    for (int i = 0; i < refusal.reasons.size(); i++) {
      refusal.count(refusal.reasons.get(i), unmet[i]);
    }
    refusal.count("tried before", unmet[refusal.reasons.size()]);
    refusal.count("too expensive", refusal.tooExpensive);
    refusal.count("new since the search began", refusal.fitting);
    return refusal;
  }

  /** Whether some listing fits now: it has come since nothing was found. */
  boolean fitsNow() {
    return fitting > 0;
  }

  private void require(
      String reason, Optional<String> type, Set<String> capabilities, Optional<String> region) {
    require(reason, type, ResourceSpec.NONE, capabilities, region);
  }

  private void require(long wanted, String what, ResourceSpec resources) {
    if (wanted > 0) {
      require(
          "with less than " + wanted + " " + what,
          Optional.empty(),
          resources,
          Set.of(),
          Optional.empty());
    }
  }

  private void require(
      String reason,
      Optional<String> type,
      ResourceSpec resources,
      Set<String> capabilities,
      Optional<String> region) {
    reasons.add(reason);
    requirements.add(
        new ListingQuery(
            type, resources, capabilities, region, Optional.empty(), Optional.empty(), 0));
  }

  /** For a view that cannot count. */
  private static Tally oneByOne(Candidates candidates) {
    return (requirements, excluded, meetsAll) -> {
      int[] unmet = new int[requirements.size() + 1];
      for (Candidate candidate :
          candidates.best(ListingQuery.ALL, Candidates.Order.CHEAPEST, Integer.MAX_VALUE)) {
        int first = 0;
        while (first < requirements.size() && requirements.get(first).matches(candidate)) {
          first++;
        }
        if (excluded.contains(candidate.listing().id())) {
          unmet[requirements.size()]++;
        } else if (first < requirements.size()) {
          unmet[first]++;
        } else {
          meetsAll.accept(candidate);
        }
      }
      return unmet;
    };
  }

  private void price(Listing listing) {
    Price price = listing.price();
    if (affordability.buysATick(price)) {
      fitting++;
      return;
    }
    tooExpensive++;
    cheapest = Optional.of(cheapest.filter(p -> ENTRY.compare(p, price) <= 0).orElse(price));
  }

  private void count(String reason, int listings) {
    if (listings > 0) {
      counts.put(reason, listings);
    }
  }

  private static BigInteger entry(Price price) {
    return price.perTick().baseUnits().add(price.setup().baseUnits());
  }

  /** The reason, for people. */
  String sentence() {
    int listings = counts.values().stream().mapToInt(Integer::intValue).sum();
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

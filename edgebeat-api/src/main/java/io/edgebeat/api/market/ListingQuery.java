package io.edgebeat.api.market;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.task.ResourceSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A value: which listings are wanted. Every given part must hold.
 *
 * @param workloadType what it must run; empty for any
 * @param resources the capacity it must have at least
 * @param capabilities what it must sell beside
 * @param region where it must be; empty for anywhere
 * @param tickUnit what a tick must pay for; empty for any kind
 * @param maxPerTick the highest price of a tick; empty for any
 * @param minTrust the lowest trust, see {@link Candidate#trust()}
 */
public record ListingQuery(
    Optional<String> workloadType,
    ResourceSpec resources,
    Set<String> capabilities,
    Optional<String> region,
    Optional<TickUnit.Kind> tickUnit,
    Optional<Amount> maxPerTick,
    long minTrust) {
  /** Every listing. */
  public static final ListingQuery ALL =
      new ListingQuery(
          Optional.empty(),
          ResourceSpec.NONE,
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0);

  /** Checks and copies. */
  public ListingQuery {
    Objects.requireNonNull(workloadType, "workloadType");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(tickUnit, "tickUnit");
    Objects.requireNonNull(maxPerTick, "maxPerTick");
    capabilities = Set.copyOf(capabilities);
  }

  /**
   * Whether a candidate is wanted.
   *
   * @param candidate the candidate
   * @return true when every given part holds
   */
  public boolean matches(Candidate candidate) {
    Listing listing = candidate.listing();
    return workloadType.map(listing.workloadTypes()::contains).orElse(true)
        && listing.resources().covers(resources)
        && capabilities.stream()
            .allMatch(n -> listing.capabilities().stream().anyMatch(c -> c.name().equals(n)))
        && region.map(listing.region()::equals).orElse(true)
        && tickUnit.map(k -> k == listing.price().tickUnit().kind()).orElse(true)
        && maxPerTick.map(m -> listing.price().perTick().compareTo(m) <= 0).orElse(true)
        && candidate.trust() >= minTrust;
  }
}

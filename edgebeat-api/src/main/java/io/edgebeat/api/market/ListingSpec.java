package io.edgebeat.api.market;

import io.edgebeat.api.task.ResourceSpec;
import java.time.Duration;
import java.util.Objects;

/**
 * A value: what a seller wants to advertise; its node adds who, where and what it runs.
 *
 * @param region where the seller is
 * @param resources the capacity on offer
 * @param price what it charges
 * @param validFor for how long
 */
public record ListingSpec(String region, ResourceSpec resources, Price price, Duration validFor) {
  /** Checks the components. */
  public ListingSpec {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(price, "price");
    Objects.requireNonNull(validFor, "validFor");
  }
}

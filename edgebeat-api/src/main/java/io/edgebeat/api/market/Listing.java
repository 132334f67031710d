package io.edgebeat.api.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A value: what a seller advertises on the ledger. Versioned canonical JSON in the content store;
 * the ledger holds its hash.
 *
 * @param id seller and content hash
 * @param sequence the seller's counter; a renewed listing has a larger one
 * @param validUntil from when on it no longer counts
 * @param endpoint where the seller's node listens
 * @param receiptKey the plain key that signs the seller's receipts
 * @param region where the seller is
 * @param resources the capacity on offer
 * @param workloadTypes what it runs
 * @param capabilities what it sells beside
 * @param price what it charges
 * @param lease whether its executor ends an unpaid execution also when the node is dead
 */
public record Listing(
    ListingId id,
    long sequence,
    Instant validUntil,
    String endpoint,
    Address receiptKey,
    String region,
    ResourceSpec resources,
    Set<String> workloadTypes,
    List<CapabilityInfo> capabilities,
    Price price,
    boolean lease) {

  /**
   * Checks and copies.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when two capabilities have one name
   */
  public Listing {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(validUntil, "validUntil");
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(receiptKey, "receiptKey");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(price, "price");
    workloadTypes = Collections.unmodifiableSet(new TreeSet<>(workloadTypes));
    capabilities = List.copyOf(capabilities);
    Set<String> names = new TreeSet<>();
    for (CapabilityInfo capability : capabilities) {
      if (!names.add(capability.name())) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "capability " + capability.name() + " is listed twice; give each its own name");
      }
    }
  }

  /**
   * Who sells.
   *
   * @return the seller's account
   */
  public Address seller() {
    return id.seller();
  }
}

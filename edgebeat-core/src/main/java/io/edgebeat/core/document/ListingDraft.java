package io.edgebeat.core.document;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A value: a listing before its document has a hash. The document holds exactly these; the hash in
 * the listing's id is computed from it.
 *
 * @param seller who sells
 * @param sequence the seller's counter
 * @param validUntil from when on it no longer counts, whole seconds
 * @param endpoint where the seller's node listens
 * @param receiptKey the plain key that signs the seller's receipts
 * @param region where the seller is
 * @param resources the capacity on offer
 * @param workloadTypes what it runs
 * @param capabilities what it sells beside
 * @param price what it charges
 * @param lease whether its executor ends an unpaid execution also when the node is dead
 */
public record ListingDraft(
    Address seller,
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

  /** Checks and copies. */
  public ListingDraft {
    Objects.requireNonNull(seller, "seller");
    Objects.requireNonNull(validUntil, "validUntil");
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(receiptKey, "receiptKey");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(price, "price");
    workloadTypes = Collections.unmodifiableSet(new TreeSet<>(workloadTypes));
    capabilities = List.copyOf(capabilities);
  }

  /**
   * What the document of a listing holds.
   *
   * @param listing the listing
   * @return everything but its hash
   */
  public static ListingDraft of(Listing listing) {
    return new ListingDraft(
        listing.seller(),
        listing.sequence(),
        listing.validUntil(),
        listing.endpoint(),
        listing.receiptKey(),
        listing.region(),
        listing.resources(),
        listing.workloadTypes(),
        listing.capabilities(),
        listing.price(),
        listing.lease());
  }

  /**
   * The listing with the hash of its document.
   *
   * @return the listing that readers of the document will see
   */
  public Listing toListing() {
    return toListing(Documents.listing(this));
  }

  /** The listing whose document was just written or read. */
  Listing toListing(byte[] document) {
    return new Listing(
        new ListingId(seller, Documents.hash(document)),
        sequence,
        validUntil,
        endpoint,
        receiptKey,
        region,
        resources,
        workloadTypes,
        capabilities,
        price,
        lease);
  }
}

package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import java.util.Objects;

/**
 * A value: the id of a listing.
 *
 * @param seller who advertises
 * @param contentHash the sha2-256 of the listing's canonical document
 */
public record ListingId(Address seller, Bytes32 contentHash) implements Comparable<ListingId> {
  /** Checks the components. */
  public ListingId {
    Objects.requireNonNull(seller, "seller");
    Objects.requireNonNull(contentHash, "contentHash");
  }

  @Override
  public int compareTo(ListingId other) {
    int bySeller = seller.compareTo(other.seller);
    return bySeller != 0 ? bySeller : contentHash.compareTo(other.contentHash);
  }

  @Override
  public String toString() {
    return seller + "/" + contentHash;
  }
}

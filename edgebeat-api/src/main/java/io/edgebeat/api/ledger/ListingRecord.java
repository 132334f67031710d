package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.time.Instant;
import java.util.Objects;

/**
 * A value: what the ledger keeps of a listing; the document itself is content.
 *
 * @param id seller and content hash
 * @param validUntil from when on it no longer counts, whole seconds
 * @param sequence the seller's counter: of two listings the later one has the larger
 * @param uri where the document can be found, {@code ipfs://} and a content id
 */
public record ListingRecord(ListingId id, Instant validUntil, long sequence, String uri)
    implements TypedMessage {
  private static final String TYPE =
      "Listing(address seller,bytes32 contentHash,uint40 validUntil,uint64 sequence)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /** Checks the components. */
  public ListingRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(uri, "uri");
    LedgerTime.check("validUntil", validUntil);
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 4)
        .address(id.seller())
        .bytes32(id.contentHash())
        .uint(validUntil.getEpochSecond())
        .uint(sequence)
        .hash();
  }
}

package io.edgebeat.core.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A place in the order of price, then id: where a page goes on.
 *
 * @param units the price of a tick in base units
 * @param id the listing
 */
record Position(BigInteger units, ListingId id) {
  private static final int PRICE_BYTES = 12;
  private static final int BYTES = PRICE_BYTES + 20 + 32;

  static Position of(Listing listing) {
    return new Position(listing.price().perTick().baseUnits(), listing.id());
  }

  /** Whether a row comes later. */
  boolean isBefore(Row row) {
    int byPrice = units.compareTo(row.units());
    return byPrice != 0 ? byPrice < 0 : id.compareTo(row.id()) < 0;
  }

  Blob toBlob() {
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .putInt(units.shiftRight(64).intValue())
            .putLong(units.longValue())
            .put(id.seller().toBytes())
            .put(id.contentHash().toBytes())
            .array();
    return Blob.of(bytes);
  }

  static Position read(Blob blob) {
    if (blob.size() != BYTES) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the position of a page has " + BYTES + " bytes, found " + blob);
    }
    byte[] bytes = blob.toBytes();
    return new Position(
        new BigInteger(1, bytes, 0, PRICE_BYTES),
        new ListingId(
            Address.of(Arrays.copyOfRange(bytes, PRICE_BYTES, PRICE_BYTES + 20)),
            Bytes32.of(bytes, PRICE_BYTES + 20)));
  }
}

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
 * A place in the order of price, then id; also where a page goes on.
 *
 * @param priceHigh the upper 32 bits of the price of a tick in base units, unsigned
 * @param priceLow the lower 64 bits, unsigned
 * @param id the listing
 */
record Position(int priceHigh, long priceLow, ListingId id) {
  private static final int BYTES = 4 + 8 + 20 + 32;

  static Position of(Listing listing) {
    BigInteger price = listing.price().perTick().baseUnits();
    return new Position(high(price), price.longValue(), listing.id());
  }

  static int high(BigInteger units) {
    return units.bitLength() <= 64 ? 0 : units.shiftRight(64).intValue();
  }

  Blob toBlob() {
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .putInt(priceHigh)
            .putLong(priceLow)
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
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Position(
        buffer.getInt(),
        buffer.getLong(),
        new ListingId(Address.of(Arrays.copyOfRange(bytes, 12, 32)), Bytes32.of(bytes, 32)));
  }
}

package io.edgebeat.chain.evm.follow;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.LedgerCursor;
import java.nio.ByteBuffer;

/**
 * Where a reader stands: behind some logs of one block. The hash says of which branch.
 *
 * @param block the number of the block
 * @param hash its hash
 * @param index the first log of it that was not told; {@link #ALL} when the block is done
 */
record Position(long block, Bytes32 hash, int index) {
  static final int ALL = Integer.MAX_VALUE;
  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + 8 + 8 + 32 + 4;

  /** With the mark of the market, so that no ledger takes another's cursor for its own. */
  LedgerCursor toCursor(long market) {
    return new LedgerCursor(
        Blob.of(
            ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .putLong(market)
                .putLong(block)
                .put(hash.toBytes())
                .putInt(index)
                .array()));
  }

  static Position of(LedgerCursor cursor, long market, long start) {
    if (cursor.equals(LedgerCursor.START)) {
      return new Position(start - 1, Bytes32.ZERO, ALL);
    }
    ByteBuffer bytes = ByteBuffer.wrap(cursor.position().toBytes());
    if (bytes.capacity() == LENGTH && bytes.get() == VERSION && bytes.getLong() == market) {
      long block = bytes.getLong();
      byte[] hash = new byte[32];
      bytes.get(hash);
      int index = bytes.getInt();
      if (block >= start - 1 && index >= 0) {
        return new Position(block, Bytes32.of(hash), index);
      }
    }
    throw new EdgeBeatException(
        ErrorCode.INVALID_ARGUMENT, "no cursor of this ledger: " + cursor.position());
  }

  Position behind(int log) {
    return new Position(block, hash, log);
  }
}

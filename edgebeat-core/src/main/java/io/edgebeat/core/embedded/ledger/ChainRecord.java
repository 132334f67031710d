package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.codec.RecordCodec;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** What the chain's file is made of, in the order in which it happened. */
sealed interface ChainRecord {
  RecordCodec<ChainRecord> CODEC = RecordCodec.of(ChainRecord.class);

  /** The first record: what makes this chain another than any other. Its hash is block 0's. */
  record Genesis(
      long chainId,
      LedgerParameters parameters,
      SortedMap<Address, Amount> funds,
      int finalityDepth)
      implements ChainRecord {
    Bytes32 hash() {
      return ContentId.sha256(CODEC.encode(this));
    }
  }

  /**
   * A block.
   *
   * @param number its number, from 1
   * @param era how many reorganisations there were before, so that a block that is made again has
   *     another hash
   * @param parent the hash of the block before
   * @param time whole seconds, never before the parent's
   * @param transactions what was executed, in order
   * @param results sha2-256 of what came of it
   */
  record Block(
      long number, long era, Bytes32 parent, Instant time, List<Blob> transactions, Bytes32 results)
      implements ChainRecord {
    public Block {
      transactions = List.copyOf(transactions);
    }

    byte[] encode() {
      return CODEC.encode(this);
    }
  }

  /**
   * The newest blocks are gone.
   *
   * @param head the number of the block that is the newest now
   * @param hash its hash
   */
  record Rollback(long head, Bytes32 hash) implements ChainRecord {}

  /** New agreements are paused, or no longer. */
  record Pause(boolean paused) implements ChainRecord {}
}

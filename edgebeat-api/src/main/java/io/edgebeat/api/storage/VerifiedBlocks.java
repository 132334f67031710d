package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The one place where bytes of a block store become trusted: what is handed out matches its id.
 *
 * <p>Threads: one at a time.
 */
final class VerifiedBlocks {
  private final Blocks blocks;
  private final Sha256 sha256 = new Sha256();

  VerifiedBlocks(Blocks blocks) {
    this.blocks = blocks;
  }

  /** The first node of a file. A raw block is a node of bytes without children. */
  FileNode root(ContentId id) {
    try {
      return decode(id, loaded(id));
    } catch (MalformedBlockException e) {
      if (e.isOtherType()) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT, id + " cannot be read: " + e.getMessage());
      }
      throw ContentFaults.mismatch(id, String.valueOf(e.getMessage()));
    }
  }

  /** A node below the first one. */
  FileNode inner(ContentId id) {
    return inner(id, loaded(id));
  }

  /** A node below the first one, or null when the store does not have it. */
  @Nullable FileNode innerIfPresent(ContentId id) {
    byte[] block = load(id);
    return block == null ? null : inner(id, block);
  }

  private static FileNode inner(ContentId id, byte[] block) {
    try {
      return decode(id, block);
    } catch (MalformedBlockException e) {
      throw ContentFaults.mismatch(id, String.valueOf(e.getMessage()));
    }
  }

  private static FileNode decode(ContentId id, byte[] block) throws MalformedBlockException {
    return switch (id.codec()) {
      case RAW -> FileNode.raw(block);
      case DAG_PB -> FileNode.decode(block);
    };
  }

  private byte[] loaded(ContentId id) {
    byte[] block = load(id);
    if (block == null) {
      throw ContentFaults.notFound(id);
    }
    return block;
  }

  private byte @Nullable [] load(ContentId id) {
    byte[] block = blocks.get(id).orElse(null);
    if (block == null) {
      return null;
    }
    if (block.length > BlockStore.MAX_BLOCK_BYTES) {
      throw ContentFaults.mismatch(
          id,
          "no block has more than "
              + BlockStore.MAX_BLOCK_BYTES
              + " bytes, as there are in "
              + blocks.place(id));
    }
    Bytes32 hash = sha256.hash(block, block.length);
    if (!hash.equals(id.hash())) {
      throw ContentFaults.mismatch(
          id,
          "its "
              + block.length
              + " bytes in "
              + blocks.place(id)
              + " hash to "
              + hash
              + ", not to "
              + id.hash());
    }
    return block;
  }
}

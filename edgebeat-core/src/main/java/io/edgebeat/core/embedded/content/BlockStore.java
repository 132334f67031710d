package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blocks and pins by id and judges neither: what comes out is not verified.
 *
 * <p>Threads: calls may overlap; {@link #close} only after all others. Errors: {@code
 * STORAGE_FAILED}, and {@code INTERRUPTED} where a call blocks.
 */
interface BlockStore {

  /** The bytes kept under an id, not to be changed; null when there are none. */
  byte @Nullable [] get(ContentId id);

  boolean has(ContentId id);

  /** Where a block is kept, for whoever looks for a damaged one. */
  String place(ContentId id);

  /**
   * Keeps a copy of a block. One that is there already with other bytes is damaged and replaced.
   *
   * @return how many bytes more are kept now: the length, or 0 when the id was there
   */
  long put(ContentId id, byte[] bytes, int length);

  /**
   * Drops a block if it is there.
   *
   * @return how many bytes fewer are kept now
   */
  long delete(ContentId id);

  /** Every block, in no order; the action may delete the block it is told of. */
  void forEachBlock(Consumer<ContentId> action);

  /** The bytes of all blocks, counted one by one. */
  long countBytes();

  boolean isPinned(ContentId id);

  /** Pins an id; survives a crash, as do all blocks put before. */
  void pin(ContentId id);

  void unpin(ContentId id);

  void forEachPin(Consumer<ContentId> action);

  void close();
}

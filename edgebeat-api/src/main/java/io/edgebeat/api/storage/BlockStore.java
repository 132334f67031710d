package io.edgebeat.api.storage;

import java.util.Optional;

/**
 * SPI: keeps blocks of bytes and pins by content id, and judges neither. A {@link
 * BlockContentStore} makes files of blocks and verifies all that comes out, so any server that
 * keeps bytes under a name can be one.
 *
 * <p>Its methods throw what their work throws. The caller of the content store is told {@code
 * STORAGE_FAILED} naming the block and its {@link #place}, {@code INTERRUPTED} when the thread has
 * been interrupted, and {@code CLOSED} when the store was closed meanwhile; an {@link
 * io.edgebeat.api.error.EdgeBeatException} is passed on as it is.
 */
public interface BlockStore {
  /** The longest block that is read; IPFS nodes exchange no longer ones either. */
  int MAX_BLOCK_BYTES = 2 << 20;

  /**
   * The bytes kept under an id. They need not be verified, only bounded: whoever reads them from
   * elsewhere stops after {@link #MAX_BLOCK_BYTES} + 1, and more than the maximum is refused.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever; an interrupt should end it.
   * Errors: anything, told as the type says. After close: not called; one that runs may end as it
   * likes.
   *
   * @param id the block
   * @return its bytes, which the caller does not change; empty when there are none
   * @throws Exception when it cannot tell
   */
  Optional<byte[]> get(ContentId id) throws Exception;

  /**
   * Whether {@link #get} would find a block here and now, without fetching it.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever; an interrupt should end it.
   * Errors: anything, told as the type says. After close: not called; one that runs may end as it
   * likes.
   *
   * @param id the block
   * @return true when it is here
   * @throws Exception when it cannot tell
   */
  boolean has(ContentId id) throws Exception;

  /**
   * Keeps a block, all of it or nothing. One that is here with other bytes is damaged and replaced.
   *
   * <p>Threads: calls may overlap, with the same block too. Blocking: may block, not for ever; an
   * interrupt should end it. Errors: anything, told as the type says. After close: not called; one
   * that runs may end as it likes.
   *
   * @param id the block, whose hash these bytes have
   * @param block the bytes; not to be changed, and not to be kept without a copy
   * @throws Exception when it is not kept
   */
  void put(ContentId id, byte[] block) throws Exception;

  /**
   * Whether an id is pinned.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever; an interrupt should end it.
   * Errors: anything, told as the type says. After close: not called; one that runs may end as it
   * likes.
   *
   * @param id the first block of a file
   * @return true between a {@link #pin} and the next {@link #unpin}
   * @throws Exception when it cannot tell
   */
  boolean isPinned(ContentId id) throws Exception;

  /**
   * Pins an id. When it returns, the pin survives a crash, and so do all blocks put before.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever; an interrupt should end it.
   * Errors: anything, told as the type says. After close: not called; one that runs may end as it
   * likes.
   *
   * @param id the first block of a file whose blocks are all here
   * @throws Exception when it is not pinned
   */
  void pin(ContentId id) throws Exception;

  /**
   * Forgets a pin; nothing happens when there is none.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever; an interrupt should end it.
   * Errors: anything, told as the type says. After close: not called; one that runs may end as it
   * likes.
   *
   * @param id the first block of a file
   * @throws Exception when it may still be pinned
   */
  void unpin(ContentId id) throws Exception;

  /**
   * Where a block is kept, for whoever looks for a damaged one. Said in messages.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: as before.
   *
   * @param id the block
   * @return such as the name of a file; this block store's own name unless overridden
   */
  default String place(ContentId id) {
    return toString();
  }

  /**
   * Closes what it holds; called once.
   *
   * <p>Threads: other calls may still run. Blocking: briefly. Errors: anything, told as the type
   * says. After close: not called again.
   *
   * @throws Exception when it cannot be closed
   */
  void close() throws Exception;
}

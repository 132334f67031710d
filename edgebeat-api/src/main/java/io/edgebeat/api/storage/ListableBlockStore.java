package io.edgebeat.api.storage;

import java.util.Collection;
import java.util.function.Predicate;

/**
 * SPI: a block store that knows everything it keeps, so that a {@link BoundedContentStore} can make
 * room in it. Nobody else may put blocks where it keeps them: what others put would be dropped.
 */
public interface ListableBlockStore extends BlockStore {

  /**
   * Every pin.
   *
   * <p>Threads: calls may overlap. Blocking: may block, not for ever. Errors: anything, told as
   * {@link BlockStore} says. After close: not called.
   *
   * @return the pinned ids, in no order
   * @throws Exception when they cannot be told
   */
  Collection<ContentId> pins() throws Exception;

  /**
   * Drops blocks, and counts the others.
   *
   * <p>Threads: no other block is read or put meanwhile, except by readers of files that are kept.
   * Blocking: may block. Errors: anything, told as {@link BlockStore} says; some blocks may have
   * been dropped. After close: not called.
   *
   * @param kept says of a block that it stays
   * @return the bytes of all blocks that have stayed
   * @throws Exception when not all could be looked at or dropped
   */
  long sweep(Predicate<ContentId> kept) throws Exception;
}

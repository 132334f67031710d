package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Support for content stores: a content store over blocks that nobody else puts, which drops what
 * is kept for nobody.
 *
 * <p>A file is kept while it is pinned, being read or being put. {@link #collect()} drops
 * everything else; the store does so by itself before it refuses a file for want of room. Pins do
 * not count: one {@code unpin} undoes any number of {@code pin} and {@code put}.
 *
 * <p>Threads: calls may overlap. Every call that looks at or adds blocks holds the shared lock, a
 * {@code put} only for one block at a time, so that a slow source never stops anybody. {@code
 * collect} and {@code close} hold the exclusive lock. Readers hold no lock while they read: their
 * file counts as kept.
 */
public final class BoundedContentStore extends BlockContentStore {
  /** More than the inner nodes that one chunk can complete. */
  private static final int ROOM_FOR_NODES = 64 << 10;

  private static final int STRIPES = 64;

  private final ListableBlockStore all;
  private final Blocks blocks;
  private final long maxBytes;
  private final AtomicLong usedBytes;
  private final ReadWriteLock keeping = new ReentrantReadWriteLock();

  /** A block is counted once, also when two put it at the same time. */
  private final Lock[] stripes = new Lock[STRIPES];

  /** Whether something may have become droppable since the last collection. */
  private volatile boolean garbage = true;

  /**
   * A store over blocks.
   *
   * @param blocks the blocks, nobody else's; closed with the store
   * @param maxBytes the most bytes of all blocks together
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} for a limit below 1, {@code STORAGE_FAILED}
   *     when the blocks cannot be counted; nothing is closed then
   */
  public BoundedContentStore(ListableBlockStore blocks, long maxBytes) {
    this(blocks, maxBytes, FileLayout.STANDARD);
  }

  BoundedContentStore(ListableBlockStore blocks, long maxBytes, FileLayout layout) {
    this(blocks, new Blocks(blocks), maxBytes, layout);
  }

  private BoundedContentStore(
      ListableBlockStore all, Blocks blocks, long maxBytes, FileLayout layout) {
    super(blocks, layout);
    if (maxBytes <= 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a content store cannot have a limit of " + maxBytes + " bytes");
    }
    this.all = all;
    this.blocks = blocks;
    this.maxBytes = maxBytes;
    this.usedBytes = new AtomicLong(blocks.sweep(all, id -> true));
    Arrays.setAll(stripes, i -> new ReentrantLock());
  }

  /**
   * {@inheritDoc}
   *
   * <p>What a call that fails has stored is dropped by the next collection.
   *
   * @throws EdgeBeatException {@code CONTENT_TOO_LARGE} when the file alone exceeds the limit of
   *     this store, {@code STORAGE_FAILED} when there is no room or the bytes cannot be read or
   *     kept, {@code INTERRUPTED}
   */
  @Override
  public ContentId put(ContentSource source, Progress progress) {
    return super.put(source, progress);
  }

  /**
   * Drops every block that belongs to no file which is pinned, being read or being put.
   *
   * @return how many bytes fewer are kept than were known of before
   * @throws EdgeBeatException {@code CONTENT_MISMATCH} when a block of a kept file is damaged, so
   *     that the blocks below it are not known; nothing is dropped then
   */
  public long collect() {
    Lock exclusive = keeping.writeLock();
    exclusive.lock();
    try {
      blocks.ensureOpen();
      garbage = false; // a reader may close meanwhile and say otherwise
      boolean collected = false;
      try {
        FileWalk kept = walk();
        blocks.pins(all).forEach(kept::markPresent);
        forEachInUse(kept::markPresent);
        long left = blocks.sweep(all, kept.seen()::contains);
        collected = true;
        return usedBytes.getAndSet(left) - left;
      } finally {
        if (!collected) {
          garbage = true;
        }
      }
    } finally {
      exclusive.unlock();
    }
  }

  /**
   * How much is kept.
   *
   * @return the bytes of all blocks together
   */
  public long usedBytes() {
    blocks.ensureOpen();
    return usedBytes.get();
  }

  @Override
  public void close() {
    Lock exclusive = keeping.writeLock();
    exclusive.lock();
    try {
      super.close();
    } finally {
      exclusive.unlock();
    }
  }

  @Override
  <T> T undisturbed(Supplier<T> action) {
    Lock shared = keeping.readLock();
    shared.lock();
    try {
      return super.undisturbed(action);
    } finally {
      shared.unlock();
    }
  }

  /** Collects when that may be what lets the next block fit. */
  @Override
  void makeRoom(int chunkBytes) {
    if (garbage && maxBytes - usedBytes.get() < (long) chunkBytes + ROOM_FOR_NODES) {
      collect();
    }
  }

  @Override
  void keep(ContentId id, byte[] block, long fileBytes) {
    Lock stripe = stripes[Math.floorMod(id.hashCode(), STRIPES)];
    stripe.lock();
    try {
      long more = blocks.has(id) ? 0 : block.length;
      long used = usedBytes.addAndGet(more);
      boolean kept = false;
      try {
        if (more > 0 && used > maxBytes) {
          throw full(block.length, used - more, fileBytes);
        }
        super.keep(id, block, fileBytes);
        kept = true;
      } finally {
        if (!kept) {
          usedBytes.addAndGet(-more);
        }
      }
    } finally {
      stripe.unlock();
    }
  }

  @Override
  void released() {
    garbage = true;
  }

  private EdgeBeatException full(int length, long used, long neededBytes) {
    if (neededBytes > maxBytes) {
      return ContentFaults.tooLarge("the file with its nodes, up to here,", neededBytes, maxBytes);
    }
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "the content store is full: "
            + used
            + " of at most "
            + maxBytes
            + " bytes belong to files that are kept and "
            + length
            + " more do not fit; unpin files or raise the limit",
        null);
  }
}

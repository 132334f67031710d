package io.edgebeat.core.embedded.content;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The content store that needs nothing installed: in memory or in a directory.
 *
 * <p>A file is kept while it is pinned, being read or being put. {@link #collect()} drops
 * everything else; a store with a limit does so by itself before it refuses a file for want of
 * room. Pins do not count: one {@code unpin} undoes any number of {@code pin} and {@code put}.
 *
 * <p>Locking: every call that looks at or adds blocks holds the shared lock, a {@code put} only for
 * one block at a time, so that a slow source never stops anybody. {@code collect} and {@code close}
 * hold the exclusive lock. Readers hold no lock while they read: their file counts as kept.
 */
public final class EmbeddedContentStore implements ContentStore {
  /** More than the inner nodes that one chunk can complete. */
  private static final int ROOM_FOR_NODES = 64 << 10;

  private final BlockStore store;
  private final FileLayout layout;
  private final long maxBytes;
  private final AtomicLong usedBytes;

  private final ReadWriteLock keeping = new ReentrantReadWriteLock();
  private final Map<ContentId, Integer> readers = new ConcurrentHashMap<>();
  private final Map<Long, FileBuilder> builders = new ConcurrentHashMap<>();
  private final AtomicLong puts = new AtomicLong();

  /** Whether something may have become droppable since the last collection. */
  private volatile boolean garbage = true;

  private volatile boolean closed;

  EmbeddedContentStore(BlockStore store, FileLayout layout, long maxBytes) {
    this.store = store;
    this.layout = layout;
    this.maxBytes = maxBytes;
    this.usedBytes = new AtomicLong(store.countBytes());
  }

  /**
   * A store on the heap without a limit.
   *
   * @return the store
   */
  public static EmbeddedContentStore inMemory() {
    return inMemory(Long.MAX_VALUE);
  }

  /**
   * A store on the heap.
   *
   * @param maxBytes the most bytes of all blocks together
   * @return the store
   */
  public static EmbeddedContentStore inMemory(long maxBytes) {
    checkLimit(maxBytes);
    return new EmbeddedContentStore(new MemoryBlockStore(), FileLayout.STANDARD, maxBytes);
  }

  /**
   * The store of a directory, without a limit.
   *
   * @param directory where it is; created when it is not there
   * @return the store
   * @throws EdgeBeatException as {@link #onDisk(Path, long)}
   */
  public static EmbeddedContentStore onDisk(Path directory) {
    return onDisk(directory, Long.MAX_VALUE);
  }

  /**
   * The store of a directory.
   *
   * @param directory where it is; created when it is not there
   * @param maxBytes the most bytes of all blocks together
   * @return the store
   * @throws EdgeBeatException {@code LOCKED} when another store has it open, {@code
   *     UNKNOWN_VERSION} when something else is there, {@code STORAGE_FAILED} naming the file
   */
  public static EmbeddedContentStore onDisk(Path directory, long maxBytes) {
    checkLimit(maxBytes);
    BlockStore disk = DiskBlockStore.open(directory);
    boolean opened = false;
    try {
      EmbeddedContentStore store = new EmbeddedContentStore(disk, FileLayout.STANDARD, maxBytes);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        disk.close();
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>When the call fails, what it has stored is dropped by the next collection.
   *
   * @throws EdgeBeatException {@code CONTENT_TOO_LARGE} when the file alone exceeds the limit of
   *     this store, {@code STORAGE_FAILED} when there is no room or the bytes cannot be read or
   *     kept, {@code INTERRUPTED}
   */
  @Override
  public ContentId put(ContentSource source, Progress progress) {
    ensureOpen();
    Import put = new Import(progress);
    long number = puts.incrementAndGet();
    builders.put(number, put.builder);
    boolean stored = false;
    try {
      try (InputStream in = source.open()) {
        put.readAll(in);
      } catch (IOException e) {
        throw ContentFaults.io("reading the content to be stored", e);
      }
      makeRoom(0);
      ContentId id =
          shared(
              () -> {
                ContentId root = put.builder.finish();
                store.pin(root);
                return root;
              });
      stored = true;
      progress.advanced(put.doneBytes, put.doneBytes);
      return id;
    } finally {
      builders.remove(number);
      if (!stored) {
        garbage = true;
      }
    }
  }

  @Override
  public ContentReader open(ContentId id) {
    VerifiedBlocks blocks = verifiedBlocks();
    return shared(
        () -> {
          FileNode root = blocks.root(id);
          readers.merge(id, 1, Integer::sum);
          return new FileReader(blocks, id, root, () -> release(id));
        });
  }

  /**
   * {@inheritDoc}
   *
   * @throws EdgeBeatException {@code CONTENT_MISMATCH} naming the block when one that links to
   *     others is damaged; leaves are looked for and not read
   */
  @Override
  public boolean has(ContentId id) {
    return shared(() -> walk().firstMissing(id) == null);
  }

  @Override
  public void pin(ContentId id) {
    shared(
        () -> {
          requireWhole(walk(), id);
          store.pin(id);
          return id;
        });
  }

  @Override
  public void unpin(ContentId id) {
    shared(
        () -> {
          store.unpin(id);
          garbage = true;
          return id;
        });
  }

  @Override
  public ContentStat stat(ContentId id) {
    return shared(
        () -> {
          FileNode root = verifiedBlocks().root(id);
          FileWalk walk = walk();
          requireWhole(walk, id);
          return new ContentStat(id, root.sizeBytes(), walk.seen().size(), store.isPinned(id));
        });
  }

  /**
   * Drops every block that belongs to no file which is pinned, being read or being put.
   *
   * @return how many bytes were dropped
   * @throws EdgeBeatException {@code CONTENT_MISMATCH} when a block of a kept file is damaged, so
   *     that the blocks below it are not known; nothing is dropped then
   */
  public long collect() {
    Lock exclusive = keeping.writeLock();
    exclusive.lock();
    try {
      ensureOpen();
      garbage = false;
      boolean collected = false;
      try {
        FileWalk kept = walk();
        store.forEachPin(kept::markPresent);
        readers.keySet().forEach(kept::markPresent);
        builders.values().forEach(builder -> builder.forEachPending(kept::markPresent));
        long before = usedBytes.get();
        store.forEachBlock(
            id -> {
              if (!kept.seen().contains(id)) {
                usedBytes.addAndGet(-store.delete(id));
              }
            });
        long dropped = before - usedBytes.get();
        usedBytes.set(store.countBytes()); // damage and repair may have changed sizes unseen
        collected = true;
        return dropped;
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
    ensureOpen();
    return usedBytes.get();
  }

  @Override
  public void close() {
    Lock exclusive = keeping.writeLock();
    exclusive.lock();
    try {
      if (!closed) {
        closed = true;
        store.close();
      }
    } finally {
      exclusive.unlock();
    }
  }

  private static void checkLimit(long maxBytes) {
    if (maxBytes <= 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a content store cannot have a limit of " + maxBytes + " bytes");
    }
  }

  private <T> T shared(Supplier<T> action) {
    Lock lock = keeping.readLock();
    lock.lock();
    try {
      ensureOpen();
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw ContentFaults.closed();
    }
  }

  private VerifiedBlocks verifiedBlocks() {
    return new VerifiedBlocks(store, this::ensureOpen);
  }

  private FileWalk walk() {
    return new FileWalk(store, verifiedBlocks());
  }

  private static void requireWhole(FileWalk walk, ContentId id) {
    ContentId missing = walk.firstMissing(id);
    if (missing != null) {
      throw ContentFaults.notFound(missing);
    }
  }

  private void release(ContentId id) {
    readers.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
    garbage = true;
  }

  /** Collects when that may be what lets the next block fit. Called without a lock. */
  private void makeRoom(int chunkBytes) {
    if (garbage && maxBytes - usedBytes.get() < (long) chunkBytes + ROOM_FOR_NODES) {
      collect();
    }
  }

  private void keep(ContentId id, byte[] bytes, int length, long neededBytes) {
    long reserved = store.has(id) ? 0 : length;
    long used = usedBytes.addAndGet(reserved);
    long added = 0;
    try {
      if (reserved > 0 && used > maxBytes) {
        throw full(length, used - reserved, neededBytes);
      }
      added = store.put(id, bytes, length);
    } finally {
      usedBytes.addAndGet(added - reserved);
    }
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

  /** One call of {@code put} while it reads. */
  private final class Import {
    final FileBuilder builder = new FileBuilder(layout, this::keepBlock);
    private final Progress progress;
    long doneBytes;
    private long blockBytes;

    Import(Progress progress) {
      this.progress = progress;
    }

    void readAll(InputStream in) throws IOException {
      byte[] buffer = new byte[layout.chunkBytes()];
      for (int count = buffer.length; count == buffer.length; ) {
        count = fill(buffer, in);
        if (Thread.currentThread().isInterrupted()) {
          throw ContentFaults.interrupted("storing content");
        }
        if (count > 0) {
          keepChunk(buffer, count);
          progress.advanced(doneBytes, -1);
        }
      }
    }

    /** Not readNBytes: a stream that overrides it carelessly would make a truncated file. */
    private static int fill(byte[] buffer, InputStream in) throws IOException {
      int filled = 0;
      while (filled < buffer.length) {
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
          break;
        }
        filled += count;
      }
      return filled;
    }

    private void keepChunk(byte[] buffer, int count) {
      makeRoom(count);
      doneBytes += count;
      shared(
          () -> {
            builder.chunk(buffer, count);
            return builder;
          });
    }

    private void keepBlock(ContentId id, byte[] bytes, int length) {
      blockBytes += length;
      keep(id, bytes, length, blockBytes);
    }
  }
}

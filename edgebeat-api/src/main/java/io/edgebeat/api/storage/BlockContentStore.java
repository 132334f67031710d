package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Support for content stores: a content store over blocks, which are all that its backend keeps. It
 * cuts files into blocks and links them as {@code ipfs add --cid-version=1} does, verifies every
 * block before a byte of it is handed out, and has no more than one leaf of a file in memory.
 *
 * <p>Nothing is dropped here, also after {@link #unpin}: that is left to whoever owns the blocks,
 * such as the collector of an IPFS node, or to a {@link BoundedContentStore}.
 *
 * <p>Threads: calls may overlap.
 */
public sealed class BlockContentStore implements ContentStore permits BoundedContentStore {
  private final Blocks blocks;
  private final FileLayout layout;
  private final Map<ContentId, Integer> readers = new ConcurrentHashMap<>();
  private final Map<Long, FileBuilder> builders = new ConcurrentHashMap<>();
  private final AtomicLong puts = new AtomicLong();

  /**
   * A store over blocks.
   *
   * @param blocks the blocks; closed with the store
   */
  public BlockContentStore(BlockStore blocks) {
    this(new Blocks(blocks), FileLayout.STANDARD);
  }

  BlockContentStore(Blocks blocks, FileLayout layout) {
    this.blocks = blocks;
    this.layout = layout;
  }

  /**
   * {@inheritDoc}
   *
   * <p>What a call that fails has stored belongs to no file.
   */
  @Override
  public ContentId put(ContentSource source, Progress progress) {
    blocks.ensureOpen();
    Import put = new Import(progress);
    long number = puts.incrementAndGet();
    builders.put(number, put.builder);
    boolean stored = false;
    try {
      try (InputStream in = source.open()) {
        put.readAll(in);
      } catch (IOException e) {
        throw ContentFaults.of("reading the content to be stored", e);
      }
      makeRoom(0);
      ContentId id =
          undisturbed(
              () -> {
                ContentId root = put.builder.finish();
                blocks.pin(root);
                return root;
              });
      stored = true;
      progress.advanced(put.doneBytes, put.doneBytes);
      return id;
    } finally {
      builders.remove(number);
      if (!stored) {
        released();
      }
    }
  }

  @Override
  public ContentReader open(ContentId id) {
    VerifiedBlocks verified = new VerifiedBlocks(blocks);
    return undisturbed(
        () -> {
          FileNode root = verified.root(id);
          readers.merge(id, 1, Integer::sum);
          return new FileReader(verified, id, root, () -> release(id));
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
    return undisturbed(() -> walk().firstMissing(id) == null);
  }

  @Override
  public void pin(ContentId id) {
    undisturbed(
        () -> {
          requireWhole(walk(), id);
          blocks.pin(id);
          return id;
        });
  }

  @Override
  public void unpin(ContentId id) {
    undisturbed(
        () -> {
          blocks.unpin(id);
          released();
          return id;
        });
  }

  @Override
  public ContentStat stat(ContentId id) {
    return undisturbed(
        () -> {
          FileNode root = new VerifiedBlocks(blocks).root(id);
          FileWalk walk = walk();
          requireWhole(walk, id);
          return new ContentStat(id, root.sizeBytes(), walk.seen().size(), blocks.isPinned(id));
        });
  }

  @Override
  public void close() {
    blocks.close();
  }

  /** Does what needs blocks that are here to stay here meanwhile. */
  <T> T undisturbed(Supplier<T> action) {
    blocks.ensureOpen();
    return action.get();
  }

  /** Before a chunk is kept, while nothing is done undisturbed. */
  void makeRoom(int chunkBytes) {}

  /** Keeps a block of a file whose blocks so far, with this one, have {@code fileBytes}. */
  void keep(ContentId id, byte[] block, long fileBytes) {
    blocks.put(id, block);
  }

  /** Something may be kept for nobody from now on. */
  void released() {}

  /** The first blocks of all files that are being read or put. */
  final void forEachInUse(Consumer<ContentId> action) {
    readers.keySet().forEach(action);
    builders.values().forEach(builder -> builder.forEachPending(action));
  }

  final FileWalk walk() {
    return new FileWalk(blocks);
  }

  private static void requireWhole(FileWalk walk, ContentId id) {
    ContentId missing = walk.firstMissing(id);
    if (missing != null) {
      throw ContentFaults.notFound(missing);
    }
  }

  private void release(ContentId id) {
    readers.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
    released();
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
          throw ContentFaults.interrupted("storing content", null);
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
      undisturbed(
          () -> {
            builder.chunk(buffer, count);
            return builder;
          });
    }

    private void keepBlock(ContentId id, byte[] block) {
      blockBytes += block.length;
      keep(id, block, blockBytes);
    }
  }
}

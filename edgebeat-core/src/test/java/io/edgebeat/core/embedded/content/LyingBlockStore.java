package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Returns wrong bytes after a number of honest reads: once, or from then on. */
public final class LyingBlockStore implements BlockStore {
  final MemoryBlockStore honest = new MemoryBlockStore();
  int honestReads = Integer.MAX_VALUE;
  @Nullable ContentId lied;
  private boolean always;

  /** A content store none of whose blocks is what its id says; all that verifies them is real. */
  public static ContentStore always() {
    LyingBlockStore liar = new LyingBlockStore();
    liar.always = true;
    return new EmbeddedContentStore(liar, FileLayout.STANDARD, Long.MAX_VALUE);
  }

  static byte[] flipped(byte[] block, int bit) {
    byte[] damaged = block.clone();
    damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
    return damaged;
  }

  @Override
  public byte @Nullable [] get(ContentId id) {
    byte[] block = honest.get(id);
    if (block == null || (!always && honestReads-- != 0)) {
      return block;
    }
    lied = id;
    return flipped(block, 7);
  }

  @Override
  public boolean has(ContentId id) {
    return honest.has(id);
  }

  @Override
  public String place(ContentId id) {
    return honest.place(id);
  }

  @Override
  public long put(ContentId id, byte[] bytes, int length) {
    return honest.put(id, bytes, length);
  }

  @Override
  public long delete(ContentId id) {
    return honest.delete(id);
  }

  @Override
  public void forEachBlock(Consumer<ContentId> action) {
    honest.forEachBlock(action);
  }

  @Override
  public long countBytes() {
    return honest.countBytes();
  }

  @Override
  public boolean isPinned(ContentId id) {
    return honest.isPinned(id);
  }

  @Override
  public void pin(ContentId id) {
    honest.pin(id);
  }

  @Override
  public void unpin(ContentId id) {
    honest.unpin(id);
  }

  @Override
  public void forEachPin(Consumer<ContentId> action) {
    honest.forEachPin(action);
  }

  @Override
  public void close() {
    honest.close();
  }
}

package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.BlockStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import java.util.Optional;

/** Gives other bytes than it was given. */
public final class LyingBlockStore implements BlockStore {
  private final MemoryBlockStore honest = new MemoryBlockStore();

  /** A content store none of whose blocks is what its id says; all that verifies them is real. */
  public static ContentStore always() {
    return new BlockContentStore(new LyingBlockStore());
  }

  @Override
  public Optional<byte[]> get(ContentId id) {
    return honest
        .get(id)
        .map(
            block -> {
              byte[] other = block.clone();
              other[0] ^= (byte) 128;
              return other;
            });
  }

  @Override
  public boolean has(ContentId id) {
    return honest.has(id);
  }

  @Override
  public void put(ContentId id, byte[] block) {
    honest.put(id, block);
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
  public void close() {
    honest.close();
  }
}

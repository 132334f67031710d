package io.edgebeat;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.core.embedded.content.LyingBlockStore;

/** A content store that gets other bytes for one id; it verifies them as it verifies all. */
final class Rotten implements ContentStore {
  private final ContentStore sound;
  private final ContentStore rotten;
  private final ContentId which;

  Rotten(ContentStore sound, byte[] bytes) {
    this(sound, LyingBlockStore.always(), bytes);
  }

  /** Puts the bytes into the rotten one, and takes them from there only; closes that. */
  Rotten(ContentStore sound, ContentStore rotten, byte[] bytes) {
    this.sound = sound;
    this.rotten = rotten;
    this.which = rotten.put(ContentSource.of(bytes), Progress.NONE);
  }

  @Override
  public ContentId put(ContentSource source, Progress progress) {
    return sound.put(source, progress);
  }

  @Override
  public ContentReader open(ContentId id) {
    return id.equals(which) ? rotten.open(id) : sound.open(id);
  }

  @Override
  public boolean has(ContentId id) {
    return id.equals(which) || sound.has(id);
  }

  @Override
  public void pin(ContentId id) {
    sound.pin(id);
  }

  @Override
  public void unpin(ContentId id) {
    sound.unpin(id);
  }

  @Override
  public ContentStat stat(ContentId id) {
    return sound.stat(id);
  }

  @Override
  public void close() {
    rotten.close();
  }
}

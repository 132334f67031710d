package io.edgebeat.testkit.fault;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A content store that does not keep, does not find, or hands out a changed byte, when it was told
 * to. Handing one out breaks the contract: it shows whether a reader trusts its store.
 */
public final class FaultyContentStore implements ContentStore {
  private static final String FULL = "put refused";
  private static final String MISSING = "content not found";
  private static final String ROTTEN = "one byte changed";

  private final ContentStore store;
  private final Faults faults;
  private final Set<ContentId> lost = ConcurrentHashMap.newKeySet();

  /**
   * Wraps a sound store.
   *
   * @param store the sound one
   * @param seed what likelihoods and changed bytes are drawn from
   */
  public FaultyContentStore(ContentStore store, long seed) {
    this.store = Objects.requireNonNull(store, "store");
    this.faults = new Faults(seed);
  }

  /**
   * The nth put, from 1, ends with {@code STORAGE_FAILED}.
   *
   * @param nth which
   * @return this
   */
  public FaultyContentStore putFails(long nth) {
    faults.at(FULL, nth);
    return this;
  }

  /**
   * The nth opening, from 1, ends with {@code CONTENT_NOT_FOUND}.
   *
   * @param nth which
   * @return this
   */
  public FaultyContentStore openFails(long nth) {
    faults.at(MISSING, nth);
    return this;
  }

  /**
   * Every opening of a content ends with {@code CONTENT_NOT_FOUND}.
   *
   * @param id which
   * @return this
   */
  public FaultyContentStore loses(ContentId id) {
    lost.add(id);
    return this;
  }

  /**
   * The nth opening, from 1, gives a file with one byte changed.
   *
   * @param nth which
   * @return this
   */
  public FaultyContentStore openCorrupted(long nth) {
    faults.at(ROTTEN, nth);
    return this;
  }

  /**
   * What went wrong so far.
   *
   * @return one line for each fault, in order
   */
  public List<String> happened() {
    return faults.happened();
  }

  @Override
  public ContentId put(ContentSource source, Progress progress) {
    if (faults.strike(FULL)) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          FULL + ", as the test wants it",
          null);
    }
    return store.put(source, progress);
  }

  @Override
  public ContentReader open(ContentId id) {
    if (lost.contains(id) || faults.strike(MISSING)) {
      throw new EdgeBeatException(
          ErrorCode.CONTENT_NOT_FOUND, MISSING + ", as the test wants it: " + id);
    }
    ContentReader sound = store.open(id);
    if (!faults.strike(ROTTEN)) {
      return sound;
    }
    try (sound) {
      byte[] bytes = sound.readAll(Long.MAX_VALUE);
      if (bytes.length > 0) {
        bytes[faults.draw(bytes.length)] ^= (byte) (1 << faults.draw(8));
      }
      return new InMemory(bytes);
    }
  }

  @Override
  public boolean has(ContentId id) {
    return store.has(id);
  }

  @Override
  public void pin(ContentId id) {
    store.pin(id);
  }

  @Override
  public void unpin(ContentId id) {
    store.unpin(id);
  }

  @Override
  public ContentStat stat(ContentId id) {
    return store.stat(id);
  }

  @Override
  public void close() {
    store.close();
  }

  /** Hands out whatever it was given. */
  private static final class InMemory implements ContentReader {
    private final byte[] bytes;
    private final InputStream stream;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
      this.stream = new ByteArrayInputStream(bytes);
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public InputStream stream() {
      return stream;
    }

    @Override
    public byte[] readAll(long limitBytes) {
      if (bytes.length > limitBytes) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_TOO_LARGE,
            "the file has " + bytes.length + " bytes; the limit is " + limitBytes);
      }
      return bytes.clone();
    }

    @Override
    public void close() {}
  }
}

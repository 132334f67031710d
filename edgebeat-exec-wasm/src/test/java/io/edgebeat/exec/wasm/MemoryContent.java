package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A content store in memory, for tests. Its ids are those of single blocks, also for content that
 * is larger than a block.
 */
final class MemoryContent implements ContentStore {
  private final Map<ContentId, byte[]> files = new ConcurrentHashMap<>();

  ContentId put(byte[] bytes) {
    ContentId id = ContentId.ofRaw(bytes);
    files.put(id, bytes.clone());
    return id;
  }

  /** Puts bytes under an id that is not theirs. */
  void forge(ContentId id, byte[] bytes) {
    files.put(id, bytes.clone());
  }

  /** Forgets bytes. */
  void drop(ContentId id) {
    files.remove(id);
  }

  byte[] get(ContentId id) {
    byte[] bytes = files.get(id);
    if (bytes == null) {
      throw new EdgeBeatException(ErrorCode.CONTENT_NOT_FOUND, "no content " + id);
    }
    return bytes;
  }

  @Override
  public ContentId put(ContentSource source, Progress progress) {
    try (InputStream stream = source.open()) {
      return put(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ContentReader open(ContentId id) {
    byte[] bytes = get(id);
    if (!ContentId.sha256(bytes).equals(id.hash())) {
      throw new EdgeBeatException(ErrorCode.CONTENT_MISMATCH, "block " + id + " does not match");
    }
    InputStream stream = new ByteArrayInputStream(bytes);
    return new ContentReader() {
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
              ErrorCode.CONTENT_TOO_LARGE, bytes.length + " bytes; the limit is " + limitBytes);
        }
        return bytes.clone();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean has(ContentId id) {
    return files.containsKey(id);
  }

  @Override
  public void pin(ContentId id) {}

  @Override
  public void unpin(ContentId id) {}

  @Override
  public ContentStat stat(ContentId id) {
    return new ContentStat(id, get(id).length, 1, true);
  }

  @Override
  public void close() {}
}

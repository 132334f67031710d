package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The content store of the parent. */
final class RemoteContent implements ContentStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Line line;

  RemoteContent(Line line) {
    this.line = line;
  }

  private <A extends Word.Answer> A ask(Class<A> kind, Word.Question question) {
    return line.ask(kind, question, PATIENCE);
  }

  @Override
  public ContentId put(ContentSource source, Progress progress) {
    try (InputStream in = source.open()) {
      Blob bytes = Blob.of(in.readAllBytes());
      return ask(Word.Answer.ContentIs.class, new Word.Question.Put(bytes)).id();
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED, RetryAdvice.SAME_CALL, "the source cannot be read", e);
    }
  }

  @Override
  public ContentReader open(ContentId id) {
    byte[] bytes = ask(Word.Answer.BytesAre.class, new Word.Question.Get(id)).bytes().toBytes();
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
        return bytes.clone();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean has(ContentId id) {
    try {
      var unused = stat(id);
      return true;
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.CONTENT_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void pin(ContentId id) {
    // The parent keeps everything.
  }

  @Override
  public void unpin(ContentId id) {
    // The parent keeps everything.
  }

  @Override
  public ContentStat stat(ContentId id) {
    return ask(Word.Answer.StatIs.class, new Word.Question.Stat(id)).stat();
  }

  @Override
  public void close() {
    // The line belongs to the JVM.
  }
}

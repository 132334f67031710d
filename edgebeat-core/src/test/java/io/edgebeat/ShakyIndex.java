package io.edgebeat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.testkit.MemoryIndex;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** An index whose database comes and goes, and that may dislike a row. */
final class ShakyIndex implements StateIndex {
  private final StateIndex sound = new MemoryIndex();
  private volatile boolean gone;
  private volatile Predicate<IndexEntry> disliked = row -> false;
  private final AtomicInteger rebuilds = new AtomicInteger();

  /** From now on every call fails, or none does. */
  void gone(boolean now) {
    gone = now;
  }

  void dislikes(Predicate<IndexEntry> rows) {
    disliked = rows;
  }

  int rebuilds() {
    return rebuilds.get();
  }

  private StateIndex reach() {
    if (gone) {
      throw new EdgeBeatException(ErrorCode.STORAGE_FAILED, "its database is gone");
    }
    return sound;
  }

  private IndexBatch liked(IndexBatch batch) {
    batch.entries().stream()
        .filter(disliked)
        .findFirst()
        .ifPresent(
            row -> {
              throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "disliked: " + row);
            });
    return batch;
  }

  @Override
  public void apply(IndexBatch batch, IndexCursor cursor) {
    reach().apply(liked(batch), cursor);
  }

  @Override
  public Rebuild rebuild() {
    var unused = rebuilds.incrementAndGet();
    Rebuild drawing = reach().rebuild();
    return new Rebuild() {
      @Override
      public void add(IndexBatch batch) {
        reach();
        drawing.add(liked(batch));
      }

      @Override
      public void finish(IndexCursor cursor) {
        reach();
        drawing.finish(cursor);
      }

      @Override
      public void close() {
        reach();
        drawing.close();
      }
    };
  }

  @Override
  public Optional<IndexCursor> cursor() {
    return reach().cursor();
  }

  @Override
  public Optional<IndexEntry.OfAgreement> agreement(AgreementId id) {
    return reach().agreement(id);
  }

  @Override
  public Page<IndexEntry.OfAgreement> agreements(PageKey from) {
    return reach().agreements(from);
  }

  @Override
  public Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from) {
    return reach().payments(id, from);
  }

  @Override
  public Optional<IndexEntry.OfInvoice> invoice(AgreementId id) {
    return reach().invoice(id);
  }

  @Override
  public Page<IndexEntry.OfInvoice> invoices(PageKey from) {
    return reach().invoices(from);
  }

  @Override
  public Page<IndexEntry.OfListing> listings(PageKey from) {
    return reach().listings(from);
  }

  @Override
  public void close() {
    sound.close();
  }
}

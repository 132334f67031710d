package io.edgebeat.testkit;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.task.Invoice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A state index in memory, for tests and simulated markets: every query sorts all rows. What it
 * holds is gone with it.
 */
public final class MemoryIndex implements StateIndex {
  private record PaymentKey(AgreementId id, long sequence) implements Comparable<PaymentKey> {
    @Override
    public int compareTo(PaymentKey other) {
      int byId = id.compareTo(other.id);
      return byId != 0 ? byId : Long.compare(sequence, other.sequence);
    }
  }

  private static final class Picture {
    final TreeMap<AgreementId, IndexEntry.OfAgreement> agreements = new TreeMap<>();
    final TreeMap<PaymentKey, IndexEntry.OfPayment> payments = new TreeMap<>();
    final TreeMap<AgreementId, IndexEntry.OfInvoice> invoices = new TreeMap<>();
    final TreeMap<ListingId, IndexEntry.OfListing> listings = new TreeMap<>();
    Optional<IndexCursor> cursor = Optional.empty();

    void put(IndexBatch batch) {
      batch.entries().forEach(MemoryIndex::check);
      batch.entries().forEach(this::put);
    }

    private void put(IndexEntry entry) {
      switch (entry) {
        case IndexEntry.OfAgreement e -> agreements.put(e.id(), e);
        case IndexEntry.OfPayment e -> payments.put(new PaymentKey(e.id(), e.sequence()), e);
        case IndexEntry.OfInvoice e -> invoices.put(e.invoice().agreementId(), e);
        case IndexEntry.NoInvoice e -> invoices.remove(e.id());
        case IndexEntry.OfListing e -> listings.put(e.listing().id(), e);
        case IndexEntry.NoListing e -> listings.remove(e.id());
      }
    }
  }

  private Picture shown = new Picture();
  private @Nullable Drawing drawing;
  private boolean closed;

  /** An empty index. */
  public MemoryIndex() {}

  @Override
  public synchronized void apply(IndexBatch batch, IndexCursor cursor) {
    requireOpen();
    shown.put(batch);
    shown.cursor = Optional.of(cursor);
  }

  @Override
  public synchronized Rebuild rebuild() {
    requireOpen();
    drawing = new Drawing();
    return drawing;
  }

  private final class Drawing implements Rebuild {
    private final Picture picture = new Picture();

    @Override
    public void add(IndexBatch batch) {
      synchronized (MemoryIndex.this) {
        requireDrawing(this);
        picture.put(batch);
      }
    }

    @Override
    public void finish(IndexCursor cursor) {
      synchronized (MemoryIndex.this) {
        requireDrawing(this);
        picture.cursor = Optional.of(cursor);
        shown = picture;
        drawing = null;
      }
    }

    @Override
    public void close() {
      synchronized (MemoryIndex.this) {
        if (drawing == this) {
          drawing = null;
        }
      }
    }
  }

  private void requireDrawing(Drawing by) {
    requireOpen();
    if (drawing != by) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE, "this rebuild was finished or given up; begin another one");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the index is closed");
    }
  }

  private static void check(IndexEntry entry) {
    Stream<Amount> amounts =
        switch (entry) {
          case IndexEntry.OfAgreement e -> Stream.of(e.deposit(), e.paid());
          case IndexEntry.OfPayment e -> Stream.of(e.value());
          case IndexEntry.OfInvoice e -> amounts(e.invoice());
          case IndexEntry.OfListing e ->
              Stream.of(e.listing().price().perTick(), e.listing().price().setup());
          case IndexEntry.NoInvoice e -> Stream.of();
          case IndexEntry.NoListing e -> Stream.of();
        };
    if (amounts.map(Amount::asset).distinct().count() > 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a row counts one asset, found several in " + entry);
    }
  }

  private static Stream<Amount> amounts(Invoice i) {
    return Stream.of(
        i.deposit(),
        i.topUps(),
        i.feeEscrowed(),
        i.setup(),
        i.tickAmount(),
        i.paid(),
        i.fee(),
        i.refunded());
  }

  // ---------------------------------------------------------------- queries

  @Override
  public synchronized Optional<IndexCursor> cursor() {
    requireOpen();
    return shown.cursor;
  }

  @Override
  public synchronized Optional<IndexEntry.OfAgreement> agreement(AgreementId id) {
    requireOpen();
    return Optional.ofNullable(shown.agreements.get(id));
  }

  @Override
  public synchronized Optional<IndexEntry.OfInvoice> invoice(AgreementId id) {
    requireOpen();
    return Optional.ofNullable(shown.invoices.get(id));
  }

  @Override
  public synchronized Page<IndexEntry.OfAgreement> agreements(PageKey from) {
    return page(
        "agreements",
        shown.agreements.values().stream(),
        e -> sortable(e.changedAt()) + e.id(),
        Comparator.reverseOrder(),
        from);
  }

  @Override
  public synchronized Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from) {
    return page(
        "payments",
        shown.payments.values().stream().filter(e -> e.id().equals(id)),
        e -> String.format("%019d", e.sequence()),
        Comparator.naturalOrder(),
        from);
  }

  @Override
  public synchronized Page<IndexEntry.OfInvoice> invoices(PageKey from) {
    return page(
        "invoices",
        shown.invoices.values().stream(),
        e -> sortable(e.at()) + e.invoice().agreementId(),
        Comparator.reverseOrder(),
        from);
  }

  @Override
  public synchronized Page<IndexEntry.OfListing> listings(PageKey from) {
    return page(
        "listings",
        shown.listings.values().stream(),
        e -> e.listing().id().toString(),
        Comparator.naturalOrder(),
        from);
  }

  /** Equally long for every instant, and in their order. */
  private static String sortable(Instant at) {
    return String.format(
        "%020d%09d", at.getEpochSecond() - Instant.MIN.getEpochSecond(), at.getNano());
  }

  private <E> Page<E> page(
      String kind,
      Stream<E> rows,
      Function<E, String> key,
      Comparator<String> order,
      PageKey from) {
    requireOpen();
    String position = new String(from.position().toBytes(), StandardCharsets.UTF_8);
    if (from.limit() < 1 || !(position.isEmpty() || position.startsWith(kind + ":"))) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a page of " + kind + " has at least 1 row and a key of its own, found " + from);
    }
    String after = position.isEmpty() ? "" : position.substring(kind.length() + 1);
    List<E> left =
        rows.filter(e -> after.isEmpty() || order.compare(key.apply(e), after) > 0)
            .sorted(Comparator.comparing(key, order))
            .toList();
    if (left.size() <= from.limit()) {
      return new Page<>(left, Optional.empty());
    }
    List<E> items = left.subList(0, from.limit());
    byte[] next = (kind + ":" + key.apply(items.getLast())).getBytes(StandardCharsets.UTF_8);
    return new Page<>(items, Optional.of(new PageKey(Blob.of(next), from.limit())));
  }

  @Override
  public synchronized void close() {
    closed = true;
    drawing = null;
  }
}

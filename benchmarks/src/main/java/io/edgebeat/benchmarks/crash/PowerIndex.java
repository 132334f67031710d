package io.edgebeat.benchmarks.crash;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.testkit.MemoryIndex;
import io.edgebeat.testkit.Pictures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The picture of one node, which outlives its processes. With the power it may lose what was
 * written in the last half second, rows and cursor together, as an embedded database does.
 */
final class PowerIndex {
  private static final Duration UNSYNCED = Duration.ofMillis(500);

  /** Rows and cursor; of a new picture, when it takes the place of the one before. */
  private record Written(Instant at, boolean anew, List<IndexBatch> rows, IndexCursor cursor) {}

  private final Supplier<Instant> clock;
  private final SplittableRandom chance;
  private final Consumer<String> violation;
  private final List<Written> written = new ArrayList<>();
  private StateIndex shown = new MemoryIndex();
  private boolean mayBeDrawnAnew;

  PowerIndex(Supplier<Instant> clock, SplittableRandom chance, Consumer<String> violation) {
    this.clock = clock;
    this.chance = chance;
    this.violation = violation;
  }

  /** For a process that begins. */
  StateIndex open() {
    StateIndex opened = new MemoryIndex();
    for (Written each : written) {
      if (each.anew) {
        try (StateIndex.Rebuild drawing = opened.rebuild()) {
          each.rows.forEach(drawing::add);
          drawing.finish(each.cursor);
        }
      } else {
        each.rows.forEach(batch -> opened.apply(batch, each.cursor));
      }
    }
    shown = opened;
    mayBeDrawnAnew = written.isEmpty();
    return new Opened(opened);
  }

  /** Its node asks for a new picture. */
  void mayBeDrawnAnew() {
    mayBeDrawnAnew = true;
  }

  /** The node has lost its power; what its journal keeps says nothing about what this one does. */
  void crash() {
    Instant synced = clock.get().minus(UNSYNCED);
    int last = (int) written.stream().filter(each -> each.at.isAfter(synced)).count();
    int lost = chance.nextBoolean() ? 0 : chance.nextInt(last + 1);
    written.subList(written.size() - lost, written.size()).clear();
  }

  /** Nothing is left of it. */
  void erase() {
    written.clear();
  }

  List<IndexEntry> rows() {
    return Pictures.of(shown);
  }

  /** Nothing is shown that its node does not know, as it comes back. */
  void compare(List<AgreementSide> sides) {
    for (IndexEntry row : rows()) {
      if (row instanceof IndexEntry.OfAgreement shows
          && sides.stream()
              .filter(side -> side.id().equals(Optional.of(shows.id())))
              .noneMatch(side -> side.paid().compareTo(shows.paid()) >= 0)) {
        violation.accept("shown, and not in the journal: " + shows);
      }
    }
  }

  /** As one process has it. */
  private final class Opened implements StateIndex {
    private final StateIndex rows;

    Opened(StateIndex rows) {
      this.rows = rows;
    }

    @Override
    public void apply(IndexBatch batch, IndexCursor cursor) {
      rows.apply(batch, cursor);
      written.add(new Written(clock.get(), false, List.of(batch), cursor));
    }

    @Override
    public Rebuild rebuild() {
      if (!mayBeDrawnAnew) {
        violation.accept(
            "drawn anew from the journal, which does not hold all up to " + rows.cursor());
      }
      mayBeDrawnAnew = false;
      Rebuild drawing = rows.rebuild();
      List<IndexBatch> added = new ArrayList<>();
      return new Rebuild() {
        @Override
        public void add(IndexBatch batch) {
          drawing.add(batch);
          added.add(batch);
        }

        @Override
        public void finish(IndexCursor cursor) {
          drawing.finish(cursor);
          written.add(new Written(clock.get(), true, added, cursor));
        }

        @Override
        public void close() {
          drawing.close();
        }
      };
    }

    @Override
    public Optional<IndexCursor> cursor() {
      return rows.cursor();
    }

    @Override
    public Optional<IndexEntry.OfAgreement> agreement(AgreementId id) {
      return rows.agreement(id);
    }

    @Override
    public Page<IndexEntry.OfAgreement> agreements(PageKey from) {
      return rows.agreements(from);
    }

    @Override
    public Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from) {
      return rows.payments(id, from);
    }

    @Override
    public Optional<IndexEntry.OfInvoice> invoice(AgreementId id) {
      return rows.invoice(id);
    }

    @Override
    public Page<IndexEntry.OfInvoice> invoices(PageKey from) {
      return rows.invoices(from);
    }

    @Override
    public Page<IndexEntry.OfListing> listings(PageKey from) {
      return rows.listings(from);
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}

package io.edgebeat.testkit;

import static io.edgebeat.testkit.IndexSamples.NOW;
import static io.edgebeat.testkit.IndexSamples.agreement;
import static io.edgebeat.testkit.IndexSamples.cursor;
import static io.edgebeat.testkit.IndexSamples.id;
import static io.edgebeat.testkit.IndexSamples.invoice;
import static io.edgebeat.testkit.IndexSamples.listing;
import static io.edgebeat.testkit.IndexSamples.payment;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link StateIndex} promises. */
@Timeout(300)
public interface StateIndexContract {

  /**
   * Makes an index.
   *
   * @return a bench with an empty index; the test closes it
   * @throws Exception when it cannot be made
   */
  StateIndexBench createBench() throws Exception;

  private static IndexBatch rows(IndexEntry... entries) {
    return new IndexBatch(List.of(entries));
  }

  private static <E> List<E> all(Function<PageKey, Page<E>> query, int limit) {
    List<E> found = new ArrayList<>();
    Optional<PageKey> key = Optional.of(PageKey.first(limit));
    while (key.isPresent()) {
      Page<E> page = query.apply(key.get());
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      found.addAll(page.items());
      key = page.next();
    }
    return found;
  }

  private static <E> void comesAs(List<E> wanted, Function<PageKey, Page<E>> query) {
    for (int limit : new int[] {1, 2, 3, wanted.size(), 100, Integer.MAX_VALUE}) {
      assertThat(all(query, limit)).as("pages of %d", limit).isEqualTo(wanted);
    }
  }

  /** An index that was never written to has no rows and no cursor. */
  @Test
  default void anEmptyIndexAnswersNothing() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      assertThat(index.cursor()).isEmpty();
      assertThat(index.agreement(id(1))).isEmpty();
      assertThat(index.invoice(id(1))).isEmpty();
      assertThat(all(index::agreements, 10)).isEmpty();
      assertThat(all(key -> index.payments(id(1), key), 10)).isEmpty();
      assertThat(all(index::invoices, 10)).isEmpty();
      assertThat(all(index::listings, 10)).isEmpty();
    }
  }

  /** Every field comes back as it was: amounts to the base unit, times to the nanosecond. */
  @Test
  default void whatWasWrittenComesBackExactly() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      List<IndexEntry.OfAgreement> agreements = new ArrayList<>();
      for (AgreementStatus status : AgreementStatus.values()) {
        IndexEntry.OfAgreement one = agreement(agreements.size() + 1, 7, NOW);
        agreements.add(
            new IndexEntry.OfAgreement(
                one.id(),
                one.buyer(),
                one.seller(),
                status,
                "",
                new Amount(new Asset("a \\ b", 3), Amount.MAX),
                Amount.zero(new Asset("a \\ b", 3)),
                NOW));
      }
      agreements.add(agreement(50, 7, Instant.MIN));
      agreements.add(agreement(51, 7, Instant.MAX));
      agreements.add(agreement(52, 7, Instant.ofEpochSecond(-1, 1)));
      index.apply(new IndexBatch(new ArrayList<IndexEntry>(agreements)), cursor(9));
      for (IndexEntry.OfAgreement each : agreements) {
        assertThat(index.agreement(each.id())).contains(each);
      }
      IndexEntry.OfPayment paid = payment(1, Long.MAX_VALUE, Long.MAX_VALUE);
      IndexEntry.OfInvoice billed = invoice(1, NOW);
      index.apply(rows(paid, billed), cursor(Long.MAX_VALUE));
      assertThat(all(key -> index.payments(id(1), key), 10)).containsExactly(paid);
      assertThat(index.invoice(id(1))).contains(billed);
      assertThat(all(index::invoices, 10)).containsExactly(billed);
      assertThat(index.cursor()).contains(cursor(Long.MAX_VALUE));
    }
  }

  /** A stranger's listing may hold any characters, and is a row like any other. */
  @Test
  default void strangersWordsComeBackAsTheyWere() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      List<IndexEntry.OfListing> listings = new ArrayList<>();
      for (String word :
          List.of(
              "",
              "'; DROP TABLE nodes; --",
              "nul \u0000 nul",
              "\\u0000 and \\ and \\\\",
              "half \ud83d of one, \ude00 half, whole \ud83d\ude00",
              "1:2,\"{}\n\t?$1",
              "long ".repeat(20_000))) {
        listings.add(listing(listings.size(), 1, word));
      }
      index.apply(new IndexBatch(new ArrayList<IndexEntry>(listings)), cursor(1));
      assertThat(all(index::listings, 3)).isEqualTo(listings);
    }
  }

  /** A row takes the place of the one with its key, also within a batch; "no row" removes it. */
  @Test
  default void aRowTakesThePlaceOfTheEarlierOne() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(
          rows(
              agreement(1, 1, NOW),
              agreement(1, 2, NOW),
              payment(1, 1, 1),
              payment(1, 1, 2),
              invoice(1, NOW),
              invoice(2, NOW),
              new IndexEntry.NoInvoice(id(2)),
              listing(1, 1, "here"),
              listing(1, 2, "here")),
          cursor(1));
      assertThat(all(index::agreements, 10)).containsExactly(agreement(1, 2, NOW));
      assertThat(all(index::invoices, 10)).containsExactly(invoice(1, NOW));
      Instant later = NOW.plusNanos(1);
      index.apply(
          rows(
              agreement(1, 3, later),
              payment(1, 1, 3),
              new IndexEntry.NoInvoice(id(1)),
              new IndexEntry.NoInvoice(id(9)),
              new IndexEntry.NoListing(listing(1, 1, "").listing().id()),
              listing(1, 2, "there")),
          cursor(2));
      assertThat(all(index::agreements, 10)).containsExactly(agreement(1, 3, later));
      assertThat(all(key -> index.payments(id(1), key), 10)).containsExactly(payment(1, 1, 3));
      assertThat(index.invoice(id(1))).isEmpty();
      assertThat(all(index::listings, 10)).containsExactly(listing(1, 2, "there"));
      assertThat(index.cursor()).contains(cursor(2));
    }
  }

  /** A batch that cannot be written leaves neither rows nor cursor, and harms nothing later. */
  @Test
  default void rowsAndCursorAreWrittenTogetherOrNotAtAll() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(rows(agreement(1, 1, NOW)), cursor(1));
      IndexEntry.OfAgreement good = agreement(2, 1, NOW);
      IndexEntry.OfAgreement bad =
          new IndexEntry.OfAgreement(
              good.id(),
              good.buyer(),
              good.seller(),
              good.status(),
              good.work(),
              good.deposit(),
              Amount.zero(new Asset("OTHER", 18)),
              NOW);
      Check.refused(
          ErrorCode.INVALID_ARGUMENT,
          "OTHER",
          () -> index.apply(rows(agreement(1, 9, NOW), good, bad), cursor(2)));
      assertThat(all(index::agreements, 10)).containsExactly(agreement(1, 1, NOW));
      assertThat(index.cursor()).contains(cursor(1));
      index.apply(rows(good), cursor(3));
      assertThat(index.cursor()).contains(cursor(3));
    }
  }

  /** Newest change first, then the highest id; payments by number; listings by id. */
  @Test
  default void everyQueryHasItsOrder() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      List<IndexEntry.OfAgreement> agreements = new ArrayList<>();
      List<IndexEntry.OfInvoice> invoices = new ArrayList<>();
      List<IndexEntry.OfPayment> payments = new ArrayList<>();
      List<IndexEntry.OfListing> listings = new ArrayList<>();
      for (int n : new int[] {1, 2, 3, 4, 5, 6, 7}) {
        // Several of one moment, and one before 1970.
        Instant at = n == 1 ? Instant.EPOCH.minusNanos(1) : NOW.plusSeconds(n / 3);
        agreements.addFirst(agreement(n, n, at));
        invoices.addFirst(invoice(n, at));
        payments.add(payment(1, 3L * n, n));
        listings.add(listing(1 + n / 3, n, "here"));
      }
      List<IndexEntry> mixed = new ArrayList<>();
      mixed.addAll(agreements);
      mixed.addAll(invoices);
      mixed.addAll(payments);
      mixed.addAll(listings);
      mixed.add(payment(2, 4, 4));
      Collections.reverse(mixed);
      index.apply(new IndexBatch(mixed), cursor(1));
      comesAs(agreements, index::agreements);
      comesAs(invoices, index::invoices);
      comesAs(payments, key -> index.payments(id(1), key));
      comesAs(listings, index::listings);
      comesAs(List.of(payment(2, 4, 4)), key -> index.payments(id(2), key));
    }
  }

  /** Rows that come, go or move between two pages make no other row come twice or never. */
  @Test
  default void pagesGoOnBehindTheLastRowWhateverIsWritten() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      for (int n = 1; n <= 6; n++) {
        index.apply(rows(agreement(n, n, NOW.plusSeconds(n)), listing(1, n, "here")), cursor(n));
      }
      Page<IndexEntry.OfAgreement> first = index.agreements(PageKey.first(2));
      Page<IndexEntry.OfListing> listed = index.listings(PageKey.first(2));
      index.apply(
          rows(
              agreement(7, 7, NOW.plusSeconds(7)),
              agreement(6, 9, NOW.plusSeconds(9)),
              agreement(5, 8, NOW.plusSeconds(8)),
              new IndexEntry.NoListing(listing(1, 2, "").listing().id()),
              new IndexEntry.NoListing(listing(1, 1, "").listing().id())),
          cursor(7));
      assertThat(index.agreements(first.next().orElseThrow()).items())
          .containsExactly(
              agreement(4, 4, NOW.plusSeconds(4)), agreement(3, 3, NOW.plusSeconds(3)));
      assertThat(index.listings(listed.next().orElseThrow()).items())
          .containsExactly(listing(1, 3, "here"), listing(1, 4, "here"));
    }
  }

  /** A page of no rows and a key that somebody else made are refused. */
  @Test
  default void badPageKeysAreRefused() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      for (int n = 1; n <= 3; n++) {
        index.apply(rows(agreement(n, n, NOW), listing(1, n, "here")), cursor(n));
      }
      PageKey ofListings = index.listings(PageKey.first(1)).next().orElseThrow();
      PageKey ofAgreements = index.agreements(PageKey.first(1)).next().orElseThrow();
      PageKey nobodys = new PageKey(Blob.of(new byte[] {9, 9, 9}), 5);
      List<Consumer<PageKey>> queries =
          List.of(
              index::agreements,
              index::invoices,
              index::listings,
              key -> index.payments(id(1), key));
      for (Consumer<PageKey> query : queries) {
        Check.refused(ErrorCode.INVALID_ARGUMENT, () -> query.accept(PageKey.first(0)));
        Check.refused(ErrorCode.INVALID_ARGUMENT, () -> query.accept(nobodys));
      }
      Check.refused(ErrorCode.INVALID_ARGUMENT, () -> index.agreements(ofListings));
      Check.refused(ErrorCode.INVALID_ARGUMENT, () -> index.listings(ofAgreements));
    }
  }

  /** A new picture is seen when it is finished and not before, and then it alone. */
  @Test
  default void aRebuildIsSeenWhenItIsFinished() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(
          rows(agreement(1, 1, NOW), agreement(2, 2, NOW), invoice(1, NOW), listing(1, 1, "old")),
          cursor(5));
      StateIndex.Rebuild rebuild = index.rebuild();
      rebuild.add(rows(agreement(1, 10, NOW), payment(1, 1, 1)));
      rebuild.add(rows(agreement(3, 30, NOW), listing(1, 2, "new")));
      index.apply(rows(agreement(2, 3, NOW)), cursor(6));
      assertThat(all(index::agreements, 1))
          .containsExactly(agreement(2, 3, NOW), agreement(1, 1, NOW));
      assertThat(all(index::listings, 10)).containsExactly(listing(1, 1, "old"));
      assertThat(all(key -> index.payments(id(1), key), 10)).isEmpty();
      assertThat(index.cursor()).contains(cursor(6));
      rebuild.finish(cursor(4));
      rebuild.close();
      assertThat(all(index::agreements, 1))
          .containsExactly(agreement(3, 30, NOW), agreement(1, 10, NOW));
      assertThat(all(index::listings, 10)).containsExactly(listing(1, 2, "new"));
      assertThat(all(index::invoices, 10)).isEmpty();
      assertThat(all(key -> index.payments(id(1), key), 10)).containsExactly(payment(1, 1, 1));
      assertThat(index.cursor()).contains(cursor(4));
      index.apply(rows(agreement(3, 31, NOW)), cursor(7));
      assertThat(index.agreement(id(3))).contains(agreement(3, 31, NOW));
      bench
          .reopen()
          .ifPresent(
              again ->
                  assertThat(all(again::agreements, 10))
                      .containsExactly(agreement(3, 31, NOW), agreement(1, 10, NOW)));
    }
  }

  /** What was not finished leaves nothing; of two rebuilds the later one counts. */
  @Test
  default void aRebuildThatIsGivenUpLeavesNothing() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(rows(agreement(1, 1, NOW)), cursor(1));
      try (StateIndex.Rebuild rebuild = index.rebuild()) {
        rebuild.add(rows(agreement(2, 2, NOW)));
      }
      StateIndex.Rebuild early = index.rebuild();
      early.add(rows(agreement(3, 3, NOW)));
      StateIndex.Rebuild late = index.rebuild();
      Check.refused(ErrorCode.WRONG_STATE, () -> early.add(rows(agreement(4, 4, NOW))));
      Check.refused(ErrorCode.WRONG_STATE, () -> early.finish(cursor(9)));
      early.close();
      assertThat(all(index::agreements, 10)).containsExactly(agreement(1, 1, NOW));
      late.add(rows(agreement(5, 5, NOW)));
      late.finish(cursor(2));
      Check.refused(ErrorCode.WRONG_STATE, () -> late.finish(cursor(3)));
      Check.refused(ErrorCode.WRONG_STATE, () -> late.add(rows(agreement(6, 6, NOW))));
      assertThat(all(index::agreements, 10)).containsExactly(agreement(5, 5, NOW));
      assertThat(index.cursor()).contains(cursor(2));
    }
  }

  /** Rows, cursor and what a rebuild has left half done: after a restart all is as it was. */
  @Test
  default void whatWasWrittenSurvivesTheClosing() throws Exception {
    try (StateIndexBench bench = createBench()) {
      bench.index().apply(rows(agreement(1, 1, NOW), listing(1, 1, "here")), cursor(8));
      bench.index().rebuild().add(rows(agreement(2, 2, NOW)));
      Optional<StateIndex> reopened = bench.reopen();
      if (reopened.isPresent()) {
        StateIndex index = reopened.get();
        assertThat(index.cursor()).contains(cursor(8));
        assertThat(all(index::agreements, 10)).containsExactly(agreement(1, 1, NOW));
        assertThat(all(index::listings, 10)).containsExactly(listing(1, 1, "here"));
        StateIndex.Rebuild rebuild = index.rebuild();
        rebuild.finish(cursor(1));
        assertThat(all(index::agreements, 10)).isEmpty();
      }
    }
  }

  /** Whoever reads while rows are written sees a batch as a whole, or not at all. */
  @Test
  default void readersSeeWholeBatches() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(rows(agreement(1, 0, NOW), agreement(2, 0, NOW)), cursor(0));
      AtomicBoolean done = new AtomicBoolean();
      Callable<Long> reader =
          () -> {
            long read = 0;
            do {
              List<IndexEntry.OfAgreement> both = index.agreements(PageKey.first(10)).items();
              assertThat(both).hasSize(2);
              assertThat(both.get(0).paid()).isEqualTo(both.get(1).paid());
              read++;
            } while (!done.get());
            return read;
          };
      Callable<Long> writer =
          () -> {
            try {
              for (int i = 1; i <= 40; i++) {
                if (i % 10 == 0) {
                  StateIndex.Rebuild rebuild = index.rebuild();
                  rebuild.add(rows(agreement(1, i, NOW)));
                  rebuild.add(rows(agreement(2, i, NOW)));
                  rebuild.finish(cursor(i));
                } else {
                  index.apply(rows(agreement(1, i, NOW), agreement(2, i, NOW)), cursor(i));
                }
              }
            } finally {
              done.set(true);
            }
            return 1L;
          };
      assertThat(Check.atOnce(List.of(reader, writer, reader))).allMatch(n -> n > 0);
    }
  }

  /** A caller that is interrupted gets its answer or INTERRUPTED, and nobody else notices. */
  @Test
  default void anInterruptedCallerHarmsNobody() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(rows(agreement(1, 1, NOW)), cursor(1));
      AtomicBoolean done = new AtomicBoolean();
      Callable<Long> interrupted =
          () -> {
            for (int i = 0; i < 20; i++) {
              Thread.currentThread().interrupt();
              try {
                assertThat(index.agreements(PageKey.first(10)).items()).hasSize(1);
              } catch (EdgeBeatException e) {
                assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.INTERRUPTED);
              }
              assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
            }
            done.set(true);
            return 0L;
          };
      Callable<Long> undisturbed =
          () -> {
            long sequence = 1;
            do {
              sequence++;
              index.apply(rows(agreement(1, sequence, NOW)), cursor(sequence));
              assertThat(index.agreement(id(1))).contains(agreement(1, sequence, NOW));
            } while (!done.get());
            return sequence;
          };
      long last = Check.atOnce(List.of(interrupted, undisturbed)).get(1);
      assertThat(index.cursor()).contains(cursor(last));
    }
  }

  /** Every call after close says CLOSED; closing twice is closing once. */
  @Test
  default void aClosedIndexSaysSo() throws Exception {
    try (StateIndexBench bench = createBench()) {
      StateIndex index = bench.index();
      index.apply(rows(agreement(1, 1, NOW)), cursor(1));
      StateIndex.Rebuild rebuild = index.rebuild();
      index.close();
      index.close();
      List<Check.Call> calls =
          List.of(
              index::cursor,
              () -> index.agreement(id(1)),
              () -> index.invoice(id(1)),
              () -> index.agreements(PageKey.first(1)),
              () -> index.payments(id(1), PageKey.first(1)),
              () -> index.invoices(PageKey.first(1)),
              () -> index.listings(PageKey.first(1)),
              () -> index.apply(rows(), cursor(2)),
              index::rebuild,
              () -> rebuild.add(rows()),
              () -> rebuild.finish(cursor(2)));
      for (Check.Call call : calls) {
        Check.refused(ErrorCode.CLOSED, call);
      }
      rebuild.close();
    }
  }
}

package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link StateIndex} in step with the node, a moment behind it and never in its way: what
 * happens is noted in a queue, and rows are made and written where calls may block.
 *
 * <p>Rows are made anew from the state of whatever has changed, never added up: so a retraction
 * needs no care, and a picture that was kept up is the one that is drawn from scratch. Three rules
 * make that hold through every crash:
 *
 * <ol>
 *   <li>A row is written only when every fact of the state it was made of is durable.
 *   <li>Rows and cursor are written in one step, and the rows show at least all up to the cursor.
 *   <li>What is journaled behind the cursor of the index is made again after a restart.
 * </ol>
 *
 * <p>While the index fails, all this waits and is tried again; the node goes on.
 */
final class Indexer {
  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);

  /** How long changes are gathered, so that a stream of ticks is a few rows a second. */
  private static final Duration PACE = Duration.ofMillis(20);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration BEHIND = Duration.ofSeconds(30);
  private static final int ROWS = 500;

  private record Told(long sequence, FactBatch batch) {}

  /** Rows that wait until what they show is durable. */
  private record Pending(List<IndexEntry> rows, IndexCursor cursor, long needs, long nanos) {}

  private final StateIndex index;
  private final Reactor reactor;
  private final Marketplace market;
  private final TaskRunner runner;
  private final BiPredicate<AgreementId, PartitionKey> bound;

  // Written by whoever tells, read by the step.
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final Set<ListingId> listings = new ConcurrentSkipListSet<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean rebuildWanted = new AtomicBoolean();
  private volatile long appended;
  private volatile long durable;
  private volatile long block = -1;
  private volatile boolean closed;

  // What health reads.
  private volatile long written;
  private volatile long asOf;
  private volatile @Nullable String problem;

  // Of the step, which runs once at a time.
  private final Map<PartitionKey, IndexedAgreement> agreements = new TreeMap<>();
  private final Set<PartitionKey> dirty = new LinkedHashSet<>();
  private Blob journal = Blob.EMPTY;
  private long folded;
  private @Nullable IndexCursor cursor;
  private @Nullable Pending pending;
  private StateIndex.@Nullable Rebuild rebuild;
  private boolean listingsCompared;
  private final Set<Class<?>> leftOut = new HashSet<>();
  private long hold = Long.MAX_VALUE;
  private Duration retry = FIRST_RETRY;
  private @Nullable Subscription watching;

  /**
   * An indexer that has not begun.
   *
   * @param bound whether a negotiation is the one that counts for an agreement
   */
  Indexer(
      StateIndex index,
      Reactor reactor,
      Marketplace market,
      TaskRunner runner,
      BiPredicate<AgreementId, PartitionKey> bound) {
    this.index = index;
    this.reactor = reactor;
    this.market = market;
    this.runner = runner;
    this.bound = bound;
  }

  StateIndex index() {
    return index;
  }

  // ---------------------------------------------------------------- what it is told

  /** A record of the journal; before {@link #start}. */
  void replayed(long sequence, FactBatch batch) {
    fold(new Told(sequence, batch));
  }

  /** The journal is replayed; its id tells it from others. */
  void start(byte[] journalId) {
    journal = Blob.of(journalId);
    durable = folded;
    appended = folded;
    asOf = runner.nanos();
    watching =
        market.watch(
            ListingQuery.ALL,
            new ListingListener() {
              @Override
              public void listed(Listing listing) {
                changed(listing.id());
              }

              @Override
              public void unlisted(ListingId id) {
                changed(id);
              }
            });
    wake(Duration.ZERO);
  }

  private void changed(ListingId id) {
    listings.add(id);
    wake(PACE);
  }

  /** A record was appended, while its partition was held. */
  void appended(long sequence) {
    // Of several at once the highest counts.
    synchronized (told) {
      appended = Math.max(appended, sequence);
    }
  }

  /** A record is durable; in the order of the records. */
  void durable(long sequence, FactBatch batch) {
    if (written == durable) {
      asOf = runner.nanos();
    }
    told.add(new Told(sequence, batch));
    durable = sequence;
    wake(PACE);
  }

  /** All that the ledger had to tell up to this head was told. */
  void reached(LedgerHead head) {
    boolean first = block < 0;
    block = head.number();
    if (first) {
      wake(PACE);
    }
  }

  /** Draws the picture anew, soon. */
  void rebuild() {
    rebuildWanted.set(true);
    wake(Duration.ZERO);
  }

  /** What is wrong with it, in a sentence. */
  Optional<String> problem() {
    String failed = problem;
    if (failed != null) {
      return Optional.of(failed);
    }
    boolean late = written < durable && runner.nanos() - asOf > BEHIND.toNanos();
    return late
        ? Optional.of(
            "the index is behind: it shows the journal up to record "
                + written
                + " of "
                + durable
                + "; the node works without it")
        : Optional.empty();
  }

  void close() {
    closed = true;
    if (watching != null) {
      watching.close();
    }
  }

  // ---------------------------------------------------------------- when it runs

  private void wake(Duration delay) {
    if (!closed && scheduled.compareAndSet(false, true)) {
      runner.after(delay, () -> runner.blocking("index", this::run));
    }
  }

  private void run() {
    Duration delay = PACE;
    try {
      step();
      problem = null;
      retry = FIRST_RETRY;
    } catch (RuntimeException | LinkageError e) {
      // A library that is missing is a failure of the index, too.
      delay = failed(e);
    }
    boolean again = problem != null || more();
    boolean waits = pending != null;
    scheduled.set(false);
    // From here on the next run may have begun: only what is told is looked at.
    if (again || !told.isEmpty() || rebuildWanted.get() || (!waits && !listings.isEmpty())) {
      wake(delay);
    }
  }

  private boolean more() {
    Pending waiting = pending;
    return waiting != null
        ? durable >= waiting.needs
        : !told.isEmpty()
            || !listings.isEmpty()
            || !dirty.isEmpty()
            || rebuildWanted.get()
            || (block >= 0 && !listingsCompared);
  }

  private Duration failed(Throwable e) {
    if (!closed) {
      String text =
          "the index takes no rows, the node works without it and tries again: " + e.getMessage();
      if (!text.equals(problem)) {
        LOG.warn("{}", text, e instanceof EdgeBeatException ? null : e);
      }
      problem = text;
    }
    // What is there now is asked again: another one may have taken its place.
    cursor = null;
    Duration delay = retry;
    retry = delay.plus(delay).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : delay.plus(delay);
    return delay;
  }

  private void step() {
    for (Told next = told.poll(); next != null; next = told.poll()) {
      fold(next);
    }
    if (cursor == null) {
      resume();
    }
    if (rebuildWanted.get() && rebuild == null) {
      pending = drawAnew();
    }
    if (pending == null) {
      compareListings();
      pending = gather();
    }
    Pending ready = pending;
    if (ready != null && durable >= ready.needs) {
      write(ready);
      pending = null;
      cursor = ready.cursor;
      asOf = ready.nanos;
      written = ready.cursor.journalSequence();
    }
  }

  private void fold(Told next) {
    folded = next.sequence;
    PartitionKey key = next.batch.partition();
    if (key.kind() == PartitionKey.Kind.BUYER || key.kind() == PartitionKey.Kind.SELLER) {
      agreements.computeIfAbsent(key, k -> new IndexedAgreement()).fold(next.sequence, next.batch);
      dirty.add(key);
    }
  }

  /** Finds out up to where the index is, and what it therefore lacks. */
  private void resume() {
    pending = null;
    if (rebuild != null) {
      rebuildWanted.set(true);
      rebuild = null;
    }
    Optional<IndexCursor> there = index.cursor();
    if (there.isPresent()
        && there.get().journal().equals(journal)
        && there.get().journalSequence() <= folded) {
      IndexCursor found = there.get();
      agreements.forEach(
          (key, agreement) -> {
            agreement.written(found.journalSequence());
            if (agreement.record() > found.journalSequence()) {
              dirty.add(key);
            } else {
              dirty.remove(key);
            }
          });
      listingsCompared = false;
      written = found.journalSequence();
      cursor = found;
    } else {
      // Of nothing, of another journal, or of more than this one holds: a backup was restored.
      rebuildWanted.set(true);
      cursor = new IndexCursor(journal, 0, -1);
    }
  }

  // ---------------------------------------------------------------- rows

  private @Nullable Pending gather() {
    if (dirty.isEmpty() && listings.isEmpty() && folded == written) {
      return null;
    }
    long nanos = runner.nanos();
    long ledger = block;
    List<IndexEntry> rows = new ArrayList<>();
    dirty.forEach(key -> rows.addAll(rows(key)));
    dirty.clear();
    for (ListingId id : List.copyOf(listings)) {
      // First: what changes after it was looked up comes again.
      listings.remove(id);
      rows.add(row(id));
    }
    return new Pending(rows, upTo(ledger), appended, nanos);
  }

  /** A partition that was stopped is shown as it was; a restart makes its later rows. */
  private IndexCursor upTo(long ledger) {
    return new IndexCursor(journal, Math.min(folded, hold), ledger);
  }

  private List<IndexEntry> rows(PartitionKey key) {
    IndexedAgreement agreement = agreements.get(key);
    if (agreement == null || !agreement.isAgreement()) {
      return List.of();
    }
    Optional<List<IndexEntry>> rows =
        reactor.readSound(key, AgreementSide.class, s -> rows(key, s, agreement));
    if (rows.isEmpty()) {
      hold = Math.min(hold, agreement.shownTo());
    }
    return rows.orElse(List.of());
  }

  private List<IndexEntry> rows(PartitionKey key, AgreementSide side, IndexedAgreement agreement) {
    List<IndexEntry> rows = new ArrayList<>();
    AgreementId id = side.id().orElseThrow();
    if (!bound.test(id, key)) {
      return rows;
    }
    var signed = side.offer().orElseThrow().agreement().message();
    rows.add(
        new IndexEntry.OfAgreement(
            id,
            signed.buyer(),
            signed.seller(),
            side.status(),
            side.workName(),
            side.deposited(),
            side.paid(),
            agreement.changedAt()));
    rows.addAll(agreement.newPayments(id));
    if (side.invoice().isPresent() && side.closedAt().isPresent()) {
      rows.add(new IndexEntry.OfInvoice(side.invoice().get(), side.closedAt().get()));
      agreement.invoiced();
    } else if (agreement.tellNoInvoice()) {
      rows.add(new IndexEntry.NoInvoice(id));
    }
    return rows;
  }

  private IndexEntry row(ListingId id) {
    return market
        .find(id)
        .<IndexEntry>map(IndexEntry.OfListing::new)
        .orElseGet(() -> new IndexEntry.NoListing(id));
  }

  /** Once: which listings came or went while nobody watched. */
  private void compareListings() {
    if (block < 0 || listingsCompared) {
      return;
    }
    Set<ListingId> differing = new TreeSet<>();
    Map<ListingId, Listing> live = new TreeMap<>();
    for (Listing listing : live()) {
      live.put(listing.id(), listing);
    }
    Optional<PageKey> next = Optional.of(PageKey.first(ROWS));
    while (next.isPresent()) {
      Page<IndexEntry.OfListing> page = index.listings(next.get());
      for (IndexEntry.OfListing row : page.items()) {
        if (!row.listing().equals(live.remove(row.listing().id()))) {
          differing.add(row.listing().id());
        }
      }
      next = page.next();
    }
    differing.addAll(live.keySet());
    listings.addAll(differing);
    listingsCompared = true;
  }

  private List<Listing> live() {
    List<Listing> all = new ArrayList<>();
    Optional<PageKey> next = Optional.of(PageKey.first(ROWS));
    while (next.isPresent()) {
      Page<Listing> page = market.search(ListingQuery.ALL, next.get());
      all.addAll(page.items());
      next = page.next();
    }
    return all;
  }

  // ---------------------------------------------------------------- writing

  private void write(Pending ready) {
    StateIndex.Rebuild drawn = rebuild;
    if (drawn != null) {
      drawn.finish(ready.cursor);
      drawn.close();
      rebuild = null;
      return;
    }
    IndexCursor before = cursor == null ? ready.cursor : cursor;
    // Only with the last of them is everything up to the cursor there.
    int last = Math.max(0, ready.rows.size() - ROWS);
    inParts(ready.rows.subList(0, last), rows -> index.apply(rows, before));
    List<IndexEntry> rest = ready.rows.subList(last, ready.rows.size());
    try {
      index.apply(new IndexBatch(rest), ready.cursor);
    } catch (EdgeBeatException refused) {
      if (refused.code() != ErrorCode.INVALID_ARGUMENT) {
        throw refused;
      }
      inParts(rest, rows -> index.apply(rows, before));
      index.apply(new IndexBatch(List.of()), ready.cursor);
    }
  }

  private void inParts(List<IndexEntry> rows, Consumer<IndexBatch> to) {
    for (int from = 0; from < rows.size(); from += ROWS) {
      put(rows.subList(from, Math.min(rows.size(), from + ROWS)), to);
    }
  }

  private void put(List<IndexEntry> rows, Consumer<IndexBatch> to) {
    try {
      to.accept(new IndexBatch(rows));
    } catch (EdgeBeatException refused) {
      if (refused.code() != ErrorCode.INVALID_ARGUMENT) {
        throw refused;
      }
      if (rows.size() == 1) {
        // Once a kind: a stranger's document could fill the log.
        if (leftOut.add(rows.getFirst().getClass())) {
          LOG.warn("the index does not take a row, which is left out: {}", refused.getMessage());
        }
      } else {
        // One row must not keep all others out.
        rows.forEach(row -> put(List.of(row), to));
      }
    }
  }

  /** Writes all rows into a picture that nobody sees; it is shown once they are durable. */
  private Pending drawAnew() {
    rebuildWanted.set(false);
    long nanos = runner.nanos();
    long ledger = block;
    StateIndex.Rebuild drawing = index.rebuild();
    try {
      dirty.clear();
      listings.clear();
      List<IndexEntry> rows = new ArrayList<>();
      for (Map.Entry<PartitionKey, IndexedAgreement> each : agreements.entrySet()) {
        each.getValue().written(0);
        rows.addAll(rows(each.getKey()));
        if (rows.size() >= ROWS) {
          inParts(rows, drawing::add);
          rows.clear();
        }
      }
      live().forEach(listing -> rows.add(new IndexEntry.OfListing(listing)));
      inParts(rows, drawing::add);
    } catch (RuntimeException e) {
      rebuildWanted.set(true);
      giveUp(drawing, e);
      throw e;
    }
    rebuild = drawing;
    listingsCompared = ledger >= 0;
    return new Pending(List.of(), upTo(ledger), appended, nanos);
  }

  private static void giveUp(StateIndex.Rebuild drawing, RuntimeException because) {
    try {
      drawing.close();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }
}

package io.edgebeat.core.tower;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the channels of sellers: when one is being closed, or could be finalized soon, it
 * sends the best claim it was given. It starts at the first sight of the close, so that the whole
 * window is left for a ledger that is slow; after a time of being off it finds by the ledger's
 * events what it has missed. Orders and the bytes of its transactions are journaled before anything
 * follows from them.
 *
 * <p>All methods may be called from any thread; they exclude one another.
 */
public final class Tower implements AutoCloseable {
  /** Orders are few and short. */
  private static final int AHEAD_BYTES = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Tower.class);
  private static final RecordCodec<TowerFact> CODEC = RecordCodec.of(TowerFact.class);
  private static final int PAGE = 512;

  /** How often a claim that is not taken in is sent before more is offered for it. */
  private static final int PATIENCE = 20;

  private final Ledger ledger;
  private final Protocol protocol;
  private final Journal journal;
  private final Map<AgreementId, Watch> watches = new LinkedHashMap<>();
  private LedgerCursor cursor = LedgerCursor.START;
  private Instant time = Instant.EPOCH;
  private boolean closed;

  /** One channel. */
  private static final class Watch {
    WatchOrder order;
    @Nullable SignedTransaction sent;
    int tries;

    /** Whether the ledger has to be asked: after a restart and a new order it always has. */
    boolean look = true;

    Watch(WatchOrder order) {
      this.order = order;
    }
  }

  /**
   * Opens a tower on what its journal holds.
   *
   * @param ledger sends the claims; its account pays for them and gets nothing
   * @param signatures checks vouchers
   * @param disk where the journal lies
   * @param id of a new journal, 16 bytes
   */
  public Tower(Ledger ledger, SignatureBackend signatures, Disk disk, byte[] id) {
    this.ledger = ledger;
    this.protocol = new Protocol(ledger.info(), signatures);
    this.journal =
        Journal.open(
            disk,
            JournalOptions.withNewId(id).withPreallocateBytes(AHEAD_BYTES),
            new JournalReplay() {
              @Override
              public void snapshot(byte[] state, long upToSequence) {
                throw new EdgeBeatException(
                    ErrorCode.UNKNOWN_VERSION,
                    "the journal of this watchtower begins with a snapshot, which this version"
                        + " does not write");
              }

              @Override
              public void record(long sequence, byte[] payload) {
                fold(CODEC.decode(payload));
              }
            });
    List<SignedTransaction> unfinished = new ArrayList<>();
    for (Watch watch : watches.values()) {
      SignedTransaction sent = watch.sent;
      if (sent != null) {
        unfinished.add(sent);
      }
    }
    ledger.restore(unfinished);
  }

  private void fold(TowerFact fact) {
    switch (fact) {
      case TowerFact.Watched f -> {
        Watch watch = watches.computeIfAbsent(f.id(), id -> new Watch(f.order()));
        watch.order = f.order();
        watch.look = true;
      }
      case TowerFact.Sent f -> {
        Watch watch = watches.get(f.id());
        if (watch != null) {
          watch.sent = f.transaction();
          watch.tries = 0;
        }
      }
      case TowerFact.Over f -> watches.remove(f.id());
    }
  }

  private void fact(TowerFact fact) {
    journal.appendAndSync(CODEC.encode(fact));
    fold(fact);
  }

  /**
   * Takes an order; durable when this returns. One that is worth less than what is watched already
   * changes nothing.
   *
   * @param order what to claim with
   * @throws EdgeBeatException {@code BAD_PAYMENT} or {@code BAD_SIGNATURE} naming the value, {@code
   *     CLOSED}, {@code STORAGE_FAILED}
   */
  public synchronized void watch(WatchOrder order) {
    requireOpen();
    Agreement agreement = order.agreement();
    AgreementId id = protocol.id(agreement);
    Voucher voucher = order.claim().voucher().message();
    if (!voucher.agreementId().equals(id)) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT,
          "the voucher is for agreement " + voucher.agreementId() + ", not for " + id);
    }
    if (!protocol.signedForLedger(
        agreement.voucherKey(), voucher, order.claim().voucher().signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "voucher "
              + voucher.sequence()
              + " is not signed by voucher key "
              + agreement.voucherKey());
    }
    Watch known = watches.get(id);
    if (known == null || order.claim().value().compareTo(known.order.claim().value()) > 0) {
      fact(
          new TowerFact.Watched(
              id, new WatchOrder(agreement, protocol.recoverable(agreement, order.claim()))));
    }
  }

  /** What is watched. */
  public synchronized List<WatchOrder> watched() {
    return watches.values().stream().map(watch -> watch.order).toList();
  }

  /**
   * Does what there is to do now.
   *
   * @param wait how long to wait for news of the ledger
   * @return how many claims were sent
   * @throws EdgeBeatException {@code LEDGER_UNAVAILABLE} to be repeated, {@code CLOSED}, {@code
   *     STORAGE_FAILED}
   */
  public int doWork(Duration wait) {
    LedgerCursor from;
    synchronized (this) {
      requireOpen();
      from = cursor;
    }
    // Outside of the lock: whoever brings an order does not wait for news.
    EventPage page = ledger.awaitEvents(from, PAGE, wait);
    synchronized (this) {
      requireOpen();
      if (!from.equals(cursor)) {
        return 0;
      }
      cursor = page.next();
      page.entries().forEach(this::heard);
      if (page.entries().size() == PAGE) {
        return 0;
      }
      time = page.head().time().isAfter(time) ? page.head().time() : time;
      int claims = 0;
      for (Map.Entry<AgreementId, Watch> watch : List.copyOf(watches.entrySet())) {
        Watch w = watch.getValue();
        if (w.look || !time.isBefore(w.order.agreement().expiry())) {
          claims += look(watch.getKey(), w);
        }
      }
      return claims;
    }
  }

  private void heard(LedgerEntry entry) {
    if (entry.event() instanceof LedgerEvent.OfAgreement event) {
      Watch watch = watches.get(event.id());
      if (watch != null) {
        watch.look = true;
      }
    }
  }

  private int look(AgreementId id, Watch watch) {
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    boolean due =
        record.status() == AgreementStatus.CLOSING
            || (record.status() == AgreementStatus.OPEN
                && !time.isBefore(watch.order.agreement().expiry()));
    if (record.status() == AgreementStatus.CLOSED) {
      if (ledger.agreement(id, Finality.FINAL).status() == AgreementStatus.CLOSED) {
        fact(new TowerFact.Over(id));
      }
      return 0;
    }
    if (!due) {
      watch.look = false;
      return 0;
    }
    Amount most = record.deposit().plus(record.topUps());
    Amount worth = watch.order.claim().value().min(most);
    return worth.compareTo(record.claimed()) > 0 ? claim(id, watch, record.claimed()) : 0;
  }

  private int claim(AgreementId id, Watch watch, Amount claimed) {
    SignedTransaction sent = watch.sent;
    TransactionStatus status =
        sent == null ? new TransactionStatus.Unknown() : ledger.status(sent.id());
    boolean again =
        sent != null
            && (status instanceof TransactionStatus.Unknown
                || status instanceof TransactionStatus.Pending);
    if (!again || sent == null) {
      // None yet, or it came in with less than is held now, or to nothing.
      sent = ledger.prepare(new LedgerCommand.Claim(watch.order.agreement(), watch.order.claim()));
      fact(new TowerFact.Sent(id, sent));
      LOG.info(
          "channel {} ends: claiming {} for its seller, {} is claimed",
          id,
          watch.order.claim().value(),
          claimed);
    } else if (++watch.tries >= PATIENCE) {
      sent = dearer(id, sent);
      watch.tries = 0;
    }
    ledger.broadcast(sent);
    return 1;
  }

  private SignedTransaction dearer(AgreementId id, SignedTransaction stuck) {
    try {
      SignedTransaction dearer = ledger.replace(stuck, new FeeHint(20));
      fact(new TowerFact.Sent(id, dearer));
      return dearer;
    } catch (EdgeBeatException refused) {
      if (refused.code() != ErrorCode.UNSUPPORTED) {
        throw refused;
      }
      return stuck;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "this watchtower is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      journal.close();
    }
  }
}

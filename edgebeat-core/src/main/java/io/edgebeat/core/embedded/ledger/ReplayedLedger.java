package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.codec.RecordCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A ledger that one account computes of a log: every entry is a block, of whatever can be executed
 * since it is there. Reads the log from its beginning, and on whenever it is asked something.
 *
 * <p>Only what the log gives to everybody decides, never the clock or the order of calls here, so
 * all who read the log have the same books. An entry that is refused is not passed by: the ledger
 * knows no more until the log is right again.
 */
public final class ReplayedLedger extends AccountLedger {
  private static final RecordCodec<Origin> ORIGIN = RecordCodec.of(Origin.class);

  private final TransactionLog log;
  private final Transactions transactions;
  private volatile boolean closed;

  private final ReentrantLock lock = new ReentrantLock();

  // All below is guarded by the lock.
  private final Books books;
  private final Accounts accounts;

  /** How many entries were read. */
  private long position;

  /** The time of the last of them. */
  private Instant latest = Instant.EPOCH;

  /** The latest time the log has told. */
  private Instant told = Instant.EPOCH;

  private record Origin(Bytes32 log, LedgerOrigin origin) {}

  /**
   * A ledger of which nothing was read yet.
   *
   * @param log closed with this ledger
   * @param origin what all who read the log begin with
   * @param signer signs the account's transactions
   * @param signatures checks signatures
   */
  public ReplayedLedger(
      TransactionLog log, LedgerOrigin origin, Signer signer, SignatureBackend signatures) {
    super(signer);
    this.log = log;
    this.books =
        new Books(
            ContentId.sha256(ORIGIN.encode(new Origin(log.id(), origin))),
            new ChainRecord.Genesis(origin.chainId(), origin.parameters(), origin.funds(), 0),
            signatures,
            UnaryOperator.identity());
    this.transactions = new Transactions(books.info().domain(), signatures);
    this.accounts = new Accounts(lock, books, transactions);
  }

  @Override
  public LedgerInfo info() {
    return books.info();
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    catchUp();
    return accounts.prepare(signer(), command);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    Pending pending = transactions.read(transaction);
    books.warm(pending.command());
    catchUp();
    boolean known =
        locked(
            () -> {
              accounts.sent(pending);
              return books.knows(pending.id());
            });
    if (!known) {
      asking(
          () -> {
            log.append(pending.bytes());
            return true;
          });
      catchUp();
    }
  }

  @Override
  public void restore(List<SignedTransaction> unfinished) {
    catchUp();
    locked(
        () -> {
          accounts.restore(account(), unfinished);
          return true;
        });
  }

  @Override
  public void abandon(SignedTransaction transaction) {
    locked(
        () -> {
          accounts.abandon(transaction);
          return true;
        });
  }

  @Override
  public TransactionStatus status(TransactionId id) {
    catchUp();
    return locked(() -> books.status(id));
  }

  @Override
  <V> Optional<V> read(Slot<V> slot, Finality at) {
    catchUp();
    return locked(() -> books.read(slot, at));
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    long start = System.nanoTime();
    long all = TimeUnit.NANOSECONDS.convert(timeout);
    catchUp();
    boolean more = true;
    while (true) {
      EventPage page = locked(() -> books.page(from, limit, told));
      long left = all - (System.nanoTime() - start);
      if (!page.entries().isEmpty() || left <= 0 || !more) {
        return page;
      }
      more = !read(Duration.ofNanos(left)).entries().isEmpty();
    }
  }

  @Override
  public void close() {
    closed = true;
    log.close();
  }

  // The log.

  /** Reads what is there now; what is appended meanwhile is for the next call. */
  private void catchUp() {
    long length = read(Duration.ZERO).length();
    long at = position();
    while (at < length) {
      read(Duration.ZERO);
      long now = position();
      if (now == at) {
        throw misleads("gives no entry " + at + " of " + length);
      }
      at = now;
    }
  }

  private long position() {
    return locked(() -> position);
  }

  /** Not under the lock, because it may wait; so others may have read the same meanwhile. */
  private TransactionLog.Page read(Duration wait) {
    long from = position();
    TransactionLog.Page page = asking(() -> log.read(from, wait));
    return locked(
        () -> {
          take(from, page);
          return page;
        });
  }

  private void take(long from, TransactionLog.Page page) {
    long end = from + page.entries().size();
    if (page.length() < end) {
      throw misleads("has " + page.length() + " entries, and had " + end);
    }
    for (long at = position; at < end; at++) {
      take(page.entries().get((int) (at - from)));
    }
    if (told.isBefore(page.time())) {
      told = LedgerTime.floor(page.time());
    }
  }

  private void take(TransactionLog.Entry entry) {
    Instant time = LedgerTime.floor(entry.time());
    if (time.isBefore(latest)) {
      throw misleads(
          "has entry "
              + position
              + " of "
              + time
              + ", behind one of "
              + latest
              + ", which is later");
    }
    if (entry.transaction().size() > TransactionLog.MAX_BYTES) {
      throw misleads(
          "has entry "
              + position
              + " of "
              + entry.transaction().size()
              + " bytes, more than "
              + TransactionLog.MAX_BYTES);
    }
    Pending pending = readable(entry);
    if (pending != null) {
      accounts.sent(pending);
      books.arrive(pending);
    }
    List<Pending> ready = books.ready(Integer.MAX_VALUE);
    position++;
    books.publish(position, entry.hash(), books.execute(ready, time, false));
    latest = time;
    told = told.isBefore(time) ? time : told;
  }

  /** Anybody may append anything; what nobody can read moves nothing. */
  private @Nullable Pending readable(TransactionLog.Entry entry) {
    try {
      return transactions.read(entry.transaction());
    } catch (EdgeBeatException strange) {
      return null;
    }
  }

  private static EdgeBeatException misleads(String found) {
    return new EdgeBeatException(ErrorCode.CORRUPTED, "the log of transactions " + found);
  }

  /** A call of the log. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Whatever ends a call of a log that was closed meanwhile, it is closed. */
  private <T> T asking(Call<T> call) {
    check();
    try {
      return call.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(ErrorCode.INTERRUPTED, e);
    } catch (IOException e) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      throw stopped(interrupted ? ErrorCode.INTERRUPTED : ErrorCode.LEDGER_UNAVAILABLE, e);
    } catch (EdgeBeatException e) {
      check();
      throw e;
    }
  }

  private EdgeBeatException stopped(ErrorCode code, Exception cause) {
    check();
    return new EdgeBeatException(
        code, RetryAdvice.SAME_CALL, "the log of transactions does not answer: " + cause, cause);
  }

  private <T> T locked(Supplier<T> call) {
    lock.lock();
    try {
      check();
      return call.get();
    } finally {
      lock.unlock();
    }
  }

  private void check() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the ledger is closed");
    }
  }
}

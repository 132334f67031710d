package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the ledger's events from the beginning and hands each on, in order; heads only once all
 * that was there has been handed on.
 */
final class LedgerFollower {
  private static final int PAGE = 512;

  private final Ledger ledger;
  private final Consumer<LedgerEntry> entries;
  private final Consumer<LedgerHead> heads;
  private final Outage outage;
  private final CountDownLatch closing = new CountDownLatch(1);
  private LedgerCursor cursor = LedgerCursor.START;
  private volatile boolean closed;
  private boolean caughtUp;

  LedgerFollower(
      Ledger ledger, Consumer<LedgerEntry> entries, Consumer<LedgerHead> heads, Outage outage) {
    this.ledger = ledger;
    this.entries = entries;
    this.heads = heads;
    this.outage = outage;
  }

  /**
   * Hands on what is new.
   *
   * @param wait how long to wait for news
   * @return false when the ledger or this follower is closed
   */
  boolean follow(Duration wait) {
    if (closed) {
      return false;
    }
    try {
      EventPage page = ledger.awaitEvents(cursor, PAGE, wait);
      if (closed) {
        return false;
      }
      page.entries().forEach(entries);
      cursor = page.next();
      caughtUp = caughtUp || page.entries().size() < PAGE;
      if (caughtUp) {
        heads.accept(page.head());
      }
      outage.passed(0);
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.CLOSED || e.code() == ErrorCode.INTERRUPTED) {
        return false;
      }
      outage.failed(0, "the ledger does not answer", e);
      pause(wait);
    } catch (RuntimeException defect) {
      // A node that does not hear the ledger loses what it has earned.
      outage.failed(0, "the ledger could not be followed, which is tried again", defect);
      pause(wait);
    }
    return !closed;
  }

  private void pause(Duration wait) {
    try {
      closed = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  /** Why the ledger is not heard, in a sentence; empty while it is. */
  Optional<String> problem() {
    return outage.problem();
  }

  void close() {
    closed = true;
    closing.countDown();
  }
}

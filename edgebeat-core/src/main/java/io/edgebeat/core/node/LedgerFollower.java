package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ledger's events from the beginning and hands each on, in order; heads only once all
 * that was there has been handed on.
 */
final class LedgerFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);
  private static final int PAGE = 512;

  private final Ledger ledger;
  private final Consumer<LedgerEntry> entries;
  private final Consumer<LedgerHead> heads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private LedgerCursor cursor = LedgerCursor.START;
  private volatile boolean closed;
  private boolean caughtUp;

  LedgerFollower(Ledger ledger, Consumer<LedgerEntry> entries, Consumer<LedgerHead> heads) {
    this.ledger = ledger;
    this.entries = entries;
    this.heads = heads;
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
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.CLOSED || e.code() == ErrorCode.INTERRUPTED) {
        return false;
      }
      LOG.warn("the ledger does not answer: {}", e.getMessage());
      pause(wait);
    } catch (RuntimeException defect) {
      // A node that does not hear the ledger loses what it has earned.
      LOG.error("the ledger could not be followed; it is tried again", defect);
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

  void close() {
    closed = true;
    closing.countDown();
  }
}

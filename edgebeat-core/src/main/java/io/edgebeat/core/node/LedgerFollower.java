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
final class LedgerFollower implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);
  private static final int PAGE = 512;
  private static final Duration WAIT = Duration.ofMillis(250);

  private final Ledger ledger;
  private final Consumer<LedgerEntry> entries;
  private final Consumer<LedgerHead> heads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;
  private boolean caughtUp;

  LedgerFollower(Ledger ledger, Consumer<LedgerEntry> entries, Consumer<LedgerHead> heads) {
    this.ledger = ledger;
    this.entries = entries;
    this.heads = heads;
  }

  @Override
  public void run() {
    LedgerCursor cursor = LedgerCursor.START;
    while (!closed) {
      try {
        EventPage page = ledger.awaitEvents(cursor, PAGE, WAIT);
        if (closed) {
          return;
        }
        page.entries().forEach(entries);
        cursor = page.next();
        caughtUp = caughtUp || page.entries().size() < PAGE;
        if (caughtUp) {
          heads.accept(page.head());
        }
      } catch (EdgeBeatException e) {
        if (e.code() == ErrorCode.CLOSED || e.code() == ErrorCode.INTERRUPTED) {
          return;
        }
        LOG.warn("the ledger does not answer: {}", e.getMessage());
        pause();
      } catch (RuntimeException defect) {
        // A node that does not hear the ledger loses what it has earned.
        LOG.error("the ledger could not be followed; it is tried again", defect);
        pause();
      }
    }
  }

  private void pause() {
    try {
      closed = closing.await(WAIT.toMillis(), TimeUnit.MILLISECONDS);
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

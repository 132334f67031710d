package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Repeats what the ledger advises to repeat, as the engine does: the same bytes again. */
final class Persistent {
  private static final int TRIES = 400;

  private Persistent() {}

  static <T> T insist(Supplier<T> call) throws InterruptedException {
    EdgeBeatException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return call.get();
      } catch (EdgeBeatException e) {
        if (e.code() != ErrorCode.LEDGER_UNAVAILABLE) {
          throw e;
        }
        last = e;
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
    throw new AssertionError("after " + TRIES + " tries", last);
  }

  /** Prepares, sends, and waits until it has taken effect. */
  static SignedTransaction send(Ledger ledger, LedgerCommand command) throws InterruptedException {
    SignedTransaction t = insist(() -> ledger.prepare(command));
    finish(ledger, t);
    return t;
  }

  /** Sends what was prepared until it has taken effect. */
  static void finish(Ledger ledger, SignedTransaction t) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      TransactionStatus status =
          insist(
              () -> {
                if (ledger.status(t.id()) instanceof TransactionStatus.Unknown) {
                  ledger.broadcast(t);
                }
                return ledger.status(t.id());
              });
      if (status instanceof TransactionStatus.Done) {
        return;
      }
      if (status instanceof TransactionStatus.Failed) {
        throw new AssertionError(t + " is " + status);
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
    throw new AssertionError(t + " does not get through");
  }

  /** Reads in pages, and remembers what holds. */
  static final class Reader {
    final List<LedgerEntry> standing = new ArrayList<>();
    int retracted;
    LedgerCursor at = LedgerCursor.START;
    private final Ledger ledger;
    private final int limit;

    Reader(Ledger ledger) {
      this(ledger, 100);
    }

    Reader(Ledger ledger, int limit) {
      this.ledger = ledger;
      this.limit = limit;
    }

    /** Whether there was anything. */
    boolean page() throws InterruptedException {
      EventPage page = insist(() -> ledger.awaitEvents(at, limit, Duration.ZERO));
      for (LedgerEntry entry : page.entries()) {
        if (entry.retracted()) {
          // Latest first: it must be the last that holds.
          assertThat(place(entry)).isEqualTo(place(standing.removeLast()));
          retracted++;
        } else {
          standing.add(entry);
        }
      }
      at = page.next();
      return !page.entries().isEmpty();
    }

    /** Reads until nothing is left. */
    Reader all() throws InterruptedException {
      while (page()) {
        // Until nothing is left.
      }
      return this;
    }

    List<List<Object>> places() {
      return standing.stream().map(Reader::place).toList();
    }

    private static List<Object> place(LedgerEntry e) {
      return List.of(e.block(), e.blockHash(), e.index(), e.time(), e.event());
    }
  }
}

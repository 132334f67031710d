package io.edgebeat.benchmarks.simulate;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the ledger has told so far, of openings and closings; followed, not read anew each time. */
public final class LedgerBook {
  private static final int PAGE = 100_000;

  /** An agreement that is funded, and in which block that came about. */
  public record Open(Agreement agreement, long block) {}

  private final Map<AgreementId, Open> open = new LinkedHashMap<>();
  private final Map<AgreementId, Agreement> ever = new LinkedHashMap<>();
  private final Map<AgreementId, Long> closed = new HashMap<>();
  private LedgerCursor cursor = LedgerCursor.START;
  private long head;
  private long longest;

  /** Nothing is read yet. */
  public LedgerBook() {}

  /** Reads what is new. */
  public LedgerBook follow(Ledger ledger) {
    EventPage page;
    do {
      page = ledger.awaitEvents(cursor, PAGE, Duration.ZERO);
      page.entries().forEach(this::read);
      cursor = page.next();
    } while (!page.entries().isEmpty());
    head = page.head().number();
    longest = Math.max(longest, head);
    return this;
  }

  private void read(LedgerEntry entry) {
    longest = Math.max(longest, entry.block());
    switch (entry.event()) {
      case LedgerEvent.Opened e when entry.retracted() -> open.remove(e.id());
      case LedgerEvent.Opened e -> {
        open.put(e.id(), new Open(e.agreement(), entry.block()));
        ever.put(e.id(), e.agreement());
      }
      case LedgerEvent.Closed e when entry.retracted() -> closed.remove(e.id());
      case LedgerEvent.Closed e -> closed.put(e.id(), entry.block());
      default -> {}
    }
  }

  /** The agreements that are funded by what holds now, closed ones too. */
  public Map<AgreementId, Open> open() {
    return open;
  }

  /** Every agreement that was ever funded, also where that was taken back. */
  public Map<AgreementId, Agreement> ever() {
    return ever;
  }

  /** Whether an agreement is paid out. */
  public boolean isClosed(AgreementId id) {
    return closed.containsKey(id);
  }

  /** How many blocks from this one on there are. */
  public int depthOf(long block) {
    return (int) (head - block + 1);
  }

  /**
   * How many blocks may go without taking back a close that somebody takes for final.
   *
   * @param believed how many blocks on top make it final
   */
  public int mostToTakeBack(int believed) {
    return (int)
        (head
            - closed.values().stream()
                .mapToLong(Long::longValue)
                .filter(block -> longest - block >= believed)
                .max()
                .orElse(0));
  }
}

package io.edgebeat.core.node;

import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the ledger tells of agreements that are older than this process, until it is clear what
 * still holds of what they have seen before. A ledger need not tell anew what it has taken back
 * while nobody listened; so what is no longer there is retracted here, before anything else is
 * told. Until then they hear neither entries nor heads: a head alone could make FINAL what is gone.
 *
 * <p>Used by the thread that follows the ledger.
 */
final class CatchUp {
  private final Reactor reactor;
  private final Map<PartitionKey, List<LedgerEntry>> waiting = new TreeMap<>();

  CatchUp(Reactor reactor) {
    this.reactor = reactor;
  }

  /** An agreement of the journal; before the ledger is followed. */
  void expect(PartitionKey key) {
    waiting.put(key, new ArrayList<>());
  }

  /** Whether what the ledger tells of an agreement waits here. */
  boolean holds(PartitionKey key) {
    return waiting.containsKey(key);
  }

  /** Keeps an entry for later. */
  void keep(PartitionKey key, LedgerEntry entry) {
    List<LedgerEntry> told = waiting.get(key);
    if (told != null && !told.contains(entry)) {
      told.add(entry);
    }
  }

  /** The ledger has told everything there is up to this head. */
  void reached(LedgerHead head) {
    waiting.entrySet().removeIf(e -> settled(e.getKey(), e.getValue(), head));
  }

  private boolean settled(PartitionKey key, List<LedgerEntry> told, LedgerHead head) {
    List<LedgerEntry> shown = new ArrayList<>();
    List<LedgerEntry> takenBack = new ArrayList<>();
    for (LedgerEntry entry : told) {
      if (entry.retracted()) {
        shown.removeIf(e -> isSame(e, entry));
        takenBack.add(entry);
      } else {
        shown.add(entry);
      }
    }
    List<LedgerEntry> vanished =
        reactor.read(key, AgreementSide.class, s -> s.vanished(shown, takenBack)).orElse(List.of());
    // A ledger that is not so far yet has not taken anything back.
    boolean early =
        vanished.stream()
            .anyMatch(
                gone ->
                    head.number() < gone.block()
                        && takenBack.stream().noneMatch(e -> isSame(e, gone)));
    if (early) {
      return false;
    }
    vanished.forEach(gone -> reactor.tell(key, new Event.OnLedger(gone)));
    shown.forEach(entry -> reactor.tell(key, new Event.OnLedger(entry)));
    return true;
  }

  private static boolean isSame(LedgerEntry a, LedgerEntry b) {
    return a.blockHash().equals(b.blockHash()) && a.index() == b.index();
  }
}

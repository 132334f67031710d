package io.edgebeat.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every transaction's intent, bytes and end; how often it was asked for only while it is under way.
 * Reservations only while they last.
 */
final class WalletCompaction {
  private final Compaction.Edit edit;
  private final Map<PartitionKey, List<Integer>> reservations = new HashMap<>();
  private final Map<PartitionKey, Set<ActionKey>> reading = new HashMap<>();
  private final Map<ActionKey, PartitionKey> readFor = new HashMap<>();
  private final Set<PartitionKey> reserved = new HashSet<>();
  private final Map<Integer, Long> counts = new HashMap<>();
  private long count;

  private WalletCompaction(Compaction.Edit edit) {
    this.edit = edit;
  }

  static void run(Compaction.Edit edit) {
    new WalletCompaction(edit).run();
  }

  private void run() {
    Set<Long> concluded = new HashSet<>();
    for (int i = 0; i < edit.facts.size(); i++) {
      if (edit.facts.get(i) instanceof Fact.TxConcluded f) {
        concluded.add(f.number());
      }
      follow(i, edit.facts.get(i));
    }
    reservations.forEach(
        (from, indices) -> {
          if (!reserved.contains(from) && reading.getOrDefault(from, Set.of()).isEmpty()) {
            indices.forEach(edit::drop);
          }
        });
    for (int i = 0; i < edit.facts.size(); i++) {
      boolean over =
          switch (edit.facts.get(i)) {
            case Fact.TxWaits f -> concluded.contains(f.number());
            case Fact.TxRetried f -> concluded.contains(f.number());
            case Fact.TxStuck f -> concluded.contains(f.number());
            case Fact.TxRaised f -> concluded.contains(f.number());
            case Fact.TxFellBack f -> concluded.contains(f.number());
            default -> false;
          };
      if (over) {
        edit.drop(i);
      }
    }
    count();
  }

  private void follow(int i, Fact fact) {
    switch (fact) {
      case Fact.ReserveAsked f -> {
        ActionKey funds = new ActionKey("funds", ++count);
        counts.put(i, count);
        belongs(f.from(), i);
        reserved.add(f.from());
        reading.computeIfAbsent(f.from(), from -> new HashSet<>()).add(funds);
        readFor.put(funds, f.from());
      }
      case Fact.ReserveAnswered f -> {
        belongs(f.from(), i);
        if (!f.granted()) {
          reserved.remove(f.from());
        }
      }
      case Fact.ReserveEnded f -> {
        belongs(f.from(), i);
        reserved.remove(f.from());
      }
      case Fact.Dropped f -> {
        PartitionKey from = readFor.get(f.key());
        if (from != null) {
          belongs(from, i);
          reading.getOrDefault(from, new HashSet<>()).remove(f.key());
        }
      }
      case Fact.TxIntended f -> count = Math.max(count, f.number());
      case Fact.Counted f -> count = Math.max(count, f.number());
      default -> {}
    }
  }

  private void belongs(PartitionKey from, int index) {
    reservations.computeIfAbsent(from, f -> new ArrayList<>()).add(index);
  }

  /** States the count where those who have counted are left out. */
  private void count() {
    long counted = 0;
    for (int i = 0; i < edit.facts.size(); i++) {
      switch (edit.facts.get(i)) {
        case Fact.ReserveAsked f -> {
          long number = counts.getOrDefault(i, 0L);
          if (!edit.isDropped(i)) {
            if (counted != number - 1) {
              edit.state(i, new Fact.Counted(number - 1));
            }
            counted = number;
          }
        }
        case Fact.TxIntended f -> counted = Math.max(counted, f.number());
        case Fact.Counted f -> edit.drop(i);
        default -> {}
      }
    }
    if (counted != count) {
      edit.state(edit.facts.size(), new Fact.Counted(count));
    }
  }
}

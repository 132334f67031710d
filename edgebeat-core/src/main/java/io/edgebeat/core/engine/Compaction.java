package io.edgebeat.core.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shortens the history of one partition to one that folds to the very same state: what a snapshot
 * of a node is made of. Facts stay the only vocabulary on disk, so a snapshot is read by whatever
 * reads a journal. Pure: equal histories give equal ones.
 *
 * <p>Left out is what later facts supersede, by the rules of each kind of partition. What proves an
 * agreement to others stays for good: the proposals and signatures, every voucher and the highest
 * preimage of each, receipts, ends of executions, settlement, and whatever the ledger has told.
 *
 * <p>Whoever lets a fact do more when it is folded looks here too; {@code CompactionTest} compares
 * the states.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * Shortens a history.
   *
   * @param history the batches of one partition from its beginning, shortened before or not
   * @return fewer or as many; the last one ends at the same time
   */
  public static List<FactBatch> of(List<FactBatch> history) {
    if (history.isEmpty()) {
      return history;
    }
    PartitionKey key = history.getFirst().partition();
    List<Fact> facts = new ArrayList<>();
    for (FactBatch batch : history) {
      facts.addAll(batch.facts());
    }
    Edit edit = new Edit(facts);
    switch (key.kind()) {
      case BUYER, SELLER -> new AgreementCompaction(edit).run();
      case WALLET -> WalletCompaction.run(edit);
      case CAPACITY -> CapacityCompaction.run(edit);
      // A few facts for each listing, nearly all of which the listing's own end still shows.
      case LISTINGS -> {
        return history;
      }
    }
    return edit.apply(key, history);
  }

  /** What becomes of each fact of a history. */
  static final class Edit {
    final List<Fact> facts;
    private final boolean[] dropped;
    private final SortedMap<Integer, List<Fact>> before = new TreeMap<>();

    Edit(List<Fact> facts) {
      this.facts = facts;
      this.dropped = new boolean[facts.size()];
    }

    void drop(int index) {
      dropped[index] = true;
    }

    boolean isDropped(int index) {
      return dropped[index];
    }

    /** States something just before a fact, or behind the last one. */
    void state(int index, Fact fact) {
      before.computeIfAbsent(index, i -> new ArrayList<>()).add(fact);
    }

    private List<FactBatch> apply(PartitionKey key, List<FactBatch> history) {
      List<FactBatch> shorter = new ArrayList<>();
      int index = 0;
      for (int i = 0; i < history.size(); i++) {
        Instant at = history.get(i).at();
        boolean last = i == history.size() - 1;
        List<Fact> kept = new ArrayList<>();
        for (Fact fact : history.get(i).facts()) {
          kept.addAll(before.getOrDefault(index, List.of()));
          if (!dropped[index]) {
            kept.add(fact);
          }
          index++;
        }
        if (last) {
          kept.addAll(before.getOrDefault(index, List.of()));
        }
        // The time of the last one is the partition's own.
        if (last || !kept.isEmpty()) {
          shorter.add(new FactBatch(key, at, kept));
        }
      }
      return shorter;
    }
  }
}

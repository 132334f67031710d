package io.edgebeat.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest total, and what is promised still. */
final class CapacityCompaction {
  private CapacityCompaction() {}

  static void run(Compaction.Edit edit) {
    int total = -1;
    Map<PartitionKey, List<Integer>> taken = new HashMap<>();
    for (int i = 0; i < edit.facts.size(); i++) {
      switch (edit.facts.get(i)) {
        case Fact.CapacitySet f -> {
          if (total >= 0) {
            edit.drop(total);
          }
          total = i;
        }
        case Fact.CapacityTaken f ->
            taken.computeIfAbsent(f.from(), from -> new ArrayList<>()).add(i);
        case Fact.CapacityFreed f -> {
          edit.drop(i);
          List<Integer> ended = taken.remove(f.from());
          if (ended != null) {
            ended.forEach(edit::drop);
          }
        }
        default -> {}
      }
    }
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.core.engine.Compaction;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Holds a shortened history against the whole one: cut anywhere, they fold to equal states. */
final class Compacted {
  private Compacted() {}

  /** Cuts a history at many places; shortens it also step by step, as a node does. */
  static void equalsWhole(List<FactBatch> history, Supplier<? extends Partition> create) {
    equalsWhole(history, create, Compaction::of);
  }

  static void equalsWhole(
      List<FactBatch> history,
      Supplier<? extends Partition> create,
      Function<List<FactBatch>, List<FactBatch>> compaction) {
    Partition whole = create.get();
    List<FactBatch> stepwise = List.of();
    // A long history is cut here and there: to fold it takes its time.
    int stride = 1 + history.size() / 24;
    for (int cut = 0; cut < history.size(); cut++) {
      FactBatch batch = history.get(cut);
      batch.facts().forEach(whole::evolve);
      List<FactBatch> behind = new ArrayList<>(stepwise);
      behind.add(batch);
      stepwise = compaction.apply(behind);
      if (cut % stride != 0 && cut < history.size() - 1) {
        continue;
      }
      String expected = StateDump.of(whole);
      String what = batch.partition() + " cut behind " + cut + " of " + history.size();
      assertThat(StateDump.of(folded(stepwise, create)))
          .as("%s, step by step: %s", what, stepwise)
          .isEqualTo(expected);
      assertThat(stepwise.getLast().at()).as(what).isEqualTo(batch.at());
      List<FactBatch> once = compaction.apply(history.subList(0, cut + 1));
      assertThat(StateDump.of(folded(once, create)))
          .as("%s, at once: %s", what, once)
          .isEqualTo(expected);
      assertThat(facts(once)).as(what).isLessThanOrEqualTo(facts(history.subList(0, cut + 1)) + 2);
    }
  }

  static int facts(List<FactBatch> history) {
    return history.stream().mapToInt(b -> b.facts().size()).sum();
  }

  private static Partition folded(List<FactBatch> history, Supplier<? extends Partition> create) {
    Partition state = create.get();
    for (FactBatch batch : history) {
      for (Fact fact : batch.facts()) {
        state.evolve(fact);
      }
    }
    return state;
  }
}

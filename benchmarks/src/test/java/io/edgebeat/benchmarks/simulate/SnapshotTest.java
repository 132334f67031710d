package io.edgebeat.benchmarks.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.benchmarks.explore.Fingerprint;
import io.edgebeat.core.engine.Compaction;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.node.Inspection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shortened histories of simulated markets, faults and cheats included. */
class SnapshotTest {
  private static final int SEEDS = Integer.getInteger("edgebeat.count", 60);
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private final Fingerprint fingerprint =
      new Fingerprint(Set.of("AgreementSide.protocol", "BuyerSide.policy", "SellerSide.policy"));
  private UnaryOperator<List<FactBatch>> compaction = Compaction::of;
  private int partitions;
  private long facts;
  private long kept;

  @BeforeEach
  void faultsAreWantedHere() {
    QUIET.setLevel(Level.OFF);
  }

  @AfterEach
  void andNotElsewhere() {
    QUIET.setLevel(null);
  }

  @Test
  void aShortenedHistoryLeadsToTheSameStateWhereverItIsCut() {
    look(SEEDS);
    assertThat(partitions).isGreaterThan(5 * SEEDS);
    assertThat(kept).as("facts kept of %s", facts).isLessThan(facts * 2 / 3);
  }

  @Test
  void aRuleThatLeavesOutTooMuchIsSeen() {
    isSeen(Fact.HeadSeen.class, "head");
    isSeen(Fact.SaidUpTo.class, "said");
    isSeen(Fact.HeldFor.class, "held");
    isSeen(Fact.Counted.class, "count");
  }

  private void isSeen(Class<? extends Fact> leftOut, String in) {
    compaction = history -> without(Compaction.of(history), leftOut);
    assertThatThrownBy(() -> look(SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(in);
  }

  private static List<FactBatch> without(List<FactBatch> history, Class<? extends Fact> kind) {
    return history.stream()
        .map(
            b ->
                new FactBatch(
                    b.partition(),
                    b.at(),
                    b.facts().stream().filter(f -> !kind.isInstance(f)).toList()))
        .toList();
  }

  private void look(int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      long at = seed;
      SimulatedMarket.Report report = SimulatedMarket.inspect(seed, node -> look(at, node));
      assertThat(report.violations()).as("seed %s", seed).isEmpty();
    }
  }

  private void look(long seed, EdgeBeatNode node) {
    Map<PartitionKey, List<FactBatch>> histories = new LinkedHashMap<>();
    for (FactBatch batch : Inspection.journal(node)) {
      histories.computeIfAbsent(batch.partition(), k -> new ArrayList<>()).add(batch);
    }
    histories.forEach((key, history) -> cut(seed, node, key, history));
  }

  private void cut(long seed, EdgeBeatNode node, PartitionKey key, List<FactBatch> history) {
    partitions++;
    SplittableRandom chance = new SplittableRandom(seed);
    Partition whole = Inspection.empty(node, key);
    // One that was cut once, and has gone on with the facts that came behind.
    Partition went = Inspection.empty(node, key);
    List<FactBatch> shorter = List.of();
    for (int i = 0; i < history.size(); i++) {
      FactBatch batch = history.get(i);
      batch.facts().forEach(whole::evolve);
      batch.facts().forEach(went::evolve);
      List<FactBatch> behind = new ArrayList<>(shorter);
      behind.add(batch);
      shorter = behind;
      if (chance.nextInt(3) == 0 || i == history.size() - 1) {
        // What was shortened before and has grown since, as in a node.
        shorter = compaction.apply(behind);
      }
      if (chance.nextInt(1 + history.size() / 8) == 0 || i == history.size() - 1) {
        String where = "seed " + seed + ", " + key + " behind " + batch;
        String expected = text(whole);
        assertThat(text(went)).as("gone on: %s", where).isEqualTo(expected);
        went = Inspection.empty(node, key);
        compaction.apply(history.subList(0, i + 1)).stream()
            .flatMap(b -> b.facts().stream())
            .forEach(went::evolve);
        assertThat(text(went)).as("at once: %s", where).isEqualTo(expected);
        Partition stepwise = Inspection.empty(node, key);
        shorter.stream().flatMap(b -> b.facts().stream()).forEach(stepwise::evolve);
        assertThat(text(stepwise)).as("step by step: %s", where).isEqualTo(expected);
      }
    }
    facts += history.stream().mapToInt(b -> b.facts().size()).sum();
    kept += shorter.stream().mapToInt(b -> b.facts().size()).sum();
  }

  private String text(Partition state) {
    return fingerprint.of(state) + state.outbox().keySet() + state.timers() + state.finished();
  }
}

package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.Compaction;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The oracles of these tests see what they are there to see. */
class PlantedFaultsTest {

  private static TwoSides run() {
    TwoSides world = new TwoSides(new TwoSides.Setup()).begin();
    world.seconds(4);
    world.completes();
    world.settled();
    return world;
  }

  private static void count(PartitionKey.Kind kind, List<Fact> facts) {
    Exposure exposure = new Exposure(1, 1);
    facts.forEach(f -> exposure.fact(kind, f));
  }

  @Test
  void aTickThatBeginsTooEarlyIsSeen() {
    try (TwoSides world = run()) {
      List<Fact> facts = world.seller.cell(world.selling).facts();
      count(PartitionKey.Kind.SELLER, facts);
      List<Fact> tampered =
          facts.stream()
              .map(
                  f ->
                      f instanceof Fact.TicksBegun(long total, var at)
                          ? new Fact.TicksBegun(total + 2, at)
                          : f)
              .toList();
      assertThatThrownBy(() -> count(PartitionKey.Kind.SELLER, tampered))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ticks begun");
    }
  }

  @Test
  void aTickThatIsRevealedTooEarlyIsSeen() {
    try (TwoSides world = run()) {
      List<Fact> facts = world.buyer.cell(world.buying).facts();
      count(PartitionKey.Kind.BUYER, facts);
      List<Fact> tampered =
          facts.stream()
              .map(
                  f ->
                      f instanceof Fact.Said(PeerMessage.Ticks t)
                          ? new Fact.Said(
                              new PeerMessage.Ticks(t.sequence(), t.ticks() + 1, t.preimage()))
                          : f)
              .toList();
      assertThatThrownBy(() -> count(PartitionKey.Kind.BUYER, tampered))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ticks revealed");
    }
  }

  /** Facts that say again what is known already may be missed; all others are missed. */
  @Test
  void aFactThatIsLostOrDoubledChangesTheState() {
    try (TwoSides world = run()) {
      for (TwoSides.Side side : List.of(world.buyer, world.seller)) {
        TwoSides.Cell<?> cell = side.cell(side == world.buyer ? world.buying : world.selling);
        String whole = StateDump.of(cell.live);
        List<Fact> facts = cell.facts();
        int lost = 0;
        int doubled = 0;
        int said = 0;
        for (int i = 0; i < facts.size(); i++) {
          if (!(facts.get(i) instanceof Fact.Said)) {
            continue;
          }
          said++;
          List<Fact> without = new ArrayList<>(facts);
          without.remove(i);
          List<Fact> twice = new ArrayList<>(facts);
          twice.add(i, facts.get(i));
          lost += differs(cell, without, whole) ? 1 : 0;
          doubled += differs(cell, twice, whole) ? 1 : 0;
        }
        assertThat(said).isGreaterThan(5);
        assertThat(lost).as("of %s", said).isEqualTo(said);
        assertThat(doubled).as("of %s", said).isEqualTo(said);
      }
    }
  }

  private static boolean differs(TwoSides.Cell<?> cell, List<Fact> facts, String whole) {
    try {
      return !StateDump.of(cell.replayed(facts)).equals(whole);
    } catch (RuntimeException impossible) {
      // Such a journal cannot even be folded.
      return true;
    }
  }

  /** A rule that leaves out one kind too much, or states nothing in its place. */
  @Test
  void aCompactionThatLeavesOutTooMuchIsSeen() {
    try (TwoSides world = run()) {
      Map<String, Predicate<Fact>> wrong =
          Map.of(
              "messages said", f -> f instanceof Fact.SaidUpTo,
              "ticks begun", f -> f instanceof Fact.TicksBegun,
              "lease", f -> f instanceof Fact.LeaseSet,
              "messages seen", f -> f instanceof Fact.PeerSaw,
              "ticks held", f -> f instanceof Fact.Heard(long sequence, PeerMessage.Ticks m),
              "ticks revealed", f -> f instanceof Fact.Said(PeerMessage.Ticks m),
              "ticks acknowledged", f -> f instanceof Fact.Said(PeerMessage.Ack m));
      wrong.forEach(
          (what, rule) ->
              assertThat(cells(world).anyMatch(cell -> isSeen(cell, rule))).as(what).isTrue());
    }
  }

  private static Stream<TwoSides.Cell<?>> cells(TwoSides world) {
    return Stream.of(world.buyer, world.seller).flatMap(side -> side.cells.values().stream());
  }

  private static <S extends Partition> boolean isSeen(
      TwoSides.Cell<S> cell, Predicate<Fact> wrong) {
    try {
      Compacted.equalsWhole(
          cell.journal,
          () -> cell.decider.create(cell.key),
          history -> without(Compaction.of(history), wrong));
      return false;
    } catch (AssertionError | RuntimeException seen) {
      return true;
    }
  }

  private static List<FactBatch> without(List<FactBatch> history, Predicate<Fact> wrong) {
    return history.stream()
        .map(
            b ->
                new FactBatch(
                    b.partition(),
                    b.at(),
                    b.facts().stream().filter(Predicate.not(wrong)).toList()))
        .toList();
  }
}

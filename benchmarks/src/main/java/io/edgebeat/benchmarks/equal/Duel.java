package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.LedgerEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Plays one sequence on both ledgers and compares all that they say. */
final class Duel {
  private final EmbeddedSide embedded;
  private final Side evm;
  private final Tally tally;
  private final List<List<Step.Send>> blocks = new ArrayList<>();
  private final List<Step.Send> waiting = new ArrayList<>();
  private Instant now = World.START;

  /** The two differ; says in what. */
  private static final class Differ extends Exception {
    private static final long serialVersionUID = 1L;

    Differ(String what) {
      super(what, null, false, false);
    }
  }

  private Duel(EmbeddedSide embedded, Side evm, Tally tally) {
    this.embedded = embedded;
    this.evm = evm;
    this.tally = tally;
  }

  /**
   * Plays.
   *
   * @param tally counts what has come up
   * @return how the two differ; empty when they do not
   */
  static Optional<String> fight(Sequence sequence, Arena arena, Tally tally) {
    arena.reset();
    try (EmbeddedSide embedded = new EmbeddedSide(sequence.world(), sequence.deals());
        Side evm = new EvmSide(arena, sequence.world(), sequence.deals())) {
      return fight(sequence, embedded, evm, tally);
    } catch (RuntimeException e) {
      return Optional.of("one of them fails with " + e);
    }
  }

  /** Plays on two sides that have played nothing yet. */
  static Optional<String> fight(Sequence sequence, EmbeddedSide embedded, Side evm, Tally tally) {
    Duel duel = new Duel(embedded, evm, tally);
    try {
      for (Step step : sequence.steps()) {
        duel.take(step);
      }
      duel.flush();
      duel.compareAll();
      return Optional.empty();
    } catch (Differ e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void take(Step step) throws Differ {
    switch (step) {
      case Step.Send send -> waiting.add(send);
      case Step.Block block -> {
        flush();
        now = now.plusSeconds(block.seconds());
      }
      case Step.Pause pause -> {
        flush();
        now = now.plusSeconds(1);
        embedded.pause(now, pause.on());
        evm.pause(now, pause.on());
        blocks.clear();
      }
      case Step.Reorg reorg -> {
        flush();
        reorganise(Math.min(reorg.depth(), blocks.size()), reorg.order());
      }
    }
  }

  /** Makes a block of the calls that wait. */
  private void flush() throws Differ {
    if (waiting.isEmpty()) {
      return;
    }
    List<Step.Send> sends = List.copyOf(waiting);
    waiting.clear();
    for (Step.Send send : sends) {
      if (send.deal() != Step.NO_DEAL) {
        tally.met(embedded.recordOf(send.deal()).status());
      }
    }
    List<String> here = embedded.play(now, sends);
    List<String> there = evm.play(now, sends);
    blocks.add(sends);
    for (int i = 0; i < sends.size(); i++) {
      tally.called(sends.get(i).command().apply(embedded.scene()), here.get(i));
      same(sends.get(i) + " at " + now, here.get(i), there.get(i));
    }
    compareNews();
    // Whatever is not told in events shows in one of these soon enough.
    int deal = sends.getLast().deal();
    if (deal != Step.NO_DEAL) {
      same("the record of #" + deal, embedded.record(deal), evm.record(deal));
    }
  }

  private void reorganise(int depth, long order) throws Differ {
    if (depth == 0) {
      return;
    }
    List<List<Step.Send>> newest = blocks.subList(blocks.size() - depth, blocks.size());
    List<Step.Send> dropped = newest.stream().flatMap(List::stream).toList();
    newest.clear();
    now = now.plusSeconds(1);
    List<Integer> numbers = order(dropped, order);
    List<String> here = embedded.again(depth, numbers, now);
    List<String> there = evm.again(depth, numbers, now);
    blocks.add(dropped);
    tally.reorganised();
    for (int i = 0; i < dropped.size(); i++) {
      same(dropped.get(i) + " sent again at " + now, here.get(i), there.get(i));
    }
    compareNews();
  }

  /** Each sender keeps the order of its own, or it would wait for itself. */
  private static List<Integer> order(List<Step.Send> sends, long draw) {
    Map<Actor, Queue<Integer>> own = new EnumMap<>(Actor.class);
    List<Actor> turns = new ArrayList<>();
    for (int i = 0; i < sends.size(); i++) {
      turns.add(sends.get(i).by());
      own.computeIfAbsent(sends.get(i).by(), by -> new ArrayDeque<>()).add(i);
    }
    if (draw != 0) {
      Collections.shuffle(turns, new Random(draw));
    }
    List<Integer> order = new ArrayList<>();
    for (Actor turn : turns) {
      order.add(Optional.ofNullable(own.get(turn)).orElseThrow().remove());
    }
    return order;
  }

  private void compareNews() throws Differ {
    compare(
        "what is told", entries(embedded, embedded.news()), entries(evm, evm.news()), tally::told);
    compare("where tokens are", embedded.money(), evm.money(), n -> {});
    if (!embedded.isExact()) {
      throw new Differ("the embedded ledger has made or lost tokens");
    }
  }

  private void compareAll() throws Differ {
    compare(
        "all that was told", entries(embedded, embedded.all()), entries(evm, evm.all()), n -> {});
    for (int deal = 0; deal < embedded.scene().size(); deal++) {
      same("the record of #" + deal, embedded.record(deal), evm.record(deal));
    }
    compare("the listings", embedded.listings(), evm.listings(), n -> {});
  }

  private static List<String> entries(Side side, List<LedgerEntry> entries) {
    Function<LedgerEntry, String> text =
        e -> (e.retracted() ? "taken back: " : "") + e.time() + " " + e.event();
    return entries.stream().map(text).map(side.scene()::anonymous).toList();
  }

  private static <T> void compare(String what, List<T> here, List<T> there, IntConsumer count)
      throws Differ {
    count.accept(here.size());
    for (int i = 0; i < Math.max(here.size(), there.size()); i++) {
      String one = i < here.size() ? String.valueOf(here.get(i)) : "nothing";
      String other = i < there.size() ? String.valueOf(there.get(i)) : "nothing";
      same(what + ", entry " + i, one, other);
    }
  }

  private static void same(String what, String here, String there) throws Differ {
    if (!here.equals(there)) {
      throw new Differ(what + ":\n  embedded " + here + "\n  evm      " + there);
    }
  }
}

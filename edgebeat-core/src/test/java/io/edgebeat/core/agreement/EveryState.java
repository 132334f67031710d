package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * States of both roles, each with the facts that lead to it: what is tried in one is tried in all.
 */
final class EveryState {
  /**
   * One of them.
   *
   * @param name role, deal, work, and what a test wants to tell apart besides
   * @param at when the last of the facts was decided
   */
  record Reached(TwoSides world, boolean buyer, String name, List<Fact> facts, Instant at) {
    /** A state that a test may change. */
    AgreementSide fresh() {
      return (AgreementSide) side().cell(key()).replayed(facts);
    }

    TwoSides.Side side() {
      return buyer ? world.buyer : world.seller;
    }

    PartitionKey key() {
      return buyer ? world.buying : world.selling;
    }

    /** Decides, as the role does. */
    List<Fact> decide(AgreementSide state, Event event, Instant when) {
      Step step = new Step(state, when);
      if (state instanceof BuyerSide s) {
        ((BuyerDecider) side().deciders.get(key().kind())).decide(s, event, step);
      } else if (state instanceof SellerSide s) {
        ((SellerDecider) side().deciders.get(key().kind())).decide(s, event, step);
      }
      return step.facts();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final Function<AgreementSide, String> naming;
  private final Map<String, Reached> seen = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param naming what tells two states apart
   */
  EveryState(Function<AgreementSide, String> naming) {
    this.naming = naming;
  }

  /** Role, deal and work. */
  static String roughly(AgreementSide side) {
    return (side instanceof BuyerSide ? "buyer " : "seller ")
        + side.deal()
        + (side.deal() == DealState.SIGNED ? "/" + side.workName() : "");
  }

  /** And where the money is, what was asked for, and whether the files may be too old. */
  static String finely(AgreementSide side) {
    TreeSet<String> asked = new TreeSet<>();
    side.outbox().keySet().forEach(key -> asked.add(key.kind()));
    asked.remove("send");
    return roughly(side)
        + " "
        + side.status()
        + (side.restored() ? " restored" : "")
        + (side instanceof BuyerSide b && b.cancelled ? " cancelled" : "")
        + (side instanceof BuyerSide b && b.outcome != null ? " ended" : "")
        + " "
        + asked;
  }

  /** All states, by name. */
  Map<String, Reached> all() {
    return seen;
  }

  /** Takes every state that both roles of a finished world went through. */
  void collect(TwoSides world) {
    for (TwoSides.Side side : List.of(world.buyer, world.seller)) {
      PartitionKey key = side == world.buyer ? world.buying : world.selling;
      TwoSides.Cell<?> cell = side.cell(key);
      List<Fact> facts = new ArrayList<>();
      Partition state = cell.replayed(List.of());
      for (FactBatch batch : cell.journal) {
        facts.addAll(batch.facts());
        batch.facts().forEach(state::evolve);
        String name = naming.apply((AgreementSide) state);
        seen.computeIfAbsent(
            name, n -> new Reached(world, side == world.buyer, n, List.copyOf(facts), batch.at()));
      }
    }
  }

  private void life(TwoSides.Setup setup, Consumer<TwoSides> course) {
    setup.once = true;
    try (TwoSides world = new TwoSides(setup)) {
      course.accept(world);
      collect(world);
    }
  }

  /** Every state of deal and work. */
  void plain() {
    for (int unpaid : new int[] {0, 1}) {
      TwoSides.Setup setup = new TwoSides.Setup().bounds(unpaid, 1);
      setup.tasks = 2;
      life(
          setup,
          world -> {
            world.begin();
            world.seconds(2);
            world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
            world.seconds(2);
            world.seller.stopsAt = m -> false;
            world.pump();
            world.completes();
            world.command(world.buyer, world.buying, new Event.RunTask(task(2), world.spec()));
            world.seconds(1);
            world.completes();
            world.settled();
          });
    }
    life(
        new TwoSides.Setup(),
        world -> {
          world.begin();
          world.seconds(1);
          world.seller.stopsAt = m -> m instanceof PeerMessage.Ticks;
          world.seconds(1);
          world.completes();
          assertThat(world.sells().work()).isEqualTo(SellerWork.STOPPING);
        });
    TwoSides.Setup rejects = new TwoSides.Setup();
    rejects.answer = o -> new OfferPolicy.Answer.Reject("no");
    life(rejects, TwoSides::begin);
    life(
        new TwoSides.Setup(),
        world -> {
          world.held = a -> a instanceof Action.Prepare;
          world.begin();
          world.advance(Duration.ofMinutes(11));
        });
  }

  /** States in which something is on its way, taken back, disputed or not known any more. */
  void odd() {
    whatIsOnItsWay();
    whatTheLedgerDoes();
    whatIsLost();
  }

  private void whatIsOnItsWay() {
    for (Class<?> late :
        List.of(
            Action.Examine.class,
            Action.Sign.class,
            Action.Provision.class,
            Action.Start.class,
            Action.Draw.class,
            Action.Fetch.class)) {
      TwoSides.Setup setup = new TwoSides.Setup();
      setup.resultAmount = Edg.units(777);
      life(
          setup,
          world -> {
            world.held = late::isInstance;
            world.begin();
            world.seconds(1);
            if (late == Action.Fetch.class) {
              world.completes();
            }
            world.command(world.buyer, world.buying, new Event.CancelTask(world.taskId));
            world.seconds(1);
            world.releaseHeld();
          });
    }
    // A counter-offer, and the capacity gone when it is accepted.
    TwoSides.Setup counters = new TwoSides.Setup();
    Price dearer = new Price(Edg.units(120), TickUnit.seconds(1), Edg.units(60));
    counters.answer = o -> new OfferPolicy.Answer.Counter(dearer);
    life(
        counters,
        world -> {
          world.held =
              a -> a instanceof Action.Tell tell && tell.to().equals(PartitionKey.CAPACITY);
          world.begin();
          world.seconds(1);
        });
    TwoSides.Setup idle = new TwoSides.Setup();
    idle.taskAtOnce = false;
    idle.tasks = 2;
    life(
        idle,
        world -> {
          world.begin();
          world.command(world.buyer, world.buying, new Event.OpenWanted());
          assertThat(world.buys().work()).isEqualTo(BuyerWork.IDLE);
        });
    life(
        new TwoSides.Setup(),
        world -> {
          world.begin();
          world.seconds(2);
          world.held = a -> a instanceof Action.Prepare || a instanceof Action.ReadFunds;
          world.completes();
          world.advance(Duration.ofMinutes(5));
        });
  }

  private void whatTheLedgerDoes() {
    TwoSides.Setup literal = new TwoSides.Setup();
    literal.way = Event.Way.LITERAL;
    life(
        literal,
        world -> {
          world.begin();
          world.seconds(1);
          world.completes();
          world.settled();
        });
    for (int at = 0; at < 3; at++) {
      TwoSides.Setup setup = new TwoSides.Setup();
      setup.depth = at == 0 ? 0 : 3;
      setup.believed = at == 1 ? 0 : -1;
      boolean early = at == 2;
      life(
          setup,
          world -> {
            world.begin();
            world.mine(early ? 1 : 4);
            world.seconds(1);
            world.buyer.ledger.broadcast(
                world.buyer.ledger.prepare(
                    new LedgerCommand.RequestClose(world.buys().agreement())));
            world.pump();
            if (setup.depth > 0) {
              world.chain.reorg(1, false);
              world.pump();
            }
            world.seconds(20);
            world.mine(4);
          });
    }
  }

  private void whatIsLost() {
    for (boolean buyer : new boolean[] {true, false}) {
      TwoSides.Setup setup = new TwoSides.Setup();
      setup.tasks = 2;
      life(
          setup,
          world -> {
            world.held = a -> a instanceof Action.Provision;
            world.begin();
            TwoSides.Side side = buyer ? world.buyer : world.seller;
            int backup = world.backup(side);
            world.releaseHeld();
            world.seconds(3);
            world.held = a -> a instanceof Action.Ask;
            world.runs.forEach(run -> run.over = true);
            world.restore(side, backup);
            world.releaseHeld();
            world.seconds(1);
          });
    }
    // Opened on the ledger while nobody says what was known.
    TwoSides.Setup deep = new TwoSides.Setup();
    deep.depth = 2;
    life(
        deep,
        world -> {
          world.begin();
          world.held = a -> a instanceof Action.Ask;
          world.seller.stopsAt = m -> true;
          world.restore(world.buyer, world.backup(world.buyer));
          world.mine(3);
          world.advance(Duration.ofMinutes(3));
        });
    // The seller counts more than there was.
    life(
        new TwoSides.Setup(),
        world -> {
          world.begin();
          world.seconds(2);
          world.forge(
              world.buyer, new PeerMessage.UsageReport(1, io.edgebeat.api.task.Usage.NONE, 60));
          world.seconds(2);
        });
    // The end comes before what was revealed for it.
    life(
        new TwoSides.Setup(),
        world -> {
          world.begin();
          world.seconds(2);
          world.buyer.stopsAt = m -> true;
          world.ends(new TaskOutcome.Stopped("lease over"));
          world.advance(Duration.ofMinutes(5));
        });
  }

  static TaskId task(int number) {
    byte[] id = new byte[16];
    id[0] = (byte) number;
    return TaskId.of(id);
  }
}

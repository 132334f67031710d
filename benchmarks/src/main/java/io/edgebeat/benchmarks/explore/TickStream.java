package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.BuyerWork;
import io.edgebeat.core.agreement.ExecutionPlan;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.agreement.SellerWork;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.run.MeterGate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Ticks between two honest sides: the whole {@code SellerDecider} with its till, meter and gate,
 * the whole {@code BuyerDecider} with its purse. Messages come late or only when they are sent
 * again, which is the same here; the seller's node dies at any moment, also between a decision that
 * is durable and what follows from it, and comes back. The execution lives outside of the node: it
 * obeys what it was told last, and its lease.
 *
 * <p>What is measured is what really happens, and not what a side believes: a tick has begun when
 * the workload has used the first of it. The promises, in every state: begun - paid is at most m,
 * revealed - delivered at most W.
 */
final class TickStream implements Model<TickStream.World> {
  /** Two units of time are a tick, so that a tick that has begun is not over yet. */
  static final TickUnit TIMED = TickUnit.seconds(2);

  /** A unit that the workload asks for. */
  static final TickUnit ASKED = new TickUnit(TickUnit.Kind.CALLS, 1);

  private final Stage stage;
  private final int horizon;
  private final boolean timed;
  private final Fingerprint fingerprint = new Fingerprint(MoneyModel.DECIDE_NOTHING);

  /**
   * A state.
   *
   * @param second the time
   * @param seller the seller's journal
   * @param buyer the buyer's journal
   * @param up whether the seller's node is alive
   * @param run the execution
   */
  record World(int second, Journal seller, Journal buyer, boolean up, Run run) {
    Instant now() {
      return Stage.at(second);
    }
  }

  /**
   * The execution, as its executor knows it.
   *
   * @param live whether it runs or is held
   * @param held whether it was told to hold
   * @param lease when it ends by itself
   * @param used seconds it has run, or units it has used
   * @param asked units the seller was told of; more than it has used while it waits
   * @param granted units its gate lets pass
   * @param over whether it has ended
   */
  record Run(
      boolean live, boolean held, Instant lease, int used, int asked, long granted, boolean over) {
    static final Run NONE = new Run(false, false, Instant.EPOCH, 0, 0, 0, false);

    Run told(int units) {
      return new Run(live, held, lease, used, units, granted, over);
    }

    Run using(int units) {
      return new Run(live, held, lease, units, asked, granted, over);
    }
  }

  TickStream(Stage stage, int ticks) {
    this.stage = stage;
    this.timed = stage.numbers.unit().kind() == TickUnit.Kind.SECONDS;
    this.horizon = timed ? 2 * ticks + 2 : ticks;
  }

  @Override
  public String name() {
    return (timed ? "seconds" : "calls")
        + ", m = "
        + stage.numbers.unpaid()
        + ", W = "
        + stage.numbers.window();
  }

  private Side<SellerSide> seller(World world) {
    return Side.seller(stage, world.seller);
  }

  private Side<BuyerSide> buyer(World world) {
    return Side.buyer(stage, world.buyer);
  }

  @Override
  public List<World> starts() {
    Side<BuyerSide> buyer = Side.buyer(stage, Journal.EMPTY);
    Side<SellerSide> seller = Side.seller(stage, Journal.EMPTY);
    buyer.give(stage.begin(), Stage.T0);
    seller.hear(buyer.journal().said(PeerMessage.class).orElseThrow(), Stage.T0);
    buyer.hear(seller.journal().said(PeerMessage.class).orElseThrow(), Stage.T0);
    LedgerCommand open = buyer.pending().getFirst().command();
    Books.Outcome outcome = Books.opening(stage).apply(stage, open, stage.buyer, Stage.T0);
    for (LedgerEntry entry : outcome.entries()) {
      buyer.give(new Event.OnLedger(entry), Stage.T0);
      seller.give(new Event.OnLedger(entry), Stage.T0);
    }
    return List.of(new World(0, seller.journal(), buyer.journal(), true, Run.NONE));
  }

  @Override
  public String key(World world) {
    Side<SellerSide> seller = seller(world);
    Side<BuyerSide> buyer = buyer(world);
    return world.second
        + " "
        + world.up
        + world.run
        + fingerprint.of(seller.state)
        + seller.state.timers()
        + fingerprint.of(buyer.state)
        + buyer.state.timers()
        + fingerprint.of(waiting(world.seller, buyer.state.heard()))
        + fingerprint.of(waiting(world.buyer, seller.state.heard()));
  }

  private static List<PeerMessage> waiting(Journal from, long heard) {
    List<PeerMessage> all = from.allSaid(PeerMessage.class);
    return all.subList((int) heard, all.size());
  }

  private int begun(Run run) {
    return timed ? (run.used + 1) / 2 : run.used;
  }

  /** The tick in use is delivered when it is over, or when it was the last. */
  private int delivered(Run run) {
    if (run.over) {
      return begun(run);
    }
    return timed ? run.used / 2 : Math.max(0, run.asked > run.used ? run.used : run.used - 1);
  }

  @Override
  public Optional<String> violation(World world) {
    long held = seller(world).state.ticks();
    long revealed = buyer(world).state.ticks();
    int begun = begun(world.run);
    int delivered = delivered(world.run);
    if (begun - held > stage.numbers.unpaid()) {
      return Optional.of(
          begun + " ticks have begun, " + held + " are paid, at second " + world.second);
    }
    if (revealed - delivered > stage.numbers.window()) {
      return Optional.of(revealed + " ticks are revealed, " + delivered + " are delivered");
    }
    return Optional.empty();
  }

  @Override
  public void moves(World world, BiConsumer<String, World> next) {
    Side<SellerSide> seller = seller(world);
    Side<BuyerSide> buyer = buyer(world);
    if (seller.state.work() == SellerWork.TERMINATING || buyer.state.work() == BuyerWork.SETTLING) {
      // Nothing begins and nothing is revealed any more.
      return;
    }
    List<PeerMessage> toBuyer = waiting(world.seller, buyer.state.heard());
    List<PeerMessage> toSeller = waiting(world.buyer, seller.state.heard());
    Optional<ExecutionPlan> plan = seller.state.plan();
    boolean planned = plan.isPresent() && !world.run.over;
    boolean current = !planned || obeys(world.run, plan.orElseThrow());
    if (!toBuyer.isEmpty()) {
      PeerMessage message = toBuyer.getFirst();
      Side<BuyerSide> later = buyer(world);
      later.hear(message, world.now());
      next.accept(
          "buyer hears " + name(message),
          new World(world.second, world.seller, later.journal(), world.up, world.run));
    }
    if (world.up && !toSeller.isEmpty()) {
      PeerMessage message = toSeller.getFirst();
      decide(world, "seller hears " + name(message), s -> s.hear(message, world.now()), next);
    }
    if (world.up && !current) {
      next.accept("seller tells the execution", told(world, plan.orElseThrow()));
    }
    use(world, plan, next);
    if (world.up) {
      next.accept(
          "seller's node dies",
          new World(world.second, world.seller, world.buyer, false, world.run));
    } else if (plan.isPresent()) {
      World back = new World(world.second, world.seller, world.buyer, true, ended(world.run));
      decide(back, "seller's node is back", s -> s.give(stopped(0), world.now()), next);
    }
    boolean idle = current || !world.up;
    if (idle && world.second < horizon) {
      tick(world, next);
    }
  }

  private static Run ended(Run run) {
    return new Run(false, false, run.lease, run.used, run.used, run.granted, true);
  }

  /** Told by whoever knows how much was used, which a node that was dead does not. */
  private static Event stopped(int units) {
    return new Event.ExecutionEnded(1, new TaskOutcome.Stopped("stopped"), Usage.NONE, units);
  }

  private interface Told {
    void tell(Side<SellerSide> seller);
  }

  private void decide(World world, String move, Told told, BiConsumer<String, World> next) {
    Side<SellerSide> seller = seller(world);
    told.tell(seller);
    seller.fireTimers(world.now());
    next.accept(move, new World(world.second, seller.journal(), world.buyer, world.up, world.run));
  }

  private static boolean obeys(Run run, ExecutionPlan plan) {
    return run.live
        && run.held == plan.held()
        && run.lease.equals(plan.leaseUntil())
        && run.granted == plan.granted()
        && plan.stop().isEmpty();
  }

  /** As {@code Executions.apply} does: the lease first, then held or not, then the stop. */
  private World told(World world, ExecutionPlan plan) {
    Run run = world.run;
    if (plan.stop().isEmpty()) {
      return new World(
          world.second,
          world.seller,
          world.buyer,
          true,
          new Run(
              true, plan.held(), plan.leaseUntil(), run.used, run.asked, plan.granted(), false));
    }
    Side<SellerSide> seller = seller(world);
    seller.give(stopped(timed ? 0 : run.used), world.now());
    return new World(world.second, seller.journal(), world.buyer, true, ended(run));
  }

  /**
   * A unit passes when the gate lets it, of which the seller is told at any later time; what has to
   * wait is told at once.
   */
  private void use(World world, Optional<ExecutionPlan> plan, BiConsumer<String, World> next) {
    Run run = world.run;
    if (timed || !world.up || !run.live || plan.isEmpty()) {
      return;
    }
    if (run.asked < run.used) {
      told(world, run.told(run.used), next);
    }
    if (run.held || run.used >= horizon) {
      return;
    }
    int unit = run.used + 1;
    if (opens(run.granted, unit)) {
      next.accept(
          "the gate opens for unit " + unit,
          new World(world.second, world.seller, world.buyer, true, run.using(unit)));
    } else if (run.asked <= run.used) {
      told(world, run.told(unit), next);
    }
  }

  private void told(World world, Run run, BiConsumer<String, World> next) {
    int units = run.asked - world.run.asked;
    decide(
        new World(world.second, world.seller, world.buyer, true, run),
        "the gate tells unit " + run.asked,
        s -> s.give(new Event.UnitsAsked(1, "call", units), world.now()),
        next);
  }

  /** Whether the real gate lets a unit pass; a thread that would have to wait is interrupted. */
  private static boolean opens(long granted, int unit) {
    MeterGate gate =
        new MeterGate(TickUnit.seconds(1), (kind, units) -> Thread.currentThread().interrupt());
    gate.open();
    gate.grant(granted);
    try {
      gate.use("call", unit);
      return true;
    } catch (InterruptedException waits) {
      return false;
    } finally {
      Thread.interrupted();
    }
  }

  private void tick(World world, BiConsumer<String, World> next) {
    Run run = world.run;
    boolean runs = run.live && !run.held && run.lease.isAfter(world.now());
    int second = world.second + 1;
    Run later =
        run.live && !run.lease.isAfter(world.now())
            ? ended(run)
            : timed && runs ? run.using(run.used + 1) : run;
    World then = new World(second, world.seller, world.buyer, world.up, later);
    Side<BuyerSide> buyer = buyer(then);
    buyer.fireTimers(then.now());
    World told = new World(second, then.seller, buyer.journal(), then.up, then.run);
    String move = "second " + second + (runs ? ", it runs" : "");
    if (!then.up) {
      next.accept(move, told);
      return;
    }
    boolean leaseOver = later.over && !run.over;
    decide(
        told,
        move + (leaseOver ? ", its lease is over" : ""),
        s -> {
          if (leaseOver) {
            s.give(stopped(timed ? 0 : run.used), told.now());
          }
        },
        next);
  }

  private static String name(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Ticks t -> "tick " + t.ticks();
      case PeerMessage.Ack a -> "acknowledgement of " + a.delivered();
      default -> message.getClass().getSimpleName();
    };
  }
}

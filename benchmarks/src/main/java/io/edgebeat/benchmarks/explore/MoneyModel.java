package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.engine.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The money of one agreement between one honest side and everybody else. The honest side is the
 * real decider of its role, whole; so whatever it does is decided by {@code BuyerDecider.decide} or
 * {@code SellerDecider.decide}, and what it may send by the tables. The others send the ledger any
 * command and the honest side any message, in any order, at any time; the verdicts are those of
 * {@code MoneyRules.decide}. Only this is assumed of the honest side's surroundings: before a
 * second is over its transactions of that second land, what it stops is stopped; others may come
 * before it. Its timers fire when they are due.
 *
 * @param <S> the honest side
 * @param <N> what the others know and have done, immutable
 */
abstract class MoneyModel<S extends AgreementSide, N> implements Model<MoneyModel.World<N>> {
  /**
   * A state.
   *
   * @param second the time
   * @param books the ledger
   * @param journal of the honest side
   * @param notes what the others know and have done
   * @param broken the promise that the last move broke, empty when none
   */
  record World<N>(int second, Books books, Journal journal, N notes, String broken) {
    World<N> noting(N other) {
      return new World<>(second, books, journal, other, broken);
    }

    Instant now() {
      return Stage.at(second);
    }
  }

  /** What tells nothing of what can still happen, or the same as something else. */
  static final Set<String> DECIDE_NOTHING =
      Set.of(
          "AgreementSide.protocol",
          "AgreementSide.key",
          "AgreementSide.negotiation",
          "AgreementSide.offer",
          "AgreementSide.draft",
          "AgreementSide.own",
          "AgreementSide.theirs",
          "BuyerSide.policy",
          "BuyerSide.begin",
          "BuyerSide.spec",
          "BuyerSide.tasks",
          "SellerSide.policy",
          "SellerSide.setting",
          // What depends on them is in the timers.
          "AgreementSide.dealAt",
          "AgreementSide.workAt",
          // Counters of messages and orders.
          "AgreementSide.heard",
          "AgreementSide.said",
          "AgreementSide.peerSaw",
          "AgreementSide.asked",
          "Till.receipts",
          "Purse.receipts",
          // The ledger is seen in the same second, and for good: its fold is read.
          "MoneyView.entries",
          "MoneyView.head",
          "MoneyView.time",
          "MoneyView.opened",
          "MoneyView.openEntry",
          "MoneyView.closeEntry",
          // Words.
          "AgreementSide.failure",
          "SellerSide.stopReason",
          // What is ordered is read apart; what is said follows from the rest.
          "AgreementSide.outbox",
          "Purse.chain",
          "AckChain.links",
          // When units other than seconds were used does not matter.
          "TickMeter.startedAt",
          "TickMeter.held",
          "TickMeter.heldSince");

  final Stage stage;
  private @Nullable Side<S> awake;
  private @Nullable Side<S> spare;
  private @Nullable Journal spareOf;
  private final Fingerprint fingerprint = new Fingerprint(DECIDE_NOTHING);

  MoneyModel(Stage stage) {
    this.stage = stage;
  }

  /** The honest side as its journal gives it. */
  abstract Side<S> wake(Journal journal);

  /** The same; the one that was woken last need not be woken again, as long as it is only read. */
  final Side<S> side(Journal journal) {
    Side<S> side = awake;
    if (side == null || side.journal() != journal) {
      side = wake(journal);
      awake = side;
    }
    return side;
  }

  /** What the others can send to the honest side, and what its workload can do. */
  abstract void othersMove(World<N> world, Side<S> look, BiConsumer<String, World<N>> next);

  /** What the others can send to the ledger. */
  abstract List<Sent> othersSend(World<N> world, Side<S> look);

  /** Whether the honest side still has something to do before the time may move on. */
  abstract boolean busy(Side<S> look);

  /** What the notes become when the honest side has got from one state to the next. */
  abstract N note(N notes, Side<S> after);

  /** The promise to the honest side, when the agreement is over. */
  abstract Optional<String> wronged(World<N> world);

  /**
   * A transaction of somebody else.
   *
   * @param name for the trace
   * @param command what is sent
   * @param by who sends it
   */
  record Sent(String name, LedgerCommand command, Address by) {}

  private int horizon() {
    return (int) (stage.numbers.expiry() + stage.numbers.challenge() + 1);
  }

  @Override
  public String key(World<N> world) {
    Side<S> side = side(world.journal);
    return world.second
        + fingerprint.of(world.books.key())
        + fingerprint.of(world.notes)
        + world.broken
        + fingerprint.of(side.pending().stream().map(Side.Pending::command).toList())
        + side.state.outbox().keySet().stream()
            .map(k -> k.kind())
            .filter(kind -> !kind.equals("send"))
            .sorted()
            .toList()
        + side.state.timers()
        + side.state.id()
        + fingerprint.of(side.state);
  }

  @Override
  public Optional<String> violation(World<N> world) {
    if (!world.broken.isEmpty()) {
      return Optional.of(world.broken);
    }
    long latest = stage.numbers.expiry() + stage.numbers.challenge();
    if (world.books.funded() && world.second > latest) {
      return Optional.of("money is locked after expiry + challenge, at second " + world.second);
    }
    return world.books.ended() ? wronged(world) : Optional.empty();
  }

  @Override
  public void moves(World<N> world, BiConsumer<String, World<N>> next) {
    Side<S> look = wake(world.journal);
    if (!world.books.ended()) {
      othersMove(world, look, next);
    }
    for (Sent sent : othersSend(world, look)) {
      send(world, sent, next);
    }
    if (world.books.ended()) {
      // Nothing can come of it but what must not: that it is opened again.
      return;
    }
    for (Side.Pending pending : look.pending()) {
      land(world, pending, honest(), next);
    }
    boolean idle = look.pending().isEmpty() && !busy(look);
    if (idle && world.second < horizon()) {
      World<N> later =
          new World<>(world.second + 1, world.books, world.journal, world.notes, world.broken);
      next.accept(
          "second " + later.second,
          after(
              later,
              s -> {
                if (s.state.watchesLedger()) {
                  Books books = later.books;
                  s.give(
                      new Event.HeadMoved(
                          new LedgerHead(books.blocks(), books.hash(), later.now())),
                      later.now());
                }
              }));
    }
  }

  abstract Address honest();

  final void send(World<N> world, Sent sent, BiConsumer<String, World<N>> next) {
    Books.Outcome outcome = world.books.apply(stage, sent.command, sent.by, world.now());
    if (outcome.violation().isPresent() || outcome.refused().isEmpty()) {
      next.accept(sent.name, told(world, outcome, s -> {}));
    }
  }

  private void land(
      World<N> world, Side.Pending pending, Address by, BiConsumer<String, World<N>> next) {
    Books.Outcome outcome = world.books.apply(stage, pending.command(), by, world.now());
    TransactionStatus status =
        outcome
            .refused()
            .<TransactionStatus>map(
                no -> new TransactionStatus.Failed(no.code(), no.reason(), Finality.FINAL))
            .orElse(new TransactionStatus.Done(Finality.FINAL, outcome.after().blocks()));
    next.accept(
        "its " + pending.command().name() + (outcome.refused().isPresent() ? " fails" : " lands"),
        told(
            world,
            outcome,
            s -> s.give(new Event.OrderConcluded(pending.key(), status), world.now())));
  }

  private World<N> told(World<N> world, Books.Outcome outcome, Consumer<Side<S>> then) {
    World<N> changed =
        new World<>(
            world.second,
            outcome.after(),
            world.journal,
            world.notes,
            outcome.violation().orElse(world.broken));
    return after(
        changed,
        side -> {
          for (LedgerEntry entry : outcome.entries()) {
            side.give(new Event.OnLedger(entry), world.now());
          }
          then.accept(side);
        });
  }

  /** The world after the honest side has been told something. */
  final World<N> after(World<N> world, Consumer<Side<S>> what) {
    Side<S> side = wake(world.journal);
    what.accept(side);
    side.fireTimers(world.now());
    awake = side;
    return new World<>(
        world.second, world.books, side.journal(), note(world.notes, side), world.broken);
  }

  /**
   * The same, for a message of the other side. A message that is refused, and changes nothing but
   * the count of messages, leads nowhere.
   */
  final void hears(
      String name,
      World<N> world,
      N notes,
      PeerMessage message,
      BiConsumer<String, World<N>> next) {
    Side<S> side = spare;
    if (side == null || spareOf != world.journal) {
      side = wake(world.journal);
    }
    side.hear(message, world.now());
    if (side.onlyRefused()) {
      // As good as new for the next message.
      spare = side;
      spareOf = world.journal;
      return;
    }
    spare = null;
    side.fireTimers(world.now());
    awake = side;
    next.accept(
        name,
        new World<>(world.second, world.books, side.journal(), note(notes, side), world.broken));
  }
}

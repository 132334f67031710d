package io.edgebeat.benchmarks.simulate;

import io.edgebeat.LocalMarket;
import io.edgebeat.MarketFaults;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.node.Inspection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Everything that goes wrong in one market, and who cheats in it: planned and done by chance. */
final class Mischief {
  /** How long there is trouble, at most. */
  static final Duration TROUBLE = Duration.ofSeconds(40);

  private static final Set<String> HASTY = Set.of("closes-early", "releases-early");
  private static final String[] MOMENTS = {"IDLE", "IDLE", "IDLE", "IDLE", "PROVISIONED"};
  private static final String[] BRIEF = {"IDLE", "ENDING", "ENDING", "PROVISIONED", "PROVISIONED"};

  private final LocalMarket market;
  private final MarketFaults happen;
  private final SplittableRandom chance;
  private final List<String> names;
  private final String buyer;
  private final Wiretap tap;
  private final GivenWord words;
  private final LedgerBook book;
  private final Consumer<String> violation;
  private final Consumer<Supplier<String>> log;
  private Consumer<String> onRestart = name -> {};
  private final Set<String> faults = new TreeSet<>();
  private final Map<String, String> cheats = new HashMap<>();
  private final Set<AgreementId> noticed = new HashSet<>();
  private final Set<String> restored = new HashSet<>();
  private final Set<String> starting = new HashSet<>();
  private final int believed;
  private final int taken;
  private final Map<SignedTransaction, String> besides = new LinkedHashMap<>();
  private final Deque<Task> tasks = new ArrayDeque<>();
  private boolean over;

  /** What is done just when somebody's work comes into a state, which by chance would be rare. */
  private final String moment;

  private final boolean takesBackThen;
  private final boolean closesThen;
  private final boolean cancelsThen;

  /**
   * Nothing yet.
   *
   * @param believed how many blocks on top the nodes take for final
   * @param taken how many more than that may be taken back
   */
  Mischief(
      LocalMarket market,
      SplittableRandom chance,
      List<String> names,
      String buyer,
      Wiretap tap,
      GivenWord words,
      LedgerBook book,
      int believed,
      int taken,
      Consumer<String> violation,
      Consumer<Supplier<String>> log) {
    this.market = market;
    this.happen = market.faults();
    this.chance = chance;
    this.names = names;
    this.buyer = buyer;
    this.tap = tap;
    this.words = words;
    this.book = book;
    this.believed = believed;
    this.taken = taken;
    this.violation = violation;
    this.log = log;
    takesBackThen = taken > 0 && !one(3);
    moment = takesBackThen ? pick(BRIEF) : pick(MOMENTS);
    closesThen = one(2);
    cancelsThen = one(4);
  }

  /** Which kinds of fault there were. */
  Set<String> faults() {
    market.faults().messageTrouble().keySet().forEach(faults::add);
    return faults;
  }

  /** Notes a kind of fault that somebody else has made. */
  void had(String fault) {
    faults.add(fault);
  }

  /** Whether a node does not keep to the protocol. */
  boolean cheats(String name) {
    return cheats.containsKey(name);
  }

  /** Whether everybody keeps to the protocol, has the files it has written and is heard right. */
  boolean nobodyForgetsOrLies() {
    return cheats.isEmpty() && restored.isEmpty() && !faults().contains("corrupt");
  }

  private boolean one(int in) {
    return chance.nextInt(in) == 0;
  }

  private String pick(String... values) {
    return values[chance.nextInt(values.length)];
  }

  private Duration sometime() {
    // While most of the work is done.
    return Duration.ofMillis(chance.nextInt((int) TROUBLE.toMillis() / 2));
  }

  private Duration aWhile() {
    return Duration.ofMillis(500 + chance.nextInt(20_000));
  }

  private Duration within(int seconds) {
    return Duration.ofMillis(chance.nextInt(seconds * 1000));
  }

  // ---------------------------------------------------------------- faults

  /**
   * Plans what is to go wrong.
   *
   * @param restarted is told which node is up again
   */
  void planFaults(Consumer<String> restarted) {
    onRestart = restarted;
    if (one(3)) {
      faults.add("weather");
      happen.network(
          chance.nextDouble() * 0.3,
          chance.nextDouble() * 0.3,
          one(2) ? chance.nextDouble() * 0.05 : 0,
          Duration.ofMillis(1),
          Duration.ofMillis(1 + chance.nextInt(3_000)));
    }
    for (String node : names) {
      if (one(5)) {
        faults.add("partition");
        market.after(
            sometime(),
            () -> {
              happen.cutOff(node, true);
              market.after(Duration.ofSeconds(10), () -> happen.cutOff(node, false));
            });
      }
      if (one(5)) {
        market.after(sometime(), () -> crash(node));
      }
      if (one(5)) {
        faults.add("power");
        int operation = 1 + chance.nextInt(60);
        MarketFaults.Unsynced unsynced = unsynced();
        Duration back = aWhile();
        market.after(
            sometime(),
            () -> {
              happen.crashAtDiskOperation(node, operation, unsynced);
              market.after(back, () -> restart(node));
            });
      }
      if (one(8)) {
        faults.add("censorship");
        Duration time = aWhile();
        market.after(
            sometime(),
            () -> {
              happen.censor(node, true);
              market.after(time, () -> happen.censor(node, false));
            });
      }
      if (one(8)) {
        faults.add("fee-spike");
        Duration time = aWhile();
        market.after(
            sometime(),
            () -> {
              happen.feeSpike(node, true);
              market.after(time, () -> happen.feeSpike(node, false));
            });
      }
      if (one(8)) {
        faults.add("clock");
        Duration jump = Duration.ofMillis(chance.nextInt(10_000) - 5_000L);
        market.after(sometime(), () -> happen.clock(node, jump));
      }
      if (one(takesBackThen ? 2 : 5)) {
        faults.add("slow");
        happen.slow(node, Duration.ofMillis(50 + chance.nextInt(4_000)));
      }
    }
    if (one(8)) {
      oldBackup(names.get(chance.nextInt(names.size())));
    }
    for (int i = chance.nextInt(5); i > 0; i--) {
      int depth = 1 + chance.nextInt(3);
      boolean again = one(2);
      market.after(sometime(), () -> takeBack(depth, again, "reorg"));
    }
  }

  /** A node's files are lost later on, and somebody puts back what there was. */
  private void oldBackup(String node) {
    market.after(
        Duration.ofSeconds(1).plus(sometime()),
        () -> {
          if (happen.isDown(node)) {
            return;
          }
          happen.backup(node);
          market.after(
              Duration.ofMillis(100 + chance.nextInt(8_000)),
              () -> {
                if (!happen.isDown(node)) {
                  faults.add("old-backup");
                  restored.add(node);
                  happen.crash(node, MarketFaults.Unsynced.KEPT);
                  words.forget(node, negotiation -> heardFrom(node, negotiation));
                  start(node, () -> happen.restore(node));
                  log.accept(() -> market.clock().instant() + " " + node + " is an old backup");
                }
              });
        });
  }

  /** Up to which message the others that are up know what a node has said. */
  private long heardFrom(String node, NegotiationId negotiation) {
    return names.stream()
        .filter(name -> !name.equals(node) && !happen.isDown(name))
        .map(name -> name.equals(buyer) ? market.buyerNode() : market.seller(name))
        .flatMap(other -> Inspection.sides(other).stream())
        .filter(side -> side.negotiation().equals(negotiation))
        .mapToLong(AgreementSide::heard)
        .max()
        .orElse(0);
  }

  /** Whether a node was started from an old backup: what it does not know it may lose. */
  boolean restored(String name) {
    return restored.contains(name);
  }

  private MarketFaults.Unsynced unsynced() {
    MarketFaults.Unsynced[] all = MarketFaults.Unsynced.values();
    return all[chance.nextInt(all.length)];
  }

  private void crash(String node) {
    if (!happen.isDown(node)) {
      faults.add("crash");
      happen.crash(node, unsynced());
      log.accept(() -> market.clock().instant() + " " + node + " crashed");
      market.after(aWhile(), () -> restart(node));
    }
  }

  private void restart(String node) {
    if (happen.isDown(node)) {
      start(node, () -> happen.restart(node));
    }
  }

  private void start(String node, Runnable how) {
    // Starting takes time: another process would find the directory in use.
    if (happen.isDown(node) && starting.add(node)) {
      try {
        how.run();
        log.accept(() -> market.clock().instant() + " " + node + " is up again");
        onRestart.accept(node);
      } catch (EdgeBeatException again) {
        // It may die once more while it starts; what else it says is a violation.
        if (again.code() != ErrorCode.CLOSED && again.code() != ErrorCode.STORAGE_FAILED) {
          violation.accept("restart of " + node + ": " + again);
        }
        market.after(Duration.ofSeconds(1), () -> restart(node));
      } finally {
        starting.remove(node);
      }
    }
  }

  /**
   * The ledger takes blocks back, but no close that a node takes for final: who believes too early
   * may lose what it works for, and must not lose sight of it.
   */
  private void takeBack(int depth, boolean comeAgain, String kind) {
    // Who has forgotten its transactions with an old backup cannot send them again itself.
    boolean again = comeAgain || !restored.isEmpty();
    int most = Math.min(depth, book.follow(market.ledger()).mostToTakeBack(believed));
    if (!over && most > 0) {
      faults.add(kind);
      log.accept(
          () -> market.clock().instant() + " the ledger takes back " + most + ", again " + again);
      happen.reorg(most, again);
    }
  }

  /** Ends every fault; cheats stay cheats. */
  List<String> heal() {
    over = true;
    List<String> down = names.stream().filter(happen::isDown).toList();
    happen.heal();
    return down;
  }

  // ---------------------------------------------------------------- cheats

  /** Plans who cheats, and how. */
  void planCheats() {
    for (String node : names) {
      boolean buys = node.equals(buyer);
      String cheat =
          one(3)
              ? buys
                  ? pick("stops-paying", "garbles", "closes-early", "silent")
                  : pick(
                      "never-starts",
                      "garbles",
                      "claims-anything",
                      "releases-early",
                      "no-result",
                      "silent")
              : "";
      if (!cheat.isEmpty()) {
        faults.add("cheat-" + cheat);
        cheats.put(node, cheat);
      }
      int patience = chance.nextInt(6);
      int[] said = {0};
      int lastWords = one(4) ? 1 + chance.nextInt(60) : -1;
      happen.speech(
          node,
          envelope -> {
            words.given(node, envelope);
            tap.acknowledged(envelope);
            if (said[0] == lastWords && !over) {
              // Dies with the word on its lips.
              faults.add("last-words");
              market.after(Duration.ZERO, () -> crash(node));
            }
            Optional<PeerEnvelope> heard = speak(cheat, envelope, said[0]++, patience);
            heard.ifPresent(word -> tap.heard(word, node.equals(buyer), !cheats(buyer)));
            return heard;
          });
      if (cheat.equals("claims-anything")) {
        market.after(
            sometime(),
            () ->
                tap.talks()
                    .forEach(
                        talk ->
                            talk.claim(chance.nextInt(1000))
                                .ifPresent(claim -> tryToSend(node, claim))));
      }
    }
  }

  /** Looks at what was opened lately: some of it is soon closed, or taken back. */
  void notice() {
    sendAgain();
    for (Map.Entry<AgreementId, LedgerBook.Open> each : book.open().entrySet()) {
      if (!over && noticed.add(each.getKey())) {
        if (taken > 0 && !takesBackThen && one(2)) {
          takeBackLater(each.getKey(), within(Math.min(16, believed + taken + 1)));
        }
        if (!closesThen) {
          closeLater(each.getKey(), within(one(2) ? 3 : 12));
        }
      }
    }
  }

  /** A task that may be cancelled. */
  void ordered(Task task) {
    tasks.add(task);
  }

  /** The work of an agreement has come into a state. */
  void moved(EdgeBeatNode node, NegotiationId negotiation, String to) {
    if (over || !to.equals(moment)) {
      return;
    }
    for (AgreementSide side : Inspection.sides(node)) {
      if (side.negotiation().equals(negotiation)) {
        side.id().ifPresent(this::atTheMoment);
      }
    }
  }

  private void atTheMoment(AgreementId id) {
    if (takesBackThen && one(2)) {
      takeBackLater(id, Duration.ofMillis(chance.nextInt(500)));
    }
    if (closesThen) {
      closeLater(id, Duration.ofMillis(chance.nextInt(500)));
    }
    Task task = cancelsThen ? tasks.poll() : null;
    if (task != null) {
      market.after(Duration.ZERO, () -> cancel(task));
    }
  }

  private void cancel(Task task) {
    try {
      task.cancel();
    } catch (EdgeBeatException refused) {
      // The process that had ordered it may have died.
      if (refused.code() == ErrorCode.INTERNAL) {
        violation.accept("cancel: " + refused);
      }
    }
  }

  private void takeBackLater(AgreementId id, Duration delay) {
    boolean again = one(2);
    market.after(
        delay,
        () -> {
          LedgerBook.Open open = book.follow(market.ledger()).open().get(id);
          if (open != null) {
            takeBack(book.depthOf(open.block()), again, "deep-reorg");
          }
        });
  }

  private void closeLater(AgreementId id, Duration delay) {
    LedgerBook.Open open = book.follow(market.ledger()).open().get(id);
    if (open != null) {
      names.stream()
          .filter(name -> HASTY.contains(cheats.getOrDefault(name, "")))
          .forEach(name -> market.after(delay, () -> closeEarly(name, open.agreement())));
    }
  }

  private void closeEarly(String name, Agreement agreement) {
    tryToSend(
        name,
        name.equals(buyer)
            ? new LedgerCommand.RequestClose(agreement)
            : new LedgerCommand.Release(agreement, Optional.<VoucherClaim>empty()));
  }

  private Ledger ledgerOf(String node) {
    return node.equals(buyer) ? market.ledger() : market.seller(node).ledger();
  }

  /** Whoever sends something besides its engine sees to it that the ledger does not lose it. */
  private void sendAgain() {
    besides.forEach(
        (sent, node) -> {
          if (market.ledger().status(sent.id()) instanceof TransactionStatus.Unknown
              && !happen.isDown(node)) {
            sendAgain(sent, ledgerOf(node));
          }
        });
  }

  private void sendAgain(SignedTransaction sent, Ledger ledger) {
    try {
      ledger.broadcast(sent);
    } catch (EdgeBeatException refused) {
      log.accept(() -> "not sent again: " + refused);
    }
  }

  private void tryToSend(String node, LedgerCommand command) {
    try {
      if (!happen.isDown(node)) {
        Ledger ledger = ledgerOf(node);
        SignedTransaction sent = ledger.prepare(command);
        besides.put(sent, node);
        ledger.broadcast(sent);
      }
    } catch (EdgeBeatException refused) {
      // A cheat that is refused has lost nothing but its time.
      if (refused.code() == ErrorCode.INTERNAL) {
        throw refused;
      }
    }
  }

  /** What a cheat makes of what its engine wants to say. */
  private static Optional<PeerEnvelope> speak(
      String cheat, PeerEnvelope envelope, int said, int patience) {
    PeerMessage message = envelope.message();
    boolean swallowed =
        switch (cheat) {
          case "stops-paying" ->
              said > patience * 3
                  && (message instanceof PeerMessage.Ticks
                      || message instanceof PeerMessage.VoucherSent);
          case "silent" -> said > patience * 4;
          case "never-starts" ->
              message instanceof PeerMessage.TaskStarted
                  || message instanceof PeerMessage.TaskReady;
          case "no-result" ->
              message instanceof PeerMessage.TaskEnded
                  || message instanceof PeerMessage.ReceiptSent;
          default -> false;
        };
    if (swallowed) {
      return Optional.empty();
    }
    if (cheat.equals("garbles") && said % (patience + 2) == 0) {
      if (message instanceof PeerMessage.Ticks m) {
        return Optional.of(
            with(envelope, new PeerMessage.Ticks(m.sequence(), m.ticks() + 1, Bytes32.ZERO)));
      }
      if (message instanceof PeerMessage.Ack m) {
        return Optional.of(with(envelope, new PeerMessage.Ack(m.delivered() + 1, Bytes32.ZERO)));
      }
    }
    return Optional.of(envelope);
  }

  private static PeerEnvelope with(PeerEnvelope envelope, PeerMessage message) {
    return new PeerEnvelope(envelope.negotiation(), envelope.sequence(), envelope.seen(), message);
  }
}

package io.edgebeat.benchmarks.simulate;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.MarketFaults;
import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.benchmarks.InstantExecutor;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.node.Inspection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One seed: a market with faults and cheats that the seed chooses, run until everything that was
 * funded is paid out, and watched from outside all the while.
 */
final class SimulatedMarket {
  private static final Duration TROUBLE = Duration.ofSeconds(40);
  private static final Duration PATIENCE = Duration.ofMinutes(60);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration LEASE_SLACK = Duration.ofMillis(500);
  private static final Duration STOP_GRACE = Duration.ofMillis(500);
  private static final String BUYER = "buyer";

  /**
   * What came of a seed.
   *
   * @param hash of everything written on any disk
   * @param events how many there were
   * @param opened how many agreements were funded
   * @param faults which kinds of fault there were
   * @param violations what must not be
   */
  record Report(
      String hash, long events, int opened, Set<String> faults, List<String> violations) {}

  private final long seed;
  private final Consumer<String> log;
  private final SplittableRandom chance;
  private final List<String> sellers;
  private final Set<String> faults = new TreeSet<>();
  private final Set<String> cheats = new TreeSet<>();
  private final Set<String> violations = new LinkedHashSet<>();
  private final Wiretap tap = new Wiretap(violations::add);
  private final GivenWord words = new GivenWord(violations::add);
  private final Spending spending = new Spending(violations::add);
  private boolean haggles;
  private final byte[] result = "done".getBytes(StandardCharsets.UTF_8);

  private SimulatedMarket(long seed, Consumer<String> log) {
    this.seed = seed;
    this.log = log;
    // Not the stream of the world, which draws from the same seed.
    this.chance = new SplittableRandom(seed ^ 0x5DEECE66DL);
    this.sellers = chance.nextInt(3) == 0 ? List.of("near", "far") : List.of("near");
  }

  static Report run(long seed) {
    return run(seed, line -> {});
  }

  /** With everything that the nodes decide, line by line. */
  static Report run(long seed, Consumer<String> log) {
    return new SimulatedMarket(seed, log).run();
  }

  // ---------------------------------------------------------------- the market

  private boolean one(int in) {
    return chance.nextInt(in) == 0;
  }

  private String pick(String... values) {
    return values[chance.nextInt(values.length)];
  }

  private Report run() {
    String mode = pick("compact", "compact", "vault", "literal");
    int unpaid = chance.nextInt(3);
    LocalMarketBuilder builder =
        EdgeBeat.local(seed)
            .executor(new InstantExecutor(this::outcome))
            .taskTime(this::time)
            .finalityDepth(chance.nextInt(4))
            .blockInterval(Duration.ofSeconds(1))
            .parameters(
                new LedgerParameters(
                    Edg.of("0.1"),
                    Edg.of("0.01"),
                    Edg.of("10"),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofHours(2)))
            .option("mode", mode)
            .option("seller.literal", "true")
            .option("buyer.window", Integer.toString(1 + chance.nextInt(3)))
            .option("buyer.maxUnpaidTicks", Integer.toString(unpaid))
            // Now and then the seller takes less than the buyer wants, and they do not agree.
            .option("seller.maxUnpaidTicks", Integer.toString(one(20) ? 0 : unpaid))
            .option("buyer.tasksPerAgreement", Integer.toString(1 + chance.nextInt(3)))
            .option("buyer.challenge", "PT2M")
            .option("buyer.openBy", pick("PT15S", "PT1M", "PT2M"))
            .option("buyer.life", pick("PT2M", "PT10M"))
            .option("buyer.margin", "PT10S")
            .option("buyer.startTimeout", "PT20S")
            .option("buyer.idleTimeout", "PT20S")
            .option("buyer.resultTimeout", "PT10S")
            .option("buyer.settleTimeout", "PT15S")
            .option("seller.margin", "PT10S")
            .option("seller.provisionTimeout", "PT15S")
            .option("seller.idleTimeout", "PT15S")
            .option("seller.settleTimeout", "PT15S")
            .option("seller.reorgCap", pick("0", "0.002", "1"));
    int price = 0;
    for (String seller : sellers) {
      price++;
      builder.seller(
          seller,
          new ListingSpec(
              "here",
              new ResourceSpec(2000, 1L << 32, 0),
              new Price(Edg.of("0.00" + price), TickUnit.seconds(1), Edg.of("0.002")),
              Duration.ofDays(1)));
    }
    try (LocalMarket market = builder.virtualTime()) {
      return live(market, mode);
    } catch (RuntimeException | AssertionError e) {
      violations.add("the market broke: " + e);
      return new Report("", 0, 0, faults, List.copyOf(violations));
    }
  }

  private TaskOutcome outcome(ExecutionRequest request) {
    return switch (request.workload().arguments().getFirst()) {
      case "exit" -> new TaskOutcome.Exited(3, ContentId.ofRaw(result));
      case "trap" -> new TaskOutcome.Trapped("it trapped");
      case "lost" -> new TaskOutcome.Completed(ContentId.ofRaw(new byte[] {1}));
      default -> new TaskOutcome.Completed(ContentId.ofRaw(result));
    };
  }

  private Duration time(ExecutionRequest request) {
    return Duration.ofMillis(Long.parseLong(request.workload().arguments().get(1)));
  }

  private Report live(LocalMarket market, String mode) {
    ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
    if (mode.equals("vault")) {
      send(market.ledger(), new LedgerCommand.VaultDeposit(Edg.of("100")));
    }
    haggles = one(4);
    names().forEach(name -> listen(market, name));
    planCheats(market);
    planFaults(market);
    watchLedger(market);
    market.after(Duration.ZERO, () -> watch(market));
    int tasks = 1 + chance.nextInt(3);
    for (int i = 0; i < tasks; i++) {
      if (one(3)) {
        buyStepByStep(market, image);
      } else {
        buy(market, image);
      }
      market.run(Duration.ofMillis(chance.nextInt(10_000)));
    }
    market.run(TROUBLE);
    List<String> down = names().stream().filter(market.faults()::isDown).toList();
    market.faults().heal();
    down.forEach(name -> revived(market, name));
    boolean over = false;
    for (int i = 0; i < PATIENCE.toSeconds() / 5 && !over; i++) {
      market.run(Duration.ofSeconds(5));
      over = unfinished(market).isEmpty();
    }
    int opened = closed(market);
    market.run(TICK);
    leftovers(market);
    unfinished(market)
        .forEach(what -> violations.add("not finished after " + PATIENCE + ": " + what));
    for (EdgeBeatNode node : nodes(market)) {
      node.health().problems().forEach(problem -> violations.add("health: " + problem));
    }
    market.faults().messageTrouble().keySet().forEach(faults::add);
    return new Report(
        market.traceHash(), market.happened(), opened, faults, List.copyOf(violations));
  }

  private void buy(LocalMarket market, ContentId image) {
    String kind = pick("ok", "ok", "ok", "exit", "trap", "lost");
    String millis = Integer.toString(500 + chance.nextInt(12_000));
    try {
      if (!market.faults().isDown(BUYER)) {
        var unused =
            market.buyer().submit(TaskSpec.wasm(image, kind, millis), Budget.upTo(Edg.of("0.5")));
        if (one(8)) {
          market.run(Duration.ofMillis(chance.nextInt(8_000)));
          unused.cancel();
        }
      }
    } catch (EdgeBeatException refused) {
      // A buyer that is down, or without a seller in sight, says so; nothing is lost.
      if (refused.code() == ErrorCode.INTERNAL) {
        violations.add("submit: " + refused);
      }
    }
  }

  /** One agreement for several tasks, each step by hand. */
  private void buyStepByStep(LocalMarket market, ContentId image) {
    try {
      if (market.faults().isDown(BUYER)) {
        return;
      }
      Buyer buyer = market.buyer();
      List<Listing> found = buyer.search(ListingQuery.ALL, PageKey.first(10)).items();
      if (found.isEmpty()) {
        return;
      }
      Negotiation talks =
          buyer.negotiate(
              found.get(chance.nextInt(found.size())),
              TaskSpec.wasm(image, "ok", "1000"),
              Budget.upTo(Edg.of("0.5")));
      AgreementId id = talks.awaitSigned(Duration.ofSeconds(20));
      if (one(6)) {
        return;
      }
      buyer.open(id, Duration.ofSeconds(30));
      for (int i = 1 + chance.nextInt(3); i > 0; i--) {
        Task task =
            buyer.run(
                id, TaskSpec.wasm(image, "ok", Integer.toString(300 + chance.nextInt(4_000))));
        task.await(Duration.ofSeconds(chance.nextInt(20)));
      }
      if (one(2)) {
        buyer.terminate(id);
      }
    } catch (EdgeBeatException refused) {
      if (refused.code() == ErrorCode.INTERNAL) {
        violations.add("step by step: " + refused + ", " + refused.getCause());
      }
    }
  }

  private List<EdgeBeatNode> nodes(LocalMarket market) {
    List<EdgeBeatNode> nodes = new ArrayList<>(market.sellers());
    nodes.add(market.buyerNode());
    return nodes;
  }

  private void listen(LocalMarket market, String name) {
    if (haggles && !name.equals(BUYER)) {
      Price more = new Price(Edg.of("0.004"), TickUnit.seconds(1), Edg.of("0.003"));
      market.seller(name).seller().offers(offer -> new OfferPolicy.Answer.Counter(more));
    }
    var unused =
        node(market, name)
            .events(
                event ->
                    log.accept(
                        event.at() + " " + name + " " + event.name() + " " + event.details()));
  }

  private static EdgeBeatNode node(LocalMarket market, String name) {
    return name.equals(BUYER) ? market.buyerNode() : market.seller(name);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(sellers);
    names.add(BUYER);
    return names;
  }

  private static void send(Ledger ledger, LedgerCommand command) {
    ledger.broadcast(ledger.prepare(command));
  }

  // ---------------------------------------------------------------- faults and cheats

  private Duration sometime() {
    // While most of the work is done.
    return Duration.ofMillis(chance.nextInt((int) TROUBLE.toMillis() / 2));
  }

  private Duration aWhile() {
    return Duration.ofMillis(500 + chance.nextInt(20_000));
  }

  private void planFaults(LocalMarket market) {
    MarketFaults happen = market.faults();
    if (one(3)) {
      faults.add("weather");
      happen.network(
          chance.nextDouble() * 0.3,
          chance.nextDouble() * 0.3,
          one(2) ? chance.nextDouble() * 0.05 : 0,
          Duration.ofMillis(1),
          Duration.ofMillis(1 + chance.nextInt(3_000)));
    }
    for (String node : names()) {
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
        faults.add("crash");
        market.after(sometime(), () -> crash(market, node));
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
              market.after(back, () -> restart(market, node));
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
    }
    for (int i = chance.nextInt(5); i > 0; i--) {
      faults.add("reorg");
      int depth = 1 + chance.nextInt(3);
      boolean again = one(2);
      market.after(sometime(), () -> happen.reorg(depth, again));
    }
  }

  private MarketFaults.Unsynced unsynced() {
    MarketFaults.Unsynced[] all = MarketFaults.Unsynced.values();
    return all[chance.nextInt(all.length)];
  }

  private void crash(LocalMarket market, String node) {
    if (!market.faults().isDown(node)) {
      market.faults().crash(node, unsynced());
      log.accept(market.clock().instant() + " " + node + " crashed");
      market.after(aWhile(), () -> restart(market, node));
    }
  }

  private void restart(LocalMarket market, String node) {
    if (market.faults().isDown(node)) {
      try {
        market.faults().restart(node);
        log.accept(market.clock().instant() + " " + node + " is up again");
        revived(market, node);
      } catch (EdgeBeatException again) {
        // It may die once more while it starts; what else it says is a violation.
        if (again.code() != ErrorCode.CLOSED && again.code() != ErrorCode.STORAGE_FAILED) {
          violations.add("restart of " + node + ": " + again);
        }
        market.after(Duration.ofSeconds(1), () -> restart(market, node));
      }
    }
  }

  private void revived(LocalMarket market, String node) {
    words.recovered(node, Inspection.sides(node(market, node)));
    listen(market, node);
  }

  private void watchLedger(LocalMarket market) {
    for (String node : names()) {
      if (!cheats.contains(node)) {
        market
            .faults()
            .transactions(
                node, (command, sent) -> spending.sent(node, command, sent, market.ledger()));
      }
    }
  }

  private void planCheats(LocalMarket market) {
    for (String node : names()) {
      boolean buyer = node.equals(BUYER);
      String cheat =
          one(5)
              ? buyer
                  ? pick("stops-paying", "garbles", "closes-early", "silent")
                  : pick("never-starts", "garbles", "claims-anything", "no-result", "silent")
              : "";
      if (!cheat.isEmpty()) {
        faults.add("cheat-" + cheat);
        faults.add("cheat");
        cheats.add(node);
      }
      int patience = chance.nextInt(6);
      int[] said = {0};
      int lastWords = one(4) ? 1 + chance.nextInt(60) : -1;
      if (lastWords > 0) {
        faults.add("last-words");
      }
      market
          .faults()
          .speech(
              node,
              envelope -> {
                words.given(node, envelope);
                tap.acknowledged(envelope);
                if (said[0] == lastWords) {
                  // Dies with the word on its lips.
                  market.after(Duration.ZERO, () -> crash(market, node));
                }
                Optional<PeerEnvelope> heard = speak(cheat, envelope, said[0]++, patience);
                heard.ifPresent(word -> tap.heard(word, !cheats.contains(BUYER)));
                return heard;
              });
      if (cheat.equals("closes-early")) {
        market.after(sometime(), () -> onLedger(market, BUYER, LedgerCommand.RequestClose::new));
      }
      if (cheat.equals("claims-anything")) {
        market.after(
            sometime(),
            () ->
                tap.talks()
                    .forEach(
                        talk ->
                            talk.claim(chance.nextInt(1000))
                                .ifPresent(claim -> tryToSend(market, node, claim))));
      }
    }
  }

  private void onLedger(
      LocalMarket market, String node, Function<Agreement, LedgerCommand> command) {
    for (Wiretap.Talk talk : tap.talks()) {
      if (talk.offer.isPresent()) {
        tryToSend(market, node, command.apply(talk.agreement()));
      }
    }
  }

  private static void tryToSend(LocalMarket market, String node, LedgerCommand command) {
    try {
      if (!market.faults().isDown(node)) {
        Ledger ledger = node.equals(BUYER) ? market.ledger() : market.seller(node).ledger();
        send(ledger, command);
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

  // ---------------------------------------------------------------- what must hold

  /** Every second: no token is made or lost, and no workload runs further than it is paid. */
  private void watch(LocalMarket market) {
    if (!market.balanced()) {
      violations.add("tokens were made or lost");
    }
    for (String seller : sellers) {
      for (AgreementId id : opened(market).keySet()) {
        overworked(market, seller, id);
      }
    }
    market.after(TICK, () -> watch(market));
  }

  private void overworked(LocalMarket market, String seller, AgreementId id) {
    Wiretap.Talk talk = tap.of(id);
    if (talk.offer.isEmpty()) {
      return;
    }
    int unpaid = talk.offer.get().terms().maxUnpaidTicks();
    int tasks = talk.offer.get().terms().maxTasks();
    Duration most =
        TICK.multipliedBy(talk.ticks() + unpaid)
            .plus(LEASE_SLACK.plus(STOP_GRACE).multipliedBy(tasks));
    Duration done = market.workDone(seller, id);
    if (!cheats.contains(seller) && done.compareTo(most) > 0) {
      violations.add(
          seller + " has worked " + done + " for " + talk.ticks() + " ticks, m = " + unpaid);
    }
  }

  private static Map<AgreementId, Agreement> opened(LocalMarket market) {
    Map<AgreementId, Agreement> ids = new LinkedHashMap<>();
    EventPage page = market.ledger().awaitEvents(LedgerCursor.START, 100_000, Duration.ZERO);
    for (LedgerEntry entry : page.entries()) {
      if (entry.event() instanceof LedgerEvent.Opened event) {
        if (entry.retracted()) {
          ids.remove(event.id());
        } else {
          ids.put(event.id(), event.agreement());
        }
      }
    }
    return ids;
  }

  /** What is still under way though it should have come to its end. */
  private List<String> unfinished(LocalMarket market) {
    List<String> waits = new ArrayList<>();
    for (AgreementId id : opened(market).keySet()) {
      AgreementStatus status = market.ledger().agreement(id, Finality.FINAL).status();
      if (status != AgreementStatus.CLOSED) {
        waits.add("agreement " + id + " is " + status);
      }
    }
    for (String name : names()) {
      if (market.faults().isDown(name)) {
        waits.add(name + " is down");
      } else if (!cheats.contains(name)) {
        EdgeBeatNode node = node(market, name);
        for (AgreementSide side : Inspection.sides(node)) {
          if (!side.finished()) {
            waits.add(name + ": " + side.negotiation() + " " + side.deal() + " " + side.workName());
          }
        }
      }
    }
    return waits;
  }

  /** At the end: what is over keeps neither funds nor capacity from what comes. */
  private void leftovers(LocalMarket market) {
    for (String name : names()) {
      if (!market.faults().isDown(name) && !cheats.contains(name)) {
        Inspection.kept(node(market, name))
            .forEach(what -> violations.add(name + " still keeps " + what));
      }
    }
  }

  /** At the end: who got what. */
  private int closed(LocalMarket market) {
    int count = 0;
    Map<AgreementId, Bytes32> invoiceHashes = invoiceHashes(market);
    for (Map.Entry<AgreementId, Agreement> funded : opened(market).entrySet()) {
      AgreementId id = funded.getKey();
      count++;
      AgreementRecord record = market.ledger().agreement(id, Finality.FINAL);
      if (record.status() != AgreementStatus.CLOSED) {
        continue;
      }
      Wiretap.Talk talk = tap.of(id);
      Amount in = funded.getValue().total().plus(record.topUps());
      Amount out = record.paid().plus(record.refunded()).plus(record.feePaid());
      if (!in.equals(out)) {
        violations.add(id + ": " + in + " were put in, " + out + " came out");
      }
      if (!cheats.contains(BUYER) && record.paid().compareTo(talk.worth) > 0) {
        violations.add(id + " has paid " + record.paid() + ", revealed were " + talk.worth);
      }
      for (String seller : sellers) {
        if (!cheats.contains(seller) && !market.faults().isDown(seller)) {
          earned(market, seller, id, record, talk);
        }
      }
      invoices(market, id, record, invoiceHashes.getOrDefault(id, Bytes32.ZERO));
    }
    return count;
  }

  private void earned(
      LocalMarket market,
      String seller,
      AgreementId id,
      AgreementRecord record,
      Wiretap.Talk talk) {
    for (AgreementSide side : Inspection.sides(market.seller(seller))) {
      if (side.id().equals(Optional.of(id))) {
        Amount most = record.deposit().plus(record.topUps());
        // A payment that comes after the seller has closed is a gift, or for what began unpaid.
        Terms terms = side.offer().orElseThrow().terms();
        long begun = ((SellerSide) side).begun() - terms.maxUnpaidTicks();
        // What it has acknowledged it had written down before.
        long said = talk.delivered - terms.maxUnpaidTicks();
        Amount earned =
            least(most(least(side.paid(), worth(terms, begun)), worth(terms, said)), most);
        if (record.paid().compareTo(earned) < 0) {
          violations.add(id + ": " + seller + " has earned " + earned + ", got " + record.paid());
        }
      }
    }
  }

  private static Amount worth(Terms terms, long ticks) {
    Price price = terms.price();
    return ticks <= 0
        ? Amount.zero(price.setup().asset())
        : price.setup().plus(price.perTick().times(ticks));
  }

  private static Amount least(Amount one, Amount other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Amount most(Amount one, Amount other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /** Of what both have signed; zero where one side has ended it alone. */
  private static Map<AgreementId, Bytes32> invoiceHashes(LocalMarket market) {
    Map<AgreementId, Bytes32> hashes = new LinkedHashMap<>();
    EventPage page = market.ledger().awaitEvents(LedgerCursor.START, 100_000, Duration.ZERO);
    for (LedgerEntry entry : page.entries()) {
      if (entry.event() instanceof LedgerEvent.Closed event && !entry.retracted()) {
        hashes.put(event.id(), event.invoiceHash());
      }
    }
    return hashes;
  }

  private void invoices(
      LocalMarket market, AgreementId id, AgreementRecord record, Bytes32 invoiceHash) {
    for (String name : names()) {
      if (cheats.contains(name) || market.faults().isDown(name)) {
        continue;
      }
      EdgeBeatNode node = node(market, name);
      for (AgreementSide side : Inspection.sides(node)) {
        // Who never agreed, because the other's signature was lost on the way, has no invoice.
        boolean agreed = side.deal() == DealState.SIGNED && side.seenOnLedger();
        if (side.id().equals(Optional.of(id)) && agreed && side.finished()) {
          boolean equal =
              side.invoice()
                  .map(
                      i ->
                          i.paid().equals(record.paid())
                              && i.refunded().equals(record.refunded())
                              && i.fee().equals(record.feePaid())
                              && (invoiceHash.isZero()
                                  || invoiceHash.equals(Documents.invoiceHash(i))))
                  .orElse(false);
          if (!equal) {
            violations.add(
                id
                    + ": the "
                    + (side instanceof BuyerSide ? "buyer" : "seller")
                    + "'s invoice is "
                    + side.invoice()
                    + ", the ledger says "
                    + record
                    + " and the invoice "
                    + invoiceHash);
          }
        }
      }
    }
  }
}

package io.edgebeat.benchmarks.simulate;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.benchmarks.InstantExecutor;
import io.edgebeat.benchmarks.explore.PlainSignatures;
import io.edgebeat.core.node.Inspection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One seed: a market with faults and cheats that the seed chooses, run until everything that was
 * funded is paid out, and watched from outside all the while.
 */
final class SimulatedMarket {
  private static final Duration PATIENCE = Duration.ofMinutes(60);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /**
   * Seeds above this have less work in their markets, and as many faults: most of what a night
   * finds comes from how faults meet, and takes one agreement.
   */
  private static final long SPACIOUS = 100_000;

  private static final long WITHOUT_SNAPSHOTS = 1L << 30;
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
  private final boolean brief;
  private final Consumer<Supplier<String>> log;
  private final SplittableRandom chance;
  private final List<String> sellers;
  private final Set<String> violations = new LinkedHashSet<>();
  private final Wiretap tap = new Wiretap(violations::add);
  private final GivenWord words = new GivenWord(violations::add);
  private final Spending spending = new Spending(violations::add);
  private final LedgerBook book = new LedgerBook();
  private final int believed;
  private final int taken;
  private final long snapshotBytes;
  private final Consumer<EdgeBeatNode> atEnd;
  private boolean haggles;
  private final byte[] result = "done".getBytes(StandardCharsets.UTF_8);

  private SimulatedMarket(
      long seed, long snapshotBytes, Consumer<Supplier<String>> log, Consumer<EdgeBeatNode> atEnd) {
    this.seed = seed;
    this.snapshotBytes = snapshotBytes;
    this.log = log;
    this.atEnd = atEnd;
    // Not the stream of the world, which draws from the same seed.
    this.chance = new SplittableRandom(seed ^ 0x5DEECE66DL);
    this.brief = seed > SPACIOUS;
    this.sellers = chance.nextInt(brief ? 9 : 3) == 0 ? List.of("near", "far") : List.of("near");
    this.believed = chance.nextInt(4);
    // In some markets everybody believes too early: more is taken back than that.
    this.taken = chance.nextInt(3) == 0 ? 4 + chance.nextInt(36) : 0;
  }

  static Report run(long seed) {
    return run(seed, line -> {});
  }

  /** With everything that the nodes decide, line by line. */
  static Report run(long seed, Consumer<Supplier<String>> log) {
    // A quarter of the markets: making one often costs more than all the rest.
    long snapshotBytes =
        switch ((int) (seed % 16)) {
          case 1 -> 1L << 11;
          case 6 -> 1L << 14;
          case 11, 14 -> 1L << 16;
          default -> WITHOUT_SNAPSHOTS;
        };
    return new SimulatedMarket(seed, snapshotBytes, log, node -> {}).run();
  }

  /** Without snapshots, and with a last look at each node. */
  static Report inspect(long seed, Consumer<EdgeBeatNode> atEnd) {
    return new SimulatedMarket(seed, WITHOUT_SNAPSHOTS, line -> {}, atEnd).run();
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
    // A curve in few markets: elsewhere it is most of what there is to compute.
    SignatureBackend signatures =
        seed % (brief ? 100 : 10) == 0 ? EdgeBeat.signatures() : new PlainSignatures();
    LocalMarketBuilder builder =
        EdgeBeat.local(seed)
            .executor(new InstantExecutor(this::outcome))
            .taskTime(this::time)
            .finalityDepth(believed + taken)
            .believedDepth(believed)
            .blockInterval(Duration.ofSeconds(1))
            .signatures(signatures)
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
            .option("seller.newcomerUnpaidTicks", Integer.toString(one(3) ? 0 : unpaid))
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
            .option("seller.reorgCap", pick("0", "0.002", "1"))
            .option("buyer.depositTicks", pick("0", "0", "6"))
            .option("seller.claimAbove", pick("0", "0", "0.005"))
            // Of its own stream: whether there are snapshots must change nothing else of a seed.
            .option("snapshotBytes", Long.toString(snapshotBytes));
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
      return live(market, mode, signatures);
    } catch (RuntimeException | AssertionError e) {
      violations.add("the market broke: " + e);
      return new Report("", 0, 0, Set.of(), List.copyOf(violations));
    }
  }

  private TaskOutcome outcome(ExecutionRequest request) {
    return switch (request.workload().arguments().getFirst()) {
      case "unwilling" ->
          throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "it does not start");
      case "exit" -> new TaskOutcome.Exited(3, ContentId.ofRaw(result));
      case "trap" -> new TaskOutcome.Trapped("it trapped");
      case "lost" -> new TaskOutcome.Completed(ContentId.ofRaw(new byte[] {1}));
      default -> new TaskOutcome.Completed(ContentId.ofRaw(result));
    };
  }

  private Duration time(ExecutionRequest request) {
    return Duration.ofMillis(Long.parseLong(request.workload().arguments().get(1)));
  }

  private Report live(LocalMarket market, String mode, SignatureBackend signatures) {
    ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
    if (mode.equals("vault")) {
      send(market.ledger(), new LedgerCommand.VaultDeposit(Edg.of("100")));
    }
    haggles = one(4);
    Mischief mischief =
        new Mischief(
            market,
            chance,
            names(),
            BUYER,
            tap,
            words,
            book,
            believed,
            taken,
            violations::add,
            log);
    names().forEach(name -> listen(market, name, mischief));
    Judge judge =
        new Judge(
            market,
            sellers,
            BUYER,
            tap,
            book,
            mischief::cheats,
            mischief::restored,
            violations::add);
    mischief.planCheats();
    mischief.planFaults(name -> revived(market, name, mischief));
    watchLedger(market, mischief);
    Lookout lookout =
        new Lookout(market, signatures, chance.split(), sellers, mischief::had, violations::add);
    market.after(Duration.ZERO, () -> watch(market, judge, mischief));
    int tasks = brief ? 1 : 1 + chance.nextInt(3);
    for (int i = 0; i < tasks; i++) {
      if (one(3)) {
        buyStepByStep(market, image, mischief);
      } else {
        buy(market, image, mischief);
      }
      market.run(Duration.ofMillis(chance.nextInt(10_000)));
    }
    market.run(Mischief.TROUBLE);
    mischief.heal().forEach(name -> revived(market, name, mischief));
    if (book.open().isEmpty()) {
      // The market is as good as new: who got nothing in all that trouble tries again.
      buy(market, image, mischief);
    }
    boolean over = false;
    for (int i = 0; i < PATIENCE.toSeconds() / 5 && !over; i++) {
      market.run(Duration.ofSeconds(5));
      over = judge.unfinished().isEmpty();
    }
    int opened = judge.closed();
    lookout.kept(name -> mischief.cheats(name) || mischief.restored(name));
    judge
        .unfinished()
        .forEach(what -> violations.add("not finished after " + PATIENCE + ": " + what));
    market.run(LOOK);
    if (judge.unfinished().isEmpty()) {
      // Nobody has begun anew meanwhile, as a cheat may, who is not waited for.
      judge.leftovers();
    }
    for (EdgeBeatNode node : nodes(market)) {
      atEnd.accept(node);
      node.health().problems().stream()
          .filter(problem -> !problem.contains("old backup"))
          .forEach(problem -> violations.add("health: " + problem));
    }
    return new Report(
        market.traceHash(), market.happened(), opened, mischief.faults(), List.copyOf(violations));
  }

  private void revived(LocalMarket market, String name, Mischief mischief) {
    words.recovered(name, Inspection.sides(node(market, name)));
    listen(market, name, mischief);
  }

  private void watchLedger(LocalMarket market, Mischief mischief) {
    for (String name : names()) {
      if (!mischief.cheats(name)) {
        market
            .faults()
            .transactions(
                name,
                (command, sent) -> {
                  // What an old backup does not know it has ordered it may order again.
                  if (!mischief.restored(name)) {
                    spending.sent(name, command, sent, market.ledger());
                  }
                });
      }
    }
  }

  private void watch(LocalMarket market, Judge judge, Mischief mischief) {
    book.follow(market.ledger());
    judge.look();
    mischief.notice();
    market.after(LOOK, () -> watch(market, judge, mischief));
  }

  private void buy(LocalMarket market, ContentId image, Mischief mischief) {
    String kind = pick("ok", "ok", "ok", "ok", "exit", "trap", "lost", "unwilling");
    if (kind.equals("unwilling")) {
      mischief.had("no-start");
    }
    String millis = Integer.toString(500 + chance.nextInt(brief ? 5_000 : 12_000));
    try {
      if (!market.faults().isDown(BUYER)) {
        Task task =
            market.buyer().submit(TaskSpec.wasm(image, kind, millis), Budget.upTo(Edg.of("0.5")));
        mischief.ordered(task);
        if (one(8)) {
          market.run(Duration.ofMillis(chance.nextInt(8_000)));
          task.cancel();
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
  private void buyStepByStep(LocalMarket market, ContentId image, Mischief mischief) {
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
        mischief.ordered(task);
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

  private void listen(LocalMarket market, String name, Mischief mischief) {
    if (haggles && !name.equals(BUYER)) {
      Price more = new Price(Edg.of("0.004"), TickUnit.seconds(1), Edg.of("0.003"));
      market.seller(name).seller().offers(offer -> new OfferPolicy.Answer.Counter(more));
    }
    EdgeBeatNode node = node(market, name);
    var unused =
        node.events(
            event -> {
              log.accept(
                  () -> event.at() + " " + name + " " + event.name() + " " + event.details());
              if (event.name().equals("WorkMoved")) {
                mischief.moved(node, event.negotiation(), event.details().getOrDefault("to", ""));
              }
              String reason = event.details().getOrDefault("reason", "");
              if (reason.contains("does not know") && mischief.nobodyForgetsOrLies()) {
                violations.add(name + " takes its files for an old backup's: " + reason);
              }
            });
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
}

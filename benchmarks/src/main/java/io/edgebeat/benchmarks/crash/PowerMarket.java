package io.edgebeat.benchmarks.crash;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.MarketFaults;
import io.edgebeat.NodeWrapper;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.IndexQueries;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.benchmarks.InstantExecutor;
import io.edgebeat.benchmarks.explore.PlainSignatures;
import io.edgebeat.benchmarks.simulate.GivenWord;
import io.edgebeat.benchmarks.simulate.Judge;
import io.edgebeat.benchmarks.simulate.LedgerBook;
import io.edgebeat.benchmarks.simulate.Spending;
import io.edgebeat.benchmarks.simulate.Wiretap;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.agreement.SellerWork;
import io.edgebeat.core.node.Inspection;
import io.edgebeat.testkit.Pictures;
import io.edgebeat.testkit.fault.Failpoints;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A market in virtual time in which one node loses its power exactly at a point, and comes back
 * later while the others go on. Nothing of a dead process reaches anybody: its next call, of
 * whatever backend, ends it once more.
 */
final class PowerMarket {
  static final String BUYER = "buyer";
  static final String SELLER = "seller";
  static final List<String> NAMES = List.of(SELLER, BUYER);

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration SETTLED = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  /** What every program says on its error stream while it runs. */
  private static final String LOG = "0123456789abcdefghijklmnopqrstuvwxyz";

  /**
   * What came of it.
   *
   * @param reached how often each point of each node was reached
   * @param struck whether the point was reached at which the power was to be lost
   * @param closed how many agreements were paid out
   * @param violations what must not be
   */
  record Report(
      Map<String, Map<String, Integer>> reached,
      boolean struck,
      int closed,
      List<String> violations) {}

  private final Errand errand;
  private final long seed;
  private final @Nullable Strike strike;
  private final SplittableRandom chance;
  private final Map<String, Map<String, Integer>> reached = new TreeMap<>();
  private final Set<String> violations = new LinkedHashSet<>();
  private final Map<String, Object> processes = new HashMap<>();
  private final Map<String, PowerIndex> pictures = new TreeMap<>();
  private final byte[] result = "done".getBytes(StandardCharsets.UTF_8);
  private boolean struck;
  private boolean over;
  private @Nullable LocalMarket opened;
  private @Nullable Negotiation talks;

  private PowerMarket(Errand errand, long seed, @Nullable Strike strike) {
    this.errand = errand;
    this.seed = seed;
    this.strike = strike;
    this.chance = new SplittableRandom(seed);
  }

  /** Runs an errand in which nobody dies but by its own plan. */
  static Report survey(Errand errand, long seed) {
    return new PowerMarket(errand, seed, null).run();
  }

  /** Runs an errand in which a node loses its power. */
  static Report run(Errand errand, long seed, Strike strike) {
    return new PowerMarket(errand, seed, strike).run();
  }

  private LocalMarket market() {
    if (opened == null) {
      throw new IllegalStateException("the market is not open yet");
    }
    return opened;
  }

  // ---------------------------------------------------------------- points

  private NodeWrapper wrapper(String name) {
    Object process = new Object();
    processes.put(name, process);
    Failpoints points = Points.of(point -> reached(name, process, point));
    return points::around;
  }

  private void reached(String name, Object process, String point) {
    if (opened == null) {
      // The market is being built; there is nothing yet that could be lost.
      return;
    }
    if (!process.equals(processes.get(name))) {
      throw new PowerLost(point + ", long ago");
    }
    if (over) {
      // What is only looked at now is not what was planned.
      return;
    }
    int count = reached.computeIfAbsent(name, n -> new TreeMap<>()).merge(point, 1, Integer::sum);
    Strike planned = strike;
    if (planned != null
        && !struck
        && planned.node().equals(name)
        && planned.point().equals(point)
        && planned.nth() == count) {
      struck = true;
      die(name, planned.unsynced());
      market().after(Duration.ofMillis(200 + chance.nextInt(6_000)), () -> revive(name));
      throw new PowerLost(point);
    }
  }

  private void die(String name, MarketFaults.Unsynced unsynced) {
    processes.remove(name);
    market().faults().crash(name, unsynced);
    PowerIndex picture = pictures.get(name);
    if (picture != null) {
      picture.crash();
    }
  }

  private void revive(String name) {
    if (!market().faults().isDown(name)) {
      return;
    }
    try {
      market().faults().restart(name);
      recovered(name);
    } catch (PowerLost again) {
      // Its return is planned.
      return;
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.CLOSED) {
        violations.add("restart of " + name + ": " + e);
      }
      market().after(LOOK, () -> revive(name));
    }
  }

  private void recovered(String name) {
    List<AgreementSide> sides = Inspection.sides(node(name));
    words.recovered(name, sides);
    List<String> damaged = Inspection.recovery(node(name)).damagedSnapshots();
    if (!damaged.isEmpty()) {
      violations.add(name + " was left with damaged snapshots: " + damaged);
    }
    PowerIndex picture = pictures.get(name);
    if (picture != null) {
      picture.compare(sides);
    }
  }

  // ---------------------------------------------------------------- pictures

  private StateIndex picture(String name) {
    return pictures
        .computeIfAbsent(
            name,
            n ->
                new PowerIndex(
                    () -> opened == null ? Instant.EPOCH : opened.clock().instant(),
                    chance.split(),
                    what -> violations.add("picture of " + n + ": " + what)))
        .open();
  }

  /** Each picture that was kept is the one that is drawn of the journal alone. */
  private void comparePictures() {
    market().run(SETTLED);
    over = true;
    pictures.forEach(
        (name, picture) -> {
          List<IndexEntry> kept = picture.rows();
          picture.erase();
          die(name, MarketFaults.Unsynced.KEPT);
          revive(name);
          market().run(SETTLED);
          List<IndexEntry> drawn = picture.rows();
          if (!kept.equals(drawn) || drawn.isEmpty()) {
            violations.add("picture of " + name + " is " + kept + ", drawn anew " + drawn);
          }
        });
  }

  // ---------------------------------------------------------------- the market

  private final GivenWord words = new GivenWord(violations::add);
  private final Wiretap tap = new Wiretap(violations::add);
  private final Spending spending = new Spending(violations::add);
  private final LedgerBook book = new LedgerBook();

  private Report run() {
    LocalMarketBuilder builder =
        EdgeBeat.local(seed)
            .wrapped(this::wrapper)
            .executor(new InstantExecutor(this::outcome, LOG))
            .taskTime(
                request -> Duration.ofMillis(Long.parseLong(request.workload().arguments().get(1))))
            .finalityDepth(1)
            .blockInterval(Duration.ofMillis(500))
            .signatures(new PlainSignatures())
            .parameters(
                new LedgerParameters(
                    Edg.of("0.1"),
                    Edg.of("0.01"),
                    Edg.of("10"),
                    Duration.ofSeconds(20),
                    Duration.ofMinutes(5),
                    Duration.ofHours(2)))
            .option("seller.literal", "true")
            .option("seller.newcomerUnpaidTicks", "1")
            .option("buyer.tasksPerAgreement", "3")
            .option("buyer.challenge", "PT20S")
            .option("buyer.openBy", "PT1M")
            .option("buyer.life", "PT3M")
            .option("buyer.margin", "PT10S")
            .option("buyer.startTimeout", "PT15S")
            .option("buyer.idleTimeout", "PT15S")
            .option("buyer.resultTimeout", "PT5S")
            .option("buyer.settleTimeout", "PT10S")
            .option("seller.margin", "PT10S")
            .option("seller.grace", "PT10S")
            .option("seller.provisionTimeout", "PT15S")
            .option("seller.idleTimeout", "PT15S")
            .option("seller.settleTimeout", "PT10S")
            .seller(SELLER, listing());
    errand.prepare(builder);
    if (errand.keepsPicture()) {
      builder.index(this::picture);
    }
    try (LocalMarket market = builder.virtualTime()) {
      opened = market;
      Report report = live();
      opened = null;
      return report;
    } catch (RuntimeException | AssertionError | PowerLost e) {
      violations.add("the market broke: " + e);
      return new Report(reached, struck, 0, List.copyOf(violations));
    }
  }

  private static ListingSpec listing() {
    return new ListingSpec(
        "here",
        new ResourceSpec(2000, 1L << 32, 0),
        new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002")),
        Duration.ofDays(1));
  }

  private TaskOutcome outcome(ExecutionRequest request) {
    return switch (request.workload().arguments().getFirst()) {
      case "unwilling" ->
          throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "it does not start");
      case "trap" -> new TaskOutcome.Trapped("it trapped");
      case "lost" -> new TaskOutcome.Completed(ContentId.ofRaw(new byte[] {1}));
      default -> new TaskOutcome.Completed(ContentId.ofRaw(result));
    };
  }

  private Report live() {
    ContentId image = market().content().put(ContentSource.of(result), Progress.NONE);
    this.image = image;
    Judge judge =
        new Judge(
            market(),
            List.of(SELLER),
            BUYER,
            tap,
            book,
            errand::cheats,
            name -> false,
            violations::add);
    for (String name : NAMES) {
      market().faults().speech(name, envelope -> said(name, envelope));
      market()
          .faults()
          .transactions(
              name, (command, sent) -> spending.sent(name, command, sent, market().ledger()));
    }
    watch(judge);
    errand.run(this);
    boolean ended = false;
    for (int i = 0; i < PATIENCE.toSeconds() / 5 && !ended; i++) {
      market().run(Duration.ofSeconds(5));
      ended = judge.unfinished().isEmpty();
    }
    int closed = judge.closed();
    judge
        .unfinished()
        .forEach(what -> violations.add("not finished after " + PATIENCE + ": " + what));
    if (ended) {
      // A side that is finished may have ordered what a slow disk still keeps from being done.
      market().run(SETTLED);
      judge.leftovers();
    }
    for (String name : NAMES) {
      if (!market().faults().isDown(name)) {
        node(name).health().problems().forEach(p -> violations.add("health: " + p));
      }
    }
    if (ended) {
      comparePictures();
    }
    return new Report(reached, struck, closed, List.copyOf(violations));
  }

  private void watch(Judge judge) {
    book.follow(market().ledger());
    judge.look();
    market().after(LOOK, () -> watch(judge));
  }

  private Optional<PeerEnvelope> said(String name, PeerEnvelope envelope) {
    words.given(name, envelope);
    tap.acknowledged(envelope);
    PeerEnvelope told =
        errand.cheats(name)
            ? new PeerEnvelope(
                envelope.negotiation(),
                envelope.sequence(),
                envelope.seen(),
                errand.instead(envelope))
            : envelope;
    tap.heard(told, name.equals(BUYER), !errand.cheats(BUYER));
    return Optional.of(told);
  }

  private EdgeBeatNode node(String name) {
    return name.equals(BUYER) ? market().buyerNode() : market().seller(name);
  }

  // ---------------------------------------------------------------- what errands do

  private ContentId image = ContentId.ofRaw(new byte[0]);

  private <T> Optional<T> attempt(String what, Supplier<T> step) {
    try {
      return Optional.ofNullable(step.get());
    } catch (PowerLost died) {
      return Optional.empty();
    } catch (EdgeBeatException refused) {
      // Of a node that is down, or cannot do that any more because of what came between.
      if (refused.code() == ErrorCode.INTERNAL) {
        violations.add(what + ": " + refused + ", " + refused.getCause());
      }
      return Optional.empty();
    }
  }

  private void attempt(String what, Runnable step) {
    var unused =
        attempt(
            what,
            () -> {
              step.run();
              return true;
            });
  }

  void pass(int seconds) {
    market().run(Duration.ofSeconds(seconds));
  }

  void until(int seconds, BooleanSupplier reached) {
    var unused = market().runUntil(() -> Errand.quiet(reached), Duration.ofSeconds(seconds));
  }

  /** Whether a program runs at the seller's now. */
  boolean isRunning() {
    if (market().faults().isDown(SELLER)) {
      return false;
    }
    for (AgreementSide side : Inspection.sides(node(SELLER))) {
      if (side instanceof SellerSide selling
          && selling.workName().equals(SellerWork.RUNNING.name())) {
        return true;
      }
    }
    return false;
  }

  Address address(String name) {
    return node(name).address();
  }

  AgreementStatus status(AgreementId id) {
    return market().ledger().agreement(id, Finality.PENDING).status();
  }

  Optional<Task> submit(String kind, int millis) {
    return attempt(
        "submit",
        () ->
            market()
                .buyer()
                .submit(
                    TaskSpec.wasm(image, kind, Integer.toString(millis)).input(image),
                    Budget.upTo(Edg.of("0.5"))));
  }

  /** What a buyer hears of a program is what it has said; to speak to it he tries in vain. */
  void talk(Task task) {
    attempt(
        "talk",
        () -> {
          // A buyer that has come back asks for the task anew.
          TaskChannel channel = market().buyer().task(task.id()).orElse(task).channel();
          Optional<Blob> heard = channel.awaitLog(LOOK);
          if (!heard.map(b -> LOG.contains(utf8(b))).orElse(true)) {
            violations.add("of the log \"" + LOG + "\" came \"" + utf8(heard.get()) + "\"");
          }
          channel.send(Blob.of(result));
        });
  }

  private static String utf8(Blob bytes) {
    return new String(bytes.toBytes(), StandardCharsets.UTF_8);
  }

  void cancel(Task task) {
    attempt("cancel", task::cancel);
  }

  /** Talks until both have signed. */
  Optional<AgreementId> signed() {
    return attempt(
        "negotiate",
        () -> {
          List<Listing> found =
              market().buyer().search(ListingQuery.ALL, PageKey.first(10)).items();
          if (found.isEmpty()) {
            throw new EdgeBeatException(ErrorCode.NO_MATCH, "nothing is listed");
          }
          talks =
              market()
                  .buyer()
                  .negotiate(
                      found.getFirst(),
                      TaskSpec.wasm(image, "ok", "1000"),
                      Budget.upTo(Edg.of("0.5")));
          return talks.awaitSigned(Duration.ofSeconds(20));
        });
  }

  void open(AgreementId id) {
    attempt("open", () -> market().buyer().open(id, Duration.ofSeconds(20)));
  }

  void openSoon(AgreementId id) {
    attempt("open", () -> market().buyer().open(id, Duration.ofMillis(100)));
  }

  void runTask(AgreementId id, int millis) {
    attempt(
        "run",
        () -> market().buyer().run(id, TaskSpec.wasm(image, "ok", Integer.toString(millis))));
  }

  /** Takes back what both have signed, as its application may. */
  void withdraw(AgreementId id) {
    for (AgreementSide side : Inspection.sides(node(BUYER))) {
      if (side.id().equals(Optional.of(id))) {
        send(BUYER, new LedgerCommand.Cancel(side.offer().orElseThrow().agreement().message()));
      }
    }
  }

  void topUp(AgreementId id) {
    attempt("topUp", () -> market().buyer().topUp(id, Edg.of("0.01")));
  }

  void terminate(AgreementId id) {
    attempt("terminate", () -> market().buyer().terminate(id));
  }

  void cutOff(String name, int millis) {
    market().faults().cutOff(name, true);
    market().after(Duration.ofMillis(millis), () -> market().faults().cutOff(name, false));
  }

  /** Lets whatever blocks take its time, the disks too, until a node begins anew. */
  void slow(int millis) {
    NAMES.forEach(name -> market().faults().slow(name, Duration.ofMillis(millis)));
  }

  void censor(String name, boolean on) {
    market().faults().censor(name, on);
  }

  void offers(OfferPolicy.Answer answer) {
    attempt("offers", () -> node(SELLER).seller().offers(offer -> answer));
  }

  void advertiseAnew() {
    attempt(
        "advertise",
        () -> {
          Listing old =
              node(SELLER)
                  .marketplace()
                  .search(ListingQuery.ALL, PageKey.first(1))
                  .items()
                  .getFirst();
          return node(SELLER).seller().renew(old.id(), Duration.ofHours(20));
        });
  }

  /** What an application looks at on its own. */
  void browse() {
    attempt(
        "browse",
        () -> {
          Marketplace seen = node(BUYER).marketplace();
          Subscription news = seen.watch(ListingQuery.ALL, listing -> {});
          seen.search(ListingQuery.ALL, PageKey.first(1)).items().forEach(l -> seen.find(l.id()));
          news.close();
        });
  }

  /** What an application asks the picture of its node. */
  void lookAtPicture(String name) {
    attempt(
        "picture",
        () -> {
          IndexQueries shown = node(name).index().orElseThrow();
          for (IndexEntry row : Pictures.of(shown)) {
            if (row instanceof IndexEntry.OfAgreement each) {
              var unused = shown.agreement(each.id());
              var unusedInvoice = shown.invoice(each.id());
            }
          }
        });
  }

  /** Lets a node draw its picture anew. */
  void redraw(String name) {
    attempt(
        "redraw",
        () -> {
          PowerIndex picture = pictures.get(name);
          if (picture != null) {
            picture.mayBeDrawnAnew();
          }
          node(name).rebuildIndex();
        });
  }

  /** What an application sends on its own. */
  void send(String name, LedgerCommand command) {
    attempt(
        command.name(),
        () -> {
          Ledger ledger = node(name).ledger();
          SignedTransaction sent = ledger.prepare(command);
          ledger.broadcast(sent);
          return ledger.status(sent.id());
        });
  }

  /** Kills a process, or closes it in good order, and starts it again. */
  void restart(String name, boolean orderly) {
    if (market().faults().isDown(name)) {
      return;
    }
    if (orderly) {
      attempt("close", () -> node(name).close());
    }
    if (!market().faults().isDown(name)) {
      die(name, MarketFaults.Unsynced.KEPT);
    }
    market().after(Duration.ofSeconds(1), () -> revive(name));
    pass(2);
  }
}

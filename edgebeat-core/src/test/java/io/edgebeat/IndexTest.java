package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.node.Inspection;
import io.edgebeat.testkit.MemoryIndex;
import io.edgebeat.testkit.Pictures;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The picture that a node keeps, against the one it draws from scratch. */
class IndexTest {
  private static final Duration SOON = Duration.ofSeconds(3);
  private static final List<String> BOTH = List.of("buyer", "seller");

  private final Map<String, StateIndex> indexes = new HashMap<>();

  private LocalMarketBuilder market(long seed) {
    return EdgeBeat.local(seed)
        .finalityDepth(4)
        .blockInterval(Duration.ofSeconds(1))
        .taskTime(request -> Duration.ofSeconds(12))
        .index(name -> indexes.computeIfAbsent(name, n -> new MemoryIndex()));
  }

  private static Task submit(LocalMarket market) {
    ContentId module =
        market.content().put(ContentSource.of(HexFormat.of().parseHex(Funded.ADD)), Progress.NONE);
    Workload add = new Workload("wasm", module, Optional.of("add"), List.of("2", "40"));
    return market.buyer().submit(TaskSpec.of(add), Budget.upTo(Edg.of("2")));
  }

  private static EdgeBeatNode node(LocalMarket market, String name) {
    return name.equals("buyer") ? market.buyerNode() : market.seller(name);
  }

  /** Both indexes show what an empty one shows that is filled from journal and ledger alone. */
  private void areAsDrawnFromScratch(LocalMarket market, long seed) {
    market.faults().heal();
    boolean over =
        market.runUntil(
            () ->
                BOTH.stream()
                    .flatMap(name -> Inspection.sides(node(market, name)).stream())
                    .allMatch(AgreementSide::finished),
            Duration.ofDays(3));
    assertThat(over).as("seed %d comes to an end", seed).isTrue();
    // Nothing changes any more: what two pictures show is comparable.
    market.run(Duration.ofMinutes(1));
    for (String name : BOTH) {
      List<IndexEntry> kept = Pictures.of(node(market, name).index().orElseThrow());
      StateIndex fresh = new MemoryIndex();
      indexes.put(name, fresh);
      market.faults().crash(name, MarketFaults.Unsynced.KEPT);
      market.faults().restart(name);
      assertThat(market.runUntil(() -> fresh.cursor().isPresent(), SOON)).isTrue();
      market.run(SOON);
      List<IndexEntry> drawn = Pictures.of(fresh);
      assertThat(kept).as("%s of seed %d, kept and drawn anew", name, seed).isEqualTo(drawn);
      assertThat(drawn).isNotEmpty();
    }
  }

  @Test
  void aPictureThatWasKeptThroughReorganisationsAndCrashesIsTheOneDrawnFromScratch() {
    int invoices = 0;
    for (long seed = 1; seed <= 25; seed++) {
      indexes.clear();
      SplittableRandom random = new SplittableRandom(seed);
      try (LocalMarket market = market(seed).virtualTime()) {
        Task task = submit(market);
        for (int i = 0; i < 8; i++) {
          market.run(Duration.ofMillis(random.nextLong(5_000)));
          String name = BOTH.get(random.nextInt(2));
          if (random.nextInt(3) == 0) {
            market
                .faults()
                .crash(
                    name,
                    List.of(MarketFaults.Unsynced.values())
                        .get(random.nextInt(MarketFaults.Unsynced.values().length)));
            market.run(Duration.ofMillis(random.nextLong(2_000)));
          }
          if (random.nextInt(2) == 0) {
            market.faults().reorg(1 + random.nextInt(4), random.nextBoolean());
          }
          if (market.faults().isDown(name)) {
            market.faults().restart(name);
          }
        }
        if (random.nextBoolean()) {
          market.runUntil(
              () -> task.agreement().map(id -> isClosed(market, id)).orElse(false),
              Duration.ofHours(2));
        }
        areAsDrawnFromScratch(market, seed);
        invoices += indexes.get("buyer").invoices(PageKey.first(9)).items().size();
      }
    }
    assertThat(invoices).as("some runs have come to an invoice").isGreaterThan(3);
  }

  /** What is not durable may never have been: a crash must not leave it in the picture. */
  @Test
  void nothingIsShownThatACrashCanUndo() {
    int compared = 0;
    for (long seed = 1; seed <= 15; seed++) {
      indexes.clear();
      SplittableRandom random = new SplittableRandom(seed);
      try (LocalMarket market = market(seed).virtualTime()) {
        Task unused = submit(market);
        for (int i = 0; i < 12; i++) {
          BOTH.forEach(name -> market.faults().slow(name, Duration.ofMillis(400)));
          market.run(Duration.ofMillis(1_000 + random.nextLong(1_500)));
          String name = BOTH.get(random.nextInt(2));
          market.faults().crash(name, MarketFaults.Unsynced.LOST);
          market.faults().restart(name);
          StateIndex index = indexes.get(name);
          for (IndexEntry.OfAgreement row : index.agreements(PageKey.first(9)).items()) {
            AgreementSide side =
                Inspection.sides(node(market, name)).stream()
                    .filter(s -> s.id().filter(row.id()::equals).isPresent())
                    .findFirst()
                    .orElseThrow();
            assertThat(row.paid()).as("%s of seed %d", name, seed).isLessThanOrEqualTo(side.paid());
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(50);
  }

  private boolean isClosed(LocalMarket market, AgreementId id) {
    return node(market, "buyer")
        .index()
        .flatMap(index -> index.agreement(id))
        .filter(row -> row.status() == AgreementStatus.CLOSED)
        .isPresent();
  }

  @Test
  void whatTheLedgerHasTakenBackIsTakenBackInThePicture() {
    try (LocalMarket market = market(3).virtualTime()) {
      Task task = submit(market);
      StateIndex index = indexes.get("buyer");
      assertThat(
              market.runUntil(
                  () -> task.agreement().flatMap(index::agreement).isPresent(),
                  Duration.ofMinutes(1)))
          .isTrue();
      AgreementId id = task.agreement().orElseThrow();
      assertThat(
              market.runUntil(
                  () -> status(index, id) == AgreementStatus.OPEN, Duration.ofMinutes(1)))
          .isTrue();
      market.faults().reorg(4, false);
      market.faults().censor("buyer", true);
      assertThat(
              market.runUntil(
                  () -> status(index, id) == AgreementStatus.NONE, Duration.ofMinutes(1)))
          .isTrue();
    }
  }

  private static AgreementStatus status(StateIndex index, AgreementId id) {
    return index.agreement(id).orElseThrow().status();
  }

  @Test
  void anInvoiceThatWasBelievedTooEarlyGoesAgain() {
    try (LocalMarket market = market(8).finalityDepth(20).believedDepth(0).virtualTime()) {
      Task task = submit(market);
      StateIndex index = indexes.get("seller");
      assertThat(
              market.runUntil(
                  () -> !index.invoices(PageKey.first(1)).items().isEmpty(), Duration.ofHours(1)))
          .isTrue();
      assertThat(index.invoices(PageKey.first(1)).items().getFirst().invoice())
          .isEqualTo(task.invoice());
      market.faults().censor("seller", true);
      market.faults().reorg(6, false);
      assertThat(
              market.runUntil(
                  () -> index.invoices(PageKey.first(1)).items().isEmpty(), Duration.ofMinutes(1)))
          .isTrue();
      areAsDrawnFromScratch(market, 8);
    }
  }

  @Test
  void aNodeWhoseIndexIsGoneWorksOnAndSaysSoAndCatchesUpLater() {
    ShakyIndex shaky = new ShakyIndex();
    indexes.put("buyer", shaky);
    try (LocalMarket market = market(4).virtualTime()) {
      market.run(SOON);
      assertThat(market.buyerNode().health().problems()).isEmpty();
      int rebuilds = shaky.rebuilds();
      shaky.gone(true);
      Task task = submit(market);
      task.await(Duration.ofHours(1));
      assertThat(market.buyerNode().health().serving()).isTrue();
      assertThat(market.buyerNode().health().problems())
          .singleElement()
          .asString()
          .contains("the node works without it", "its database is gone");
      shaky.gone(false);
      AgreementId id = task.agreement().orElseThrow();
      assertThat(market.runUntil(() -> shaky.agreement(id).isPresent(), Duration.ofMinutes(2)))
          .isTrue();
      assertThat(market.buyerNode().health().problems()).isEmpty();
      assertThat(shaky.rebuilds()).as("it goes on from its cursor").isEqualTo(rebuilds);
      areAsDrawnFromScratch(market, 4);
    }
  }

  @Test
  void oneRowThatIsRefusedKeepsNoOtherOut() {
    ShakyIndex picky = new ShakyIndex();
    picky.dislikes(
        row -> row instanceof IndexEntry.OfPayment || row instanceof IndexEntry.OfListing);
    indexes.put("buyer", picky);
    try (LocalMarket market = market(5).virtualTime()) {
      Task task = submit(market);
      task.await(Duration.ofHours(1));
      AgreementId id = task.agreement().orElseThrow();
      assertThat(market.runUntil(() -> picky.invoice(id).isPresent(), Duration.ofHours(1)))
          .isTrue();
      assertThat(picky.payments(id, PageKey.first(9)).items()).isEmpty();
      assertThat(market.buyerNode().health().problems()).isEmpty();
    }
  }

  @Test
  void thePictureOfAnotherJournalIsDrawnAnew() {
    StateIndex others = new MemoryIndex();
    IndexEntry.OfAgreement foreign;
    try (LocalMarket market = market(6).virtualTime()) {
      Task task = submit(market);
      task.await(Duration.ofHours(1));
      market.run(SOON);
      foreign = indexes.get("buyer").agreement(task.agreement().orElseThrow()).orElseThrow();
    }
    others.apply(new IndexBatch(List.of(foreign)), new IndexCursor(Blob.of(new byte[16]), 2, 2));
    indexes.clear();
    indexes.put("buyer", others);
    try (LocalMarket market = market(7).virtualTime()) {
      assertThat(
              market.runUntil(
                  () -> others.agreement(foreign.id()).isEmpty(), Duration.ofMinutes(1)))
          .isTrue();
      areAsDrawnFromScratch(market, 7);
    }
  }

  @Test
  void aPictureThatKnowsMoreThanTheJournalIsDrawnAnew() {
    try (LocalMarket market = market(9).virtualTime()) {
      Task task = submit(market);
      task.await(Duration.ofHours(1));
      market.run(SOON);
      StateIndex index = indexes.get("buyer");
      IndexCursor cursor = index.cursor().orElseThrow();
      AgreementId id = task.agreement().orElseThrow();
      IndexEntry.OfAgreement row = index.agreement(id).orElseThrow();
      IndexEntry.OfAgreement later =
          new IndexEntry.OfAgreement(
              id,
              row.buyer(),
              row.seller(),
              row.status(),
              "LATER",
              row.deposit(),
              row.paid(),
              row.changedAt());
      index.apply(
          new IndexBatch(List.of(later)),
          new IndexCursor(cursor.journal(), cursor.journalSequence() + 1_000_000, 0));
      market.faults().crash("buyer", MarketFaults.Unsynced.KEPT);
      market.faults().restart("buyer");
      market.run(SOON);
      assertThat(index.agreement(id)).contains(row);
    }
  }

  @Test
  void queriesAreAnsweredWhileThePictureIsDrawnAnewOnDemand() {
    ShakyIndex index = new ShakyIndex();
    indexes.put("buyer", index);
    try (LocalMarket market = market(10).virtualTime()) {
      Task task = submit(market);
      task.await(Duration.ofHours(1));
      market.run(SOON);
      AgreementId id = task.agreement().orElseThrow();
      List<IndexEntry> before = Pictures.of(index);
      int rebuilds = index.rebuilds();
      market.buyerNode().rebuildIndex();
      assertThat(
              market.runUntil(
                  () -> {
                    assertThat(index.agreement(id)).isPresent();
                    return index.rebuilds() > rebuilds;
                  },
                  SOON))
          .isTrue();
      market.run(SOON);
      assertThat(Pictures.of(index)).isEqualTo(before);
    }
  }

  @Test
  void aNodeWithoutAnIndexSaysWhatIsMissing() {
    try (LocalMarket market = EdgeBeat.local(11).virtualTime()) {
      assertThat(market.buyerNode().index()).isEmpty();
      assertThat(market.buyerNode().health().problems()).isEmpty();
      Funded.refused(
          ErrorCode.UNSUPPORTED, () -> market.buyerNode().rebuildIndex(), "edgebeat-store-jdbc");
    }
  }
}

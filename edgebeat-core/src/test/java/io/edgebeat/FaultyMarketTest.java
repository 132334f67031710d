package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import io.edgebeat.testkit.fault.FaultyContentStore;
import io.edgebeat.testkit.fault.FaultyExecutor;
import io.edgebeat.testkit.fault.FaultyLedger;
import io.edgebeat.testkit.fault.FaultyTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes whose backends fail: each is handed to the builder as any backend is. The task ends, and
 * what it has cost is exactly what the ledger says.
 */
class FaultyMarketTest extends Funded {
  private static final ContentId SUM = ContentId.ofRaw("42\n".getBytes(StandardCharsets.UTF_8));

  @Override
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return shortChallenge(config);
  }

  /** Another buyer, which gives up soon. */
  private NodeBuilder faultyBuyer() {
    return node(malloryKey)
        .noExecutor()
        .option("buyer.challenge", "PT1S")
        .option("buyer.offerTtl", "PT5S")
        .option("buyer.startTimeout", "PT5S")
        .option("buyer.resultTimeout", "PT3S")
        .option("buyer.settleTimeout", "PT3S");
  }

  /** The same for whom everything comes to a good end, however slow the machine is. */
  private NodeBuilder patientBuyer() {
    return faultyBuyer()
        .option("buyer.offerTtl", "PT30S")
        .option("buyer.startTimeout", "PT30S")
        .option("buyer.settleTimeout", "PT30S")
        .option("buyer.resultTimeout", "PT30S");
  }

  /** Another seller, which gives up soon. */
  private NodeBuilder faultySeller() {
    return node(malloryKey)
        .capacity(CAPACITY)
        .option("seller.grace", "PT1S")
        .option("seller.provisionTimeout", "PT20S")
        .option("seller.resultTimeout", "PT2S")
        .option("seller.settleTimeout", "PT2S");
  }

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.option("seller.grace", "PT1S")
        .option("seller.provisionTimeout", "PT20S")
        .option("seller.resultTimeout", "PT2S")
        .option("seller.settleTimeout", "PT2S");
  }

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.option("buyer.challenge", "PT1S")
        .option("buyer.offerTtl", "PT5S")
        .option("buyer.startTimeout", "PT5S")
        .option("buyer.resultTimeout", "PT3S")
        .option("buyer.settleTimeout", "PT3S");
  }

  private static void found(EdgeBeatNode node, Listing listing) {
    until(
        () -> node.marketplace().find(listing.id()).isPresent(),
        () -> node.address() + " has not found listing " + listing.id());
  }

  /** Buys 2 + 40 there. */
  private Task buys(EdgeBeatNode node, Listing at) {
    found(node, at);
    return node.buyer().submit(add().region(at.region()), half());
  }

  private AgreementRecord closed(Task task) {
    until(
        "the agreement's end",
        () ->
            ledger.agreement(task.agreement().orElseThrow(), Finality.PENDING).status()
                == AgreementStatus.CLOSED);
    return ledger.agreement(task.agreement().orElseThrow(), Finality.PENDING);
  }

  private void completed(Task task) {
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(SUM));
    AgreementRecord record = closed(task);
    assertThat(record.paid()).isEqualTo(task.invoice().paid()).isEqualTo(task.spent());
    assertThat(record.paid()).isGreaterThanOrEqualTo(PRICE.setup().plus(PRICE.perTick()));
  }

  private static void failed(Task task, ErrorCode code, String named) {
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).as(f.message()).isEqualTo(code);
              assertThat(f.message()).contains(named);
            });
  }

  // ---------------------------------------------------------------- ledgers

  @Test
  void ledgersThatTellEverythingTwice() {
    FaultyLedger buying =
        new FaultyLedger(chain.connect(malloryKey), 1).eventsRepeated(1).eventsRepeated(0.5);
    FaultyLedger selling =
        new FaultyLedger(chain.connect(poorKey), 2).eventsRepeated(1).eventsRepeated(0.5);
    send(bystanderKey, new LedgerCommand.Transfer(poorKey.address(), half().limit()));
    EdgeBeatNode other = opened(node(poorKey).ledger(selling).capacity(CAPACITY));
    Listing there = other.seller().advertise(elsewhereAt("twice"));
    EdgeBeatNode node =
        opened(patientBuyer().ledger(buying).option("buyer.tasksPerAgreement", "1"));
    found(node, there);
    AgreementId id = signed(node.buyer().negotiate(there, add(), half()));
    node.buyer().open(id, LONG);
    node.buyer().topUp(id, POCKET_MONEY);
    until("the top-up", () -> ledger.agreement(id, Finality.PENDING).topUps().equals(POCKET_MONEY));
    Task task = node.buyer().run(id, add());
    completed(task);
    // What was told twice was put in once.
    assertThat(task.invoice().topUps()).isEqualTo(POCKET_MONEY);
    until("its earnings", () -> other.seller().earnings().equals(task.invoice().paid()));
    assertThat(buying.happened()).isNotEmpty();
    assertThat(selling.happened()).isNotEmpty();
    assertThat(node.health().problems()).isEmpty();
    assertThat(other.health().problems()).isEmpty();
  }

  private static ListingSpec elsewhereAt(String region) {
    return new ListingSpec(region, CAPACITY, PRICE, Duration.ofDays(1));
  }

  @Test
  void aLedgerOutOfReach() {
    FaultyLedger faulty =
        new FaultyLedger(chain.connect(malloryKey), 1)
            .broadcastFails(1)
            .broadcastUnheard(1)
            .eventsFail(2)
            .eventsLate(3);
    completed(buys(opened(patientBuyer().ledger(faulty)), listing));
    assertThat(faulty.happened()).hasSize(4);
  }

  @Test
  void aLedgerThatSwallowsATransaction() {
    FaultyLedger faulty = new FaultyLedger(chain.connect(malloryKey), 1).broadcastSwallowed(1);
    completed(buys(opened(patientBuyer().ledger(faulty)), listing));
    assertThat(faulty.happened()).hasSize(1);
  }

  // ---------------------------------------------------------------- transports

  @Test
  void aLineThatLosesDoublesAndIsCut() {
    FaultyTransport line =
        new FaultyTransport(network.transport(malloryKey.address()), 1)
            .loses(0.2)
            .loses(2)
            .doubles(3)
            .cuts(5);
    completed(buys(opened(patientBuyer().transport(line)), listing));
    assertThat(line.happened()).contains("message lost at call 2").hasSizeGreaterThan(2);
  }

  /**
   * Whatever the changed bit costs, it is named to somebody and moves no token to the wrong one.
   */
  private void endsSomehow(Task task, FaultyTransport line) {
    try {
      assertThat(task.await(LONG)).isNotNull();
    } catch (EdgeBeatException e) {
      assertThat(e.code()).isIn(ErrorCode.NO_ANSWER, ErrorCode.BAD_SIGNATURE);
    }
    assertThat(line.happened()).isNotEmpty();
    boolean opened =
        task.agreement()
            .map(id -> ledger.agreement(id, Finality.PENDING).status())
            .filter(status -> status != AgreementStatus.NONE)
            .isPresent();
    if (opened) {
      assertThat(closed(task).paid()).isLessThanOrEqualTo(task.spent());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 6})
  void aLineThatCorruptsWhatTheBuyerSays(int nth) {
    FaultyTransport line =
        new FaultyTransport(network.transport(malloryKey.address()), nth).corrupts(nth);
    endsSomehow(buys(opened(faultyBuyer().transport(line)), listing), line);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void aLineThatCorruptsWhatTheSellerSays(int nth) {
    FaultyTransport line =
        new FaultyTransport(network.transport(malloryKey.address()), nth).corrupts(nth);
    EdgeBeatNode other = opened(faultySeller().transport(line));
    endsSomehow(buys(buyerNode, other.seller().advertise(elsewhereAt("corrupt"))), line);
  }

  // ---------------------------------------------------------------- content stores

  @Test
  void aStoreThatNeverFindsTheResult() {
    FaultyContentStore store = new FaultyContentStore(content, 1).loses(SUM);
    Task task = buys(opened(faultyBuyer().content(store)), listing);
    failed(task, ErrorCode.CONTENT_NOT_FOUND, SUM.toString());
    assertThat(closed(task).paid()).isEqualTo(task.invoice().paid());
  }

  @Test
  void aStoreThatDoesNotKeepTheResult() {
    FaultyContentStore store = new FaultyContentStore(content, 1).putFails(2);
    EdgeBeatNode other = opened(faultySeller().content(store));
    Task task = buys(buyerNode, other.seller().advertise(elsewhereAt("full")));
    failed(task, ErrorCode.STORAGE_FAILED, "put refused");
    assertThat(store.happened()).containsExactly("put refused at call 2");
    assertThat(closed(task).paid()).isLessThanOrEqualTo(task.spent());
  }

  // ---------------------------------------------------------------- executors

  private FaultyExecutor executor(KeySigner key) {
    ProviderContext context =
        new ProviderContext(
            BackendConfig.of(Map.of()),
            InstantSource.system(),
            Thread.ofPlatform().daemon().factory(),
            key,
            signatures,
            Optional.of(content),
            Optional.empty());
    Executor sound =
        ServiceLoader.load(ExecutorProvider.class).findFirst().orElseThrow().create(context);
    return new FaultyExecutor(sound, 1);
  }

  private Task buysAt(FaultyExecutor faulty) {
    EdgeBeatNode other = opened(faultySeller().executor(faulty));
    return buys(buyerNode, other.seller().advertise(elsewhereAt("faulty")));
  }

  @Test
  void anExecutorThatDoesNotStart() {
    FaultyExecutor faulty = executor(malloryKey).startFails(1);
    Task task = buysAt(faulty);
    failed(task, ErrorCode.EXECUTOR_FAILED, "start failed");
    assertThat(closed(task).paid()).isLessThanOrEqualTo(PRICE.setup().plus(PRICE.perTick()));
  }

  @Test
  void anExecutorThatDies() {
    FaultyExecutor faulty = executor(malloryKey).dies(1);
    Task task = buysAt(faulty);
    failed(task, ErrorCode.EXECUTOR_FAILED, "executor died");
    assertThat(closed(task).paid()).isLessThanOrEqualTo(PRICE.setup().plus(PRICE.perTick()));
  }

  /** Tier T1 knows the digest, not the truth: the lie is paid, and whoever recomputes sees it. */
  @Test
  void anExecutorThatGivesAnotherResult() {
    FaultyExecutor faulty = executor(malloryKey).returnsAnotherResult(1);
    Task task = buysAt(faulty);
    assertThat(task.await(LONG))
        .isInstanceOf(TaskOutcome.Completed.class)
        .isNotEqualTo(new TaskOutcome.Completed(SUM));
    assertThat(closed(task).paid()).isEqualTo(task.invoice().paid());
  }
}

package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that have seen an open which was not final, went down, and come back to a ledger that knows
 * nothing of it and does not say that it ever did.
 */
class ReorganisedWhileDownTest extends Funded {
  private static final int DEPTH = 3;

  @TempDir Path directory;

  private final MovedClock clock = new MovedClock();
  private Miner miner;

  @Override
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return config.clock(clock).finalityDepth(DEPTH).blockInterval(Duration.ZERO);
  }

  @Override
  void chainIsThere() {
    miner = new Miner(chain);
  }

  /** The two other agreements are not given up because time was moved on. */
  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.clock(clock)
        .directory(directory.resolve("buyer"))
        .option("buyer.idleTimeout", "PT10H");
  }

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.clock(clock).directory(directory.resolve("seller"));
  }

  @AfterEach
  void stopMining() throws InterruptedException {
    miner.end();
  }

  private NodeLog reopen(String who) {
    return reopen(who, ForgetfulLedger::of);
  }

  private NodeLog reopen(String who, BiFunction<Ledger, CountDownLatch, Ledger> wrapper) {
    CountDownLatch listening = new CountDownLatch(1);
    boolean buys = who.equals("buyer");
    KeySigner key = buys ? buyerKey : sellerKey;
    NodeBuilder builder =
        buys ? buyerOptions(node(key).noExecutor()) : sellerOptions(node(key).capacity(CAPACITY));
    EdgeBeatNode node = opened(builder.ledger(wrapper.apply(chain.connect(key), listening)));
    if (buys) {
      buyerNode = node;
      buyer = node.buyer();
      ledger = node.ledger();
    } else {
      seller = node;
    }
    NodeLog log = new NodeLog(who, node);
    listening.countDown();
    return log;
  }

  /** Both have seen it, and nobody is there when it goes. */
  private TaskId openedAndGone() {
    NodeLog buying = new NodeLog("buyer", buyerNode);
    NodeLog selling = new NodeLog("seller", seller);
    miner.pause();
    Task task = buyer.submit(add(), half());
    buying.awaitEntry("Opened", false);
    selling.awaitEntry("Opened", false);
    buyerNode.close();
    seller.close();
    chain.reorg(1, false);
    chain.mine(DEPTH + 2);
    return task.id();
  }

  /** The first that a node has to say about an open: that it is gone. */
  private static void doesNotBelieve(NodeLog log) {
    log.awaitFirst(ReorganisedWhileDownTest::isAboutTheOpen);
    NodeEvent first =
        log.events().stream()
            .filter(ReorganisedWhileDownTest::isAboutTheOpen)
            .findFirst()
            .orElseThrow();
    assertThat(first.name()).isEqualTo("Ledger.Opened");
    assertThat(first.details()).containsEntry("retracted", "true");
  }

  private static boolean isAboutTheOpen(NodeEvent e) {
    return e.name().equals("Ledger.Opened") || e.name().equals("WorkMoved");
  }

  @Test
  void theSellerDoesNotBelieveInItAndServesTheOneThatIsSentAgain() {
    TaskId id = openedAndGone();
    NodeLog selling = reopen("seller");
    doesNotBelieve(selling);
    doesNotBelieve(reopen("buyer"));
    selling.awaitEntry("Opened", false);
    miner.resume();
    Task task = buyer.task(id).orElseThrow();
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    settledAsInvoiced(task);
  }

  @Test
  void theBuyerPaysNothingForItWhenItIsTooLateToSendItAgain() {
    Amount before = balance(buyerKey);
    TaskId id = openedAndGone();
    clock.move(Duration.ofMinutes(11));
    NodeLog selling = reopen("seller");
    NodeLog buying = reopen("buyer");
    doesNotBelieve(buying);
    doesNotBelieve(selling);
    miner.resume();
    Task task = buyer.task(id).orElseThrow();
    AgreementId agreement = agreement(buying);
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, () -> task.await(LONG));
    assertThat(e.code()).isIn(ErrorCode.EXPIRED, ErrorCode.BAD_TIME);
    assertThat(task.spent().isZero()).isTrue();
    assertThat(balance(buyerKey)).isEqualTo(before);
    assertThat(ledger.agreement(agreement, Finality.PENDING).status())
        .isEqualTo(AgreementStatus.NONE);
    until("the seller to give it up", () -> seller.seller().agreements().isEmpty());
  }

  @Test
  void aLedgerThatIsBehindHasNotTakenAnythingBack() {
    NodeLog selling = new NodeLog("seller", seller);
    miner.pause();
    long before = chain.head().number();
    Task task = buyer.submit(add(), half());
    selling.awaitEntry("Opened", false);
    seller.close();
    chain.mine(DEPTH + 2);
    NodeLog again =
        reopen("seller", (l, listening) -> ForgetfulLedger.behind(l, listening, before));
    miner.resume();
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    settledAsInvoiced(task);
    assertThat(again.events()).noneMatch(e -> "true".equals(e.details().get("retracted")));
  }

  private static AgreementId agreement(NodeLog log) {
    String told =
        log.events().stream()
            .filter(e -> e.name().equals("Ledger.Opened"))
            .findFirst()
            .orElseThrow()
            .details()
            .get("event");
    int at = told.indexOf("0x");
    return AgreementId.parse(told.substring(at, at + 66));
  }
}

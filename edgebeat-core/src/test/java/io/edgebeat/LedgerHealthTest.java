package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.testkit.fault.FaultyLedger;
import io.edgebeat.testkit.fault.LedgerDecorator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of a ledger that takes nothing from it, or tells it nothing. */
class LedgerHealthTest extends Funded {
  private static final ListingSpec THERE =
      new ListingSpec("there", CAPACITY, PRICE, Duration.ofDays(1));

  private final LogLines log = new LogLines("io.edgebeat.core.node.Outage");

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** An account without the coin that transactions cost, on a ledger that may fall silent. */
  private final class Poor extends LedgerDecorator {
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unheard = new AtomicInteger();
    private volatile boolean poor;
    private volatile boolean silent;

    Poor(KeySigner key) {
      super(chain.connect(key));
    }

    @Override
    public void broadcast(SignedTransaction transaction) {
      if (poor) {
        refused.incrementAndGet();
        throw new EdgeBeatException(
            ErrorCode.INSUFFICIENT_FUNDS, transaction.sender() + " needs coin for gas");
      }
      super.broadcast(transaction);
    }

    @Override
    public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
      if (silent) {
        unheard.incrementAndGet();
        throw new EdgeBeatException(ErrorCode.LEDGER_UNAVAILABLE, "out of reach");
      }
      return super.awaitEvents(from, limit, timeout);
    }
  }

  private static CompletableFuture<Listing> advertises(EdgeBeatNode node) {
    return CompletableFuture.supplyAsync(() -> node.seller().advertise(THERE));
  }

  @Test
  void anAccountThatCannotPayForGasIsNamedUntilItCan() throws Exception {
    Poor own = new Poor(malloryKey);
    own.poor = true;
    EdgeBeatNode node = opened(node(malloryKey).ledger(own).capacity(CAPACITY));
    CompletableFuture<Listing> advertised = advertises(node);
    until("several tries", () -> own.refused.get() >= 4);
    assertThat(node.health().problems())
        .singleElement()
        .asString()
        .contains("(Advertise)", "INSUFFICIENT_FUNDS", malloryKey.address() + " needs coin");
    // What is ordered meanwhile waits and gets through.
    assertThat(node.health().serving()).isTrue();
    assertThat(advertised).isNotDone();
    own.poor = false;
    advertised.get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(node.health().problems()).isEmpty();
    String who = "node " + malloryKey.address();
    assertThat(log.of(who)).hasSize(2);
    assertThat(log.of(who).getFirst()).startsWith("WARNING").contains("INSUFFICIENT_FUNDS");
    assertThat(log.of(who).getLast()).startsWith("INFO").contains("no transaction is held up");
  }

  @Test
  void aLedgerThatTakesNothingForAWhileIsToldOnce() throws Exception {
    FaultyLedger faulty =
        new FaultyLedger(chain.connect(malloryKey), 1)
            .broadcastFails(1)
            .broadcastFails(2)
            .broadcastFails(3);
    EdgeBeatNode node = opened(node(malloryKey).ledger(faulty).capacity(CAPACITY));
    advertises(node).get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(faulty.happened()).hasSize(3);
    assertThat(node.health().problems()).isEmpty();
    assertThat(log.of("WARNING node " + malloryKey.address()))
        .singleElement()
        .asString()
        .contains("LEDGER_UNAVAILABLE");
  }

  @Test
  void whoDoesNotHearTheLedgerTakesNoNewWork() {
    Poor own = new Poor(malloryKey);
    EdgeBeatNode node = opened(node(malloryKey).ledger(own).capacity(CAPACITY));
    listed(node.seller().advertise(THERE));
    assertThat(node.health().serving()).isTrue();
    own.silent = true;
    until("the outage", () -> !node.health().serving());
    assertThat(node.health().problems())
        .containsExactly("the ledger does not answer: LEDGER_UNAVAILABLE, out of reach");
    Task refused = buyer.submit(add().region("there"), half());
    EdgeBeatException why =
        refused(
            ErrorCode.LEDGER_UNAVAILABLE,
            () -> refused.await(LONG),
            "node " + malloryKey.address() + " does not hear its ledger");
    assertThat(why.getMessage()).doesNotContain("out of reach");
    own.silent = false;
    until("the ledger again", () -> node.health().serving());
    assertThat(node.health().problems()).isEmpty();
    Task task = buyer.submit(add().region("there"), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    assertThat(log.of("node " + malloryKey.address() + ": the ledger")).hasSize(2);
  }

  @Test
  void aWatchtowerSaysOnceThatItTriesAgain(@TempDir Path directory) {
    Poor own = new Poor(malloryKey);
    own.silent = true;
    try (LogLines lines = new LogLines(Watchtower.class.getName());
        Watchtower tower = Watchtower.open(own, signatures, directory)) {
      tower.start();
      until("several tries", () -> own.unheard.get() >= 3);
      assertThat(lines.of(""))
          .singleElement()
          .asString()
          .startsWith("WARNING")
          .contains("LEDGER_UNAVAILABLE, out of reach");
      own.silent = false;
      until("its work", () -> lines.of("").size() == 2);
      assertThat(lines.of("").getLast()).startsWith("INFO").contains("at work again");
    }
  }
}

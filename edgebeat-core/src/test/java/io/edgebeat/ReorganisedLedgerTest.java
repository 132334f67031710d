package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole nodes on a ledger that takes back what it has said, at every step of an agreement: as deep
 * as it may, its transactions waiting to be executed again or forgotten.
 */
class ReorganisedLedgerTest extends Funded {
  private static final int DEPTH = 3;

  private Miner miner;

  @Override
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return config.finalityDepth(DEPTH).blockInterval(Duration.ZERO);
  }

  @Override
  void chainIsThere() {
    miner = new Miner(chain);
  }

  /** One that begins before an open is final. */
  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.option("seller.reorgCap", "1").option("seller.literal", "true");
  }

  @AfterEach
  void stopMining() throws InterruptedException {
    miner.end();
  }

  /** The newest block, which is not empty, is buried under others, and all of them are gone. */
  private void takeBack(int depth, boolean again) {
    chain.mine(depth - 1);
    chain.reorg(depth, again);
  }

  /**
   * A task that a test ends: its settlement is no block that a slow machine puts between others.
   */
  private Task endless() {
    return buyer.submit(
        start(BadWorkloadTest.LOOPS).limits(ExecutionLimits.DEFAULTS.withWallTime(LONG)), half());
  }

  @ParameterizedTest
  @CsvSource({"1,true", "2,false", "3,true"})
  void aListingThatIsGoneIsSentAgainForOneFee(int depth, boolean again) throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    buyerNode
        .marketplace()
        .watch(
            ListingQuery.ALL,
            new ListingListener() {
              @Override
              public void listed(Listing l) {
                seen.add("+ " + l.region());
              }

              @Override
              public void unlisted(ListingId id) {
                seen.add("- " + id);
              }
            });
    seen.clear();
    Amount before = balance(sellerKey);
    miner.pause();
    CompletableFuture<Listing> advertised =
        CompletableFuture.supplyAsync(
            () ->
                seller
                    .seller()
                    .advertise(new ListingSpec("there", CAPACITY, PRICE, Duration.ofDays(1))));
    until("the listing", () -> seen.contains("+ there"));
    assertThat(advertised).isNotDone();
    takeBack(depth, again);
    until("its retraction", () -> seen.stream().anyMatch(s -> s.startsWith("- ")));
    miner.resume();
    Listing there = advertised.get(LONG.toSeconds(), TimeUnit.SECONDS);
    until("the listing again", () -> seen.stream().filter("+ there"::equals).count() == 2);
    assertThat(seen).containsExactly("+ there", "- " + there.id(), "+ there");
    assertThat(before.minus(balance(sellerKey))).isEqualTo(ledger.info().parameters().listingFee());

    Task task = buyer.submit(add().region("there"), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    settledAsInvoiced(task);
  }

  private Optional<Listing> there() {
    return buyer.search(ListingQuery.ALL, PageKey.first(10)).items().stream()
        .filter(l -> l.region().equals("there"))
        .findFirst();
  }

  @Test
  void aListingIsSoldAsSoonAsItIsSeen() throws Exception {
    miner.pause();
    CompletableFuture<Listing> advertised =
        CompletableFuture.supplyAsync(
            () ->
                seller
                    .seller()
                    .advertise(new ListingSpec("there", CAPACITY, PRICE, Duration.ofDays(1))));
    until("the listing", () -> there().isPresent());
    Listing seen = there().orElseThrow();
    AgreementId id = signed(buyer.negotiate(seen, add().region("there"), half()));
    // No block came: it was not final yet.
    assertThat(advertised).isNotDone();
    miner.resume();
    assertThat(advertised.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(seen);
    buyer.open(id, LONG);
    Task task = buyer.run(id, add().region("there"));
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
  }

  @ParameterizedTest
  @CsvSource({"1,true", "1,false", "2,false", "3,true"})
  void anOpenThatIsGoneIsSentAgain(int depth, boolean again) {
    NodeLog buying = new NodeLog("buyer", buyerNode);
    NodeLog selling = new NodeLog("seller", seller);
    miner.pause();
    Task task = buyer.submit(add(), half());
    buying.awaitEntry("Opened", false);
    selling.awaitWork("IN_CONTRACT");
    takeBack(depth, again);
    buying.awaitEntry("Opened", true);
    selling.awaitWork("WAITING");
    miner.resume();
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    settledAsInvoiced(task);
  }

  @ParameterizedTest
  @CsvSource({
    "vault,1,true",
    "vault,3,false",
    "literal,1,true",
    "literal,2,false",
    "literal,3,true"
  })
  void theOtherWaysOfOpeningAreTakenAgain(String way, int depth, boolean again) {
    Ledger own = chain.connect(malloryKey);
    own.broadcast(own.prepare(new LedgerCommand.VaultDeposit(Edg.of("1"))));
    EdgeBeatNode other = opened(node(malloryKey).noExecutor().option("mode", way));
    until("the listing", () -> other.marketplace().find(listing.id()).isPresent());
    NodeLog buying = new NodeLog("buyer", other);
    NodeLog selling = new NodeLog("seller", seller);
    miner.pause();
    Task task = other.buyer().submit(add(), half());
    buying.awaitEntry("Opened", false);
    selling.awaitWork("IN_CONTRACT");
    if (way.equals("vault")) {
      takeBack(depth, again);
    } else {
      // The last single steps, each of which made a block.
      chain.reorg(depth, again);
    }
    buying.awaitEntry("Opened", true);
    selling.awaitWork("WAITING");
    miner.resume();
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    settledAsInvoiced(task);
    assertThat(other.health().problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,true", "2,false", "3,true"})
  void aTopUpThatIsGoneStopsNoStream(int depth, boolean again) {
    NodeLog buying = new NodeLog("buyer", buyerNode);
    NodeLog selling = new NodeLog("seller", seller);
    Task task = endless();
    buying.awaitWork("STREAMING");
    AgreementId id = task.agreement().orElseThrow();
    // Nothing of the agreement is less than final now but what comes.
    until(
        "a final open",
        () -> ledger.agreement(id, Finality.FINAL).deposit().compareTo(Edg.units(0)) > 0);
    miner.pause();
    buyer.topUp(id, Edg.of("0.01"));
    buying.awaitEntry("ToppedUp", false);
    selling.awaitEntry("ToppedUp", false);
    NodeLog since = new NodeLog("buyer", buyerNode);
    takeBack(depth, again);
    buying.awaitEntry("ToppedUp", true);
    selling.awaitEntry("ToppedUp", true);
    miner.resume();
    since.awaitEntry("ToppedUp", false);
    task.cancel();
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Stopped("cancelled by the buyer"));
    settledAsInvoiced(task);
    assertThat(task.invoice().ticks()).isPositive();
    assertThat(task.invoice().topUps()).isEqualTo(Edg.of("0.01"));
  }

  @ParameterizedTest
  @CsvSource({"1,true", "1,false", "2,false", "3,true"})
  void aSettlementThatIsGoneIsSentAgain(int depth, boolean again) {
    NodeLog buying = new NodeLog("buyer", buyerNode);
    NodeLog selling = new NodeLog("seller", seller);
    Task task = endless();
    buying.awaitWork("STREAMING");
    miner.pause();
    task.cancel();
    buying.awaitEntry("Closed", false);
    selling.awaitEntry("Closed", false);
    refused(ErrorCode.WRONG_STATE, task::invoice, task.id());
    takeBack(depth, again);
    buying.awaitEntry("Closed", true);
    selling.awaitEntry("Closed", true);
    miner.resume();
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Stopped("cancelled by the buyer"));
    settledAsInvoiced(task);
  }
}

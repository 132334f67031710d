package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole market in one thread, where a seed decides. */
class VirtualTimeTest {

  static Task submit(LocalMarket market) {
    ContentId module =
        market.content().put(ContentSource.of(HexFormat.of().parseHex(Funded.ADD)), Progress.NONE);
    Workload add = new Workload("wasm", module, Optional.of("add"), List.of("2", "40"));
    return market.buyer().submit(TaskSpec.of(add), Budget.upTo(Edg.of("2")));
  }

  private static String oneTask(long seed) {
    try (LocalMarket market =
        EdgeBeat.local(seed).taskTime(r -> Duration.ofSeconds(50)).virtualTime()) {
      Task task = submit(market);
      TaskOutcome outcome = task.await(Duration.ofHours(1));
      assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
      Invoice invoice = task.invoice();
      assertThat(task.ticks()).isBetween(50L, 52L);
      assertThat(invoice.paid()).isGreaterThan(Amount.zero(invoice.paid().asset()));
      return market.traceHash();
    }
  }

  @Test
  void aTaskIsPaidTickByTickAndTheSeedRepeatsIt() {
    String once = oneTask(7);
    assertThat(oneTask(7)).as("the same seed gives the same world").isEqualTo(once);
    assertThat(oneTask(8)).as("another seed gives another").isNotEqualTo(once);
  }

  @Test
  void aClockThatIsSetBackLetsNothingRunUnpaid() {
    try (LocalMarket market =
        EdgeBeat.local(3).taskTime(r -> Duration.ofSeconds(20)).virtualTime()) {
      Task task = submit(market);
      assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
      market.faults().clock("seller", Duration.ofSeconds(-8));
      TaskOutcome outcome = task.await(Duration.ofMinutes(5));
      assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
      Duration work = market.workDone("seller", task.agreement().orElseThrow());
      assertThat(work).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
      assertThat(task.ticks()).isGreaterThanOrEqualTo(work.toSeconds());
    }
  }

  @Test
  void aNodeThatDiesInTheMiddleIsPaidForWhatItHasDone() {
    try (LocalMarket market =
        EdgeBeat.local(4).taskTime(r -> Duration.ofSeconds(20)).virtualTime()) {
      Task task = submit(market);
      assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
      market.faults().crash("seller", MarketFaults.Unsynced.TORN);
      assertThat(market.faults().isDown("seller")).isTrue();
      market.run(Duration.ofSeconds(3));
      market.faults().restart("seller");
      TaskOutcome outcome = task.await(Duration.ofHours(2));
      assertThat(outcome).isInstanceOf(TaskOutcome.Stopped.class);
      Amount paid = task.invoice().paid();
      assertThat(
              market.runUntil(
                  () -> market.seller("seller").seller().earnings().equals(paid),
                  Duration.ofMinutes(1)))
          .as("the seller has earned the %s that the buyer has paid", paid)
          .isTrue();
      assertThat(market.balanced()).isTrue();
    }
  }

  @Test
  void whatWasBelievedTooEarlyIsNotBelievedByWhoWasDownWhenItWasTakenBack() {
    try (LocalMarket market =
        EdgeBeat.local(5)
            .finalityDepth(20)
            .believedDepth(0)
            .blockInterval(Duration.ofSeconds(1))
            .taskTime(r -> Duration.ofSeconds(20))
            .option("buyer.openBy", "PT30S")
            .virtualTime()) {
      Task task = submit(market);
      assertThat(market.runUntil(() -> task.ticks() >= 3, Duration.ofMinutes(1))).isTrue();
      AgreementId id = task.agreement().orElseThrow();
      market.faults().crash("buyer", MarketFaults.Unsynced.KEPT);
      market.faults().crash("seller", MarketFaults.Unsynced.KEPT);
      market.faults().reorg(20, false);
      assertThat(market.ledger().agreement(id, Finality.PENDING).status())
          .isEqualTo(AgreementStatus.NONE);
      market.faults().censor("buyer", true);
      market.faults().restart("buyer");
      market.faults().restart("seller");
      assertThat(
              market.runUntil(
                  () -> market.seller("seller").seller().agreements().isEmpty(),
                  Duration.ofMinutes(5)))
          .as("the seller gives up what nothing pays for")
          .isTrue();
      Task again = market.buyer().task(task.id()).orElseThrow();
      assertThat(again.await(Duration.ofMinutes(5)))
          .isInstanceOfAny(TaskOutcome.Failed.class, TaskOutcome.Stopped.class);
      assertThat(market.balanced()).isTrue();
    }
  }

  @Test
  void anAdvertisementThatTakesLongSaysWhatItWaitsFor() {
    LocalMarketBuilder slow =
        EdgeBeat.local(5).finalityDepth(20).blockInterval(Duration.ofSeconds(10));
    assertThatThrownBy(slow::virtualTime)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessageMatching(
            "the advertisement of \\S+ did not happen within PT1M; it goes on: transaction"
                + " \\S+ is in block \\d+, the newest block is \\d+, and 1\\d more make it final");
  }

  @Test
  void whatOnlyVirtualTimeHasIsRefusedInRealTime() {
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      assertThatThrownBy(market::faults).hasMessageContaining("EdgeBeat.local(seed).virtualTime()");
      assertThatThrownBy(() -> market.run(Duration.ofSeconds(1))).hasMessageContaining("real time");
    }
    assertThatThrownBy(() -> EdgeBeat.local(1).realTime()).hasMessageContaining("a seed decides");
    assertThatThrownBy(() -> EdgeBeat.local().believedDepth(0).realTime())
        .hasMessageContaining("believedDepth(0) is for virtual time");
    assertThatThrownBy(() -> EdgeBeat.local().virtualTime()).hasMessageContaining("needs a seed");
    try (EmbeddedChain chain =
        EmbeddedChain.inMemory(EmbeddedChain.config(EdgeBeat.signatures()))) {
      assertThatThrownBy(() -> EdgeBeat.local(1).ledger(chain).virtualTime())
          .hasMessageContaining("ledger(..) is for realTime()");
      assertThatThrownBy(() -> EdgeBeat.local().ledger(chain).finalityDepth(3).realTime())
          .hasMessageContaining("finalityDepth");
    }
  }

  @Test
  void aTransportIsGivenOutInRealTimeOnly() {
    try (LocalMarket market = EdgeBeat.local(7).virtualTime()) {
      Funded.refused(
          ErrorCode.UNSUPPORTED,
          () -> market.transport(market.buyerNode().address()),
          "virtual time",
          "faults()");
    }
  }

  @Test
  void aNodeWhoseDiskFailsTakesNoMoreWorkAndLosesNothing() {
    for (boolean full : List.of(false, true)) {
      try (LocalMarket market =
          EdgeBeat.local(11)
              .taskTime(r -> Duration.ofSeconds(20))
              .option("snapshotBytes", "1024")
              .virtualTime()) {
        Task task = submit(market);
        assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
        if (full) {
          market.faults().diskSpace("seller", 1024);
        } else {
          market.faults().failSync("seller", 1);
        }
        assertThat(
                market.runUntil(
                    () -> !market.seller("seller").health().serving(), Duration.ofMinutes(1)))
            .isTrue();
        assertThat(market.seller("seller").health().problems())
            .anySatisfy(problem -> assertThat(problem).contains("sim:/").contains(".segment"));
        assertThatThrownBy(() -> market.seller("seller").seller().advertise(Funded.HERE))
            .hasMessageContaining("takes no more work");
        market.faults().diskSpace("seller", Long.MAX_VALUE);
        market.faults().crash("seller", MarketFaults.Unsynced.LOST);
        market.faults().restart("seller");
        assertThat(task.await(Duration.ofHours(2))).isInstanceOf(TaskOutcome.Stopped.class);
        Amount paid = task.invoice().paid();
        assertThat(
                market.runUntil(
                    () -> market.seller("seller").seller().earnings().equals(paid),
                    Duration.ofMinutes(2)))
            .as("what was paid, %s, is with the seller", paid)
            .isTrue();
        assertThat(market.balanced()).isTrue();
      }
    }
  }
}

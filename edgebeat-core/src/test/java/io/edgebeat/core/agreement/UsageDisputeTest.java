package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.document.Documents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Both sides count: where the seller's account does not fit the buyer's, the work is stopped. */
class UsageDisputeTest {
  private static TwoSides running() {
    TwoSides world = new TwoSides(new TwoSides.Setup()).begin();
    world.seconds(2);
    assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
    return world;
  }

  private static void endsDisputed(TwoSides world, Amount revealed, String why) {
    assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.USAGE_DISPUTED);
    assertThat(world.buys().failure().orElseThrow().reason()).contains(why);
    assertThat(world.sent(world.buyer, PeerMessage.Refused.class))
        .as("the seller's evidence")
        .anyMatch(m -> m.code() == ErrorCode.USAGE_DISPUTED && m.reason().contains(why));
    world.advance(Duration.ofMinutes(2));
    assertThat(world.runs).allMatch(run -> run.over);
    AgreementRecord record = world.settled();
    assertThat(record.paid()).isEqualTo(revealed);
    assertThat(world.buys().invoice()).isEqualTo(world.sells().invoice());
  }

  @Test
  void moreSecondsThanHavePassed() {
    try (TwoSides world = running()) {
      Amount revealed = world.buys().paid();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 60));
      endsDisputed(world, revealed, "60 s");
    }
  }

  @Test
  void moreTicksAtTheEndThanHavePassed() {
    try (TwoSides world = running()) {
      world.forge(
          world.buyer,
          new PeerMessage.TaskEnded(1, new TaskOutcome.Stopped("it was stopped"), 60, Usage.NONE));
      assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.USAGE_DISPUTED);
    }
  }

  @Test
  void unitsThatGoBack() {
    try (TwoSides world = running()) {
      Amount revealed = world.buys().paid();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 3));
      assertThat(world.buys().failure()).isEmpty();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 2));
      endsDisputed(world, revealed, "had used 3 units, now 2");
    }
  }

  @Test
  void ticksThatTheReportedUnitsDoNotExplain() {
    try (TwoSides world = running()) {
      world.seconds(3);
      Amount revealed = world.buys().paid();
      assertThat(world.buys().acknowledged()).isGreaterThan(2);
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 1));
      endsDisputed(world, revealed, "1 units explain only 1");
    }
  }

  private static TwoSides.Setup byMessage() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.price =
        new Price(Edg.units(100), new TickUnit(TickUnit.Kind.MESSAGES, 10), Edg.units(50));
    return setup;
  }

  @Test
  void moreMessagesThanThisSideCanExplain() {
    TwoSides.Setup setup = byMessage();
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      // What this node has said is not known after a restart of it.
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 7));
      assertThat(world.buys().failure()).isEmpty();
      setup.talked = Optional.of(8L);
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 8));
      assertThat(world.buys().failure()).isEmpty();
      world.forge(world.buyer, new PeerMessage.UsageReport(7, Usage.NONE, 60));
      assertThat(world.buys().failure()).as("of another task").isEmpty();
      Amount revealed = world.buys().paid();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 9));
      endsDisputed(world, revealed, "9 messages by the seller's count, at most 8");
    }
  }

  @Test
  void secondsAreNotHeldAgainstMessages() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.talked = Optional.of(0L);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 3));
      assertThat(world.buys().failure()).isEmpty();
    }
  }

  @Test
  void aReportAboutAnotherTaskSaysNothingAboutThisOne() {
    try (TwoSides world = running()) {
      world.forge(world.buyer, new PeerMessage.UsageReport(7, Usage.NONE, 60));
      assertThat(world.buys().failure()).isEmpty();
    }
  }

  @Test
  void receiptsAndVouchersNameTheUsageThatBothHaveCounted() {
    TwoSides.Setup setup = new TwoSides.Setup();
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.completes();
      world.seconds(20);
      world.settled();
      PeerMessage.UsageReport last =
          world.sent(world.seller, PeerMessage.UsageReport.class).getLast();
      assertThat(last.units()).isEqualTo(3);
      assertThat(
              world
                  .sent(world.seller, PeerMessage.ReceiptSent.class)
                  .getLast()
                  .receipt()
                  .message()
                  .usageHash())
          .isEqualTo(Documents.usageHash(1, last.units(), last.usage()));
    }
  }

  private static TwoSides byFuel() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.price = new Price(Edg.units(100), new TickUnit(TickUnit.Kind.FUEL, 1_000), Edg.units(50));
    setup.fuel = 5_000;
    TwoSides world = new TwoSides(setup).begin();
    world.seconds(2);
    assertThat(world.buys().work()).isEqualTo(BuyerWork.STREAMING);
    return world;
  }

  private static Usage fuel(long units) {
    return new Usage(units, 0, 0, 0, 0, Map.of());
  }

  @Test
  void moreFuelThanTheLimitOfTheTask() {
    try (TwoSides world = byFuel()) {
      Amount revealed = world.buys().paid();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 5_000));
      assertThat(world.buys().failure()).isEmpty();
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 5_001));
      endsDisputed(world, revealed, "5001 units of fuel, its limit is 5000");
    }
  }

  @Test
  void fuelThatIsBilledAndWasNotUsed() {
    List<TaskOutcome> ends =
        List.of(
            new TaskOutcome.Trapped("unreachable"),
            new TaskOutcome.OutOfFuel(),
            new TaskOutcome.Completed(ContentId.ofRaw(new byte[] {1})),
            new TaskOutcome.Exited(3, ContentId.ofRaw(new byte[] {1})));
    for (TaskOutcome end : ends) {
      try (TwoSides world = byFuel()) {
        world.forge(world.buyer, new PeerMessage.UsageReport(1, fuel(900), 901));
        world.forge(world.buyer, new PeerMessage.TaskEnded(1, end, 1, fuel(900)));
        assertThat(world.buys().failure().orElseThrow().code()).isEqualTo(ErrorCode.USAGE_DISPUTED);
        assertThat(world.buys().failure().orElseThrow().reason())
            .contains("901 units are billed, the task has used 900");
      }
    }
  }

  @Test
  void fuelThatAStoppedTaskHasAskedForNeedNotBeUsed() {
    try (TwoSides world = byFuel()) {
      world.forge(world.buyer, new PeerMessage.UsageReport(1, fuel(900), 901));
      world.forge(
          world.buyer,
          new PeerMessage.TaskEnded(1, new TaskOutcome.Stopped("it was stopped"), 1, fuel(900)));
      assertThat(world.buys().failure()).isEmpty();
    }
  }
}

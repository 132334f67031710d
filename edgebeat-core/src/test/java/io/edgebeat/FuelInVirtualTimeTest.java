package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Fuel that is paid for in a market of virtual time: it is played as long as the task lasts. */
class FuelInVirtualTimeTest {
  private static final Price PRICE =
      new Price(Edg.of("0.001"), new TickUnit(TickUnit.Kind.FUEL, 100), Edg.of("0.002"));

  private static LocalMarket market(long seed) {
    return EdgeBeat.local(seed)
        .seller(
            "seller",
            new ListingSpec("here", new ResourceSpec(1000, 1L << 30, 0), PRICE, Duration.ofDays(1)))
        .taskTime(r -> Duration.ofSeconds(50))
        .virtualTime();
  }

  private static Task spin(LocalMarket market, Amount budget) {
    byte[] spin = HexFormat.of().parseHex(FuelMarketTest.SPIN);
    ContentId module = market.content().put(ContentSource.of(spin), Progress.NONE);
    Workload workload = new Workload("wasm", module, Optional.of("spin"), List.of("100"));
    return market.buyer().submit(TaskSpec.of(workload), Budget.upTo(budget));
  }

  private static Amount cost(long ticks) {
    return PRICE.setup().plus(PRICE.perTick().times(ticks));
  }

  private static String run(long seed) {
    try (LocalMarket market = market(seed)) {
      Task task = spin(market, Edg.of("2"));
      assertThat(market.runUntil(() -> task.ticks() >= 10, Duration.ofMinutes(1))).isTrue();
      assertThat(task.outcome()).as("it is played over time").isEmpty();
      assertThat(task.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Completed.class);
      Invoice invoice = task.invoice();
      long fuel = invoice.lines().getFirst().usage().fuel();
      assertThat(fuel).isGreaterThan(3_000);
      assertThat(invoice.paid()).isEqualTo(cost(Math.ceilDiv(fuel, 100)));
      assertThat(market.balanced()).isTrue();
      return market.traceHash();
    }
  }

  @Test
  void itIsPaidTickByTickAndTheSeedRepeatsIt() {
    assertThat(run(7)).isEqualTo(run(7));
  }

  @Test
  void whatIsNotPaidIsNotDone() {
    try (LocalMarket market = market(8)) {
      Amount fee = market.ledger().info().parameters().feeFloor();
      Task task = spin(market, cost(12).plus(fee));
      assertThat(task.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Stopped.class);
      assertThat(task.invoice().paid()).isEqualTo(cost(12));
      assertThat(task.invoice().lines().getFirst().usage().fuel()).isLessThanOrEqualTo(1_200);
      assertThat(market.balanced()).isTrue();
    }
  }

  @Test
  void aSellerThatDiesInTheMiddleIsPaidForWhatItHasDone() {
    try (LocalMarket market = market(9)) {
      Task task = spin(market, Edg.of("2"));
      assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
      market.faults().crash("seller", MarketFaults.Unsynced.TORN);
      market.run(Duration.ofSeconds(3));
      market.faults().restart("seller");
      assertThat(task.await(Duration.ofHours(2))).isInstanceOf(TaskOutcome.Stopped.class);
      Amount paid = task.invoice().paid();
      assertThat(paid).isGreaterThanOrEqualTo(cost(5));
      assertThat(
              market.runUntil(
                  () -> market.seller("seller").seller().earnings().equals(paid),
                  Duration.ofMinutes(1)))
          .isTrue();
      assertThat(market.balanced()).isTrue();
    }
  }
}

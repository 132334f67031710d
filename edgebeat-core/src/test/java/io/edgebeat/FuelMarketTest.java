package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Computing sold by its fuel, with guests in the seller's JVM. */
class FuelMarketTest extends Funded {
  private static final long TICK = 100_000_000;
  private static final Price BY_FUEL =
      new Price(Edg.of("0.0007"), new TickUnit(TickUnit.Kind.FUEL, TICK), Edg.of("0.002"));

  /** {@code (func (export "spin") (param i32) (result i32) ...)}: counts down to zero. */
  static final String SPIN =
      "0061736d010000000106016001"
          + "7f017f03020100070801047370696e00000a12011000034020004101"
          + "6b22000d000b20000b";

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.executor("wasm", Map.of("isolation", isolation()));
  }

  String isolation() {
    return "in-jvm";
  }

  private Listing advertised() {
    Listing fuel =
        seller
            .seller()
            .advertise(new ListingSpec("engine-room", CAPACITY, BY_FUEL, Duration.ofDays(1)));
    listed(fuel);
    return fuel;
  }

  private TaskSpec spin(int turns) {
    Workload workload =
        new Workload("wasm", put(SPIN), Optional.of("spin"), List.of(Integer.toString(turns)));
    return TaskSpec.of(workload).region("engine-room");
  }

  private static Amount cost(long ticks) {
    return BY_FUEL.setup().plus(BY_FUEL.perTick().times(ticks));
  }

  private static Usage usage(Task task) {
    return task.invoice().lines().getFirst().usage();
  }

  @Test
  void whatAProgramUsesIsPaidToTheBaseUnit() {
    advertised();
    for (int turns : new int[] {1, 60_000_000}) {
      Task task = buyer.submit(spin(turns), half());
      assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
      long fuel = usage(task).fuel();
      assertThat(fuel).isBetween(30L * turns, 40L * turns + 10_000);
      assertThat(task.invoice().ticks()).isEqualTo(Math.ceilDiv(fuel, TICK));
      assertThat(task.invoice().paid()).isEqualTo(cost(Math.ceilDiv(fuel, TICK)));
    }
  }

  @Test
  void whatIsNotPaidIsNotDone() {
    Listing fuel = advertised();
    Amount fee = ledger.info().parameters().feeFloor();
    Task task = buyer.submit(spin(Integer.MAX_VALUE), Budget.upTo(cost(3).plus(fee)));
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Stopped.class, o -> assertThat(o.reason()).contains("deposit used up"));
    assertThat(task.invoice().paid()).isEqualTo(cost(3));
    assertThat(usage(task).fuel()).isEqualTo(3 * TICK);
    assertThat(fuel.price()).isEqualTo(BY_FUEL);
  }

  @Test
  void aLimitOfFuelIsTheMostThatIsDepositedAndPaid() {
    advertised();
    ExecutionLimits limits = ExecutionLimits.DEFAULTS.withFuel(TICK * 5 / 2);
    Task task = buyer.submit(spin(Integer.MAX_VALUE).limits(limits), half());
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.OutOfFuel());
    assertThat(usage(task).fuel()).isEqualTo(limits.fuel());
    assertThat(task.invoice().deposit()).isEqualTo(cost(3));
    assertThat(task.invoice().paid()).isEqualTo(cost(3));
  }
}

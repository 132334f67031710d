package io.edgebeat.core.schedule;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.schedule.PlacementRequest;
import java.math.BigInteger;
import java.time.Duration;

/** What a budget buys at a price, without the platform's fee, which is the same everywhere. */
final class Affordability {
  private final Amount budget;
  private final long seconds;

  Affordability(PlacementRequest request) {
    budget = request.budget();
    Duration wallTime = request.task().limits().wallTime();
    seconds = wallTime.getSeconds() + (wallTime.getNano() > 0 ? 1 : 0);
  }

  /** Set-up and one tick: less buys nothing. */
  boolean buysATick(Price price) {
    return buys(price, 1);
  }

  /** Set-up and ticks until the limit of the wall time; nobody knows that of other units. */
  boolean buysTheWholeTime(Price price) {
    return price.tickUnit().kind() == TickUnit.Kind.SECONDS
        && buys(price, Math.ceilDiv(seconds, price.tickUnit().count()));
  }

  private boolean buys(Price price, long ticks) {
    BigInteger units = price.perTick().baseUnits();
    BigInteger cost =
        (ticks == 1 ? units : units.multiply(BigInteger.valueOf(ticks)))
            .add(price.setup().baseUnits());
    return cost.compareTo(budget.baseUnits()) <= 0;
  }
}

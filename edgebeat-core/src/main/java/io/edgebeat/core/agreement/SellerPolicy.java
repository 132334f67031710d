package io.edgebeat.core.agreement;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import java.time.Duration;

/**
 * A seller's own limits; nothing of it is agreed with a buyer.
 *
 * @param maxUnpaidTicks the most ticks that may be begun before they are paid
 * @param newcomerUnpaidTicks the same for a buyer who has not settled an agreement with this seller
 *     yet; at most {@code maxUnpaidTicks} count
 * @param maxRounds after how many proposals talks end
 * @param literal whether the white paper's single steps are served; accepting costs a transaction
 * @param hold how long capacity is kept for a signed agreement that is not open yet
 * @param grace how long an unpaid execution is held before it is stopped
 * @param provisionTimeout how long an order, its payment or its image may take
 * @param idleTimeout how long an open agreement may be without a task
 * @param resultTimeout how long the last payment may take after the end
 * @param settleTimeout how long the buyer's signature of the settlement may take
 * @param leaseSlack how much longer than its paid time an execution may run before it ends by
 *     itself
 * @param margin how long before the expiry nothing begins any more
 * @param reorgCap how much unclaimed work is risked on an open that is not FINAL
 * @param claimAbove from which unclaimed sum on a claim is worth its transaction; zero for never
 *     before the end
 */
public record SellerPolicy(
    int maxUnpaidTicks,
    int newcomerUnpaidTicks,
    int maxRounds,
    boolean literal,
    Duration hold,
    Duration grace,
    Duration provisionTimeout,
    Duration idleTimeout,
    Duration resultTimeout,
    Duration settleTimeout,
    Duration leaseSlack,
    Duration margin,
    Amount reorgCap,
    Amount claimAbove) {
  /**
   * One unpaid tick, none for a newcomer, five seconds of grace, nothing risked on an open that is
   * not FINAL.
   */
  public static final SellerPolicy DEFAULTS =
      new SellerPolicy(
          1,
          0,
          4,
          false,
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Edg.units(0),
          Edg.of("100"));
}

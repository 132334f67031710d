package io.edgebeat.core.agreement;

import java.time.Duration;

/**
 * A buyer's own limits; nothing of it is agreed with a seller.
 *
 * @param window how many ticks are paid before they are delivered
 * @param maxUnpaidTicks how many ticks a seller is asked to begin before they are paid
 * @param tasksPerAgreement how many tasks an agreement made by {@code negotiate} can carry
 * @param maxRounds after how many proposals talks end
 * @param offerTtl how long an offer stands
 * @param openBy how long a signed agreement can be opened
 * @param startTimeout how long a seller may take to start a task
 * @param idleTimeout how long an open agreement is kept without a task
 * @param resultTimeout how long fetching a result may take
 * @param settleTimeout how long the seller may take to propose and send the settlement
 * @param challenge how long the seller can claim after this buyer asked to close
 * @param life how long an agreement lasts beyond the longest time its tasks can take
 * @param margin how long before the expiry nothing is paid any more
 * @param depositTicks how many ticks are deposited at once; more is added before they run out. Zero
 *     to deposit all that may be needed
 */
public record BuyerPolicy(
    int window,
    int maxUnpaidTicks,
    int tasksPerAgreement,
    int maxRounds,
    Duration offerTtl,
    Duration openBy,
    Duration startTimeout,
    Duration idleTimeout,
    Duration resultTimeout,
    Duration settleTimeout,
    Duration challenge,
    Duration life,
    Duration margin,
    int depositTicks) {
  /** A window of one tick, ten minutes to open, a day of challenge. */
  public static final BuyerPolicy DEFAULTS =
      new BuyerPolicy(
          1,
          1,
          8,
          4,
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofMinutes(2),
          Duration.ofMinutes(4),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofHours(24),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          0);
}

package io.edgebeat.api.task;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;

/**
 * A value: what a task may cost in all: what the seller is paid and the platform's fee.
 *
 * @param limit the most that may leave the buyer's account for good
 */
public record Budget(Amount limit) {
  /**
   * Checks the amount.
   *
   * @throws EdgeBeatException {@code BAD_AMOUNT} when it is zero
   */
  public Budget {
    if (limit.isZero()) {
      throw new EdgeBeatException(ErrorCode.BAD_AMOUNT, "a budget of zero buys nothing");
    }
  }

  /**
   * A budget.
   *
   * @param limit the most that may be spent
   * @return the budget
   */
  public static Budget upTo(Amount limit) {
    return new Budget(limit);
  }
}

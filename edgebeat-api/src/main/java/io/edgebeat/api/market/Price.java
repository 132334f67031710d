package io.edgebeat.api.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;

/**
 * A value: what a seller charges.
 *
 * @param perTick what one tick costs, more than zero
 * @param tickUnit what one tick pays for
 * @param setup what is paid once an agreement before the first tick
 */
public record Price(Amount perTick, TickUnit tickUnit, Amount setup) {
  /**
   * Checks the amounts.
   *
   * @throws EdgeBeatException {@code BAD_AMOUNT} naming the amounts
   */
  public Price {
    if (perTick.isZero() || !perTick.asset().equals(setup.asset())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "a tick costs more than nothing, in the asset of the set-up; found "
              + perTick
              + " a tick and "
              + setup
              + " for set-up");
    }
  }
}

package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/**
 * A view of candidates that also knows them by what one unit of a tick costs. A tick of an hour may
 * cost more than one of a second and still be the better offer.
 */
public interface UnitPrices {

  /** By the price of one unit, exactly; of listings whose ticks count the same kind of unit. */
  Comparator<Price> BY_UNIT = UnitPrices::compare;

  /**
   * The candidates with the lowest price of one unit; ties are broken by the price of a tick, then
   * by id.
   *
   * @param query which are wanted; should name one kind of tick, else unlike things are compared
   * @param limit how many at most
   * @return the best in order
   */
  List<Candidate> cheapestUnits(ListingQuery query, int limit);

  /**
   * A number that never orders two unit prices wrongly, but may be the same for two that differ by
   * little; only when it is odd.
   *
   * @param price a price
   * @return about the price of one unit, not negative
   */
  static long approximately(Price price) {
    BigInteger[] scaled =
        price
            .perTick()
            .baseUnits()
            .shiftLeft(63)
            .divideAndRemainder(BigInteger.valueOf(price.tickUnit().count()));
    return Columns.code(scaled[0], scaled[1].signum() != 0);
  }

  private static int compare(Price a, Price b) {
    BigInteger left = a.perTick().baseUnits().multiply(BigInteger.valueOf(b.tickUnit().count()));
    BigInteger right = b.perTick().baseUnits().multiply(BigInteger.valueOf(a.tickUnit().count()));
    return left.compareTo(right);
  }
}

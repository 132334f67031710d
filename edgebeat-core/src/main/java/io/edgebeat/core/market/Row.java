package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;

/**
 * A listing as the index keeps it.
 *
 * @param position where it is in the order of price and id
 * @param features its bits, see {@link Features}
 * @param unitPrice see {@link UnitPrices#approximately}
 * @param candidate what a query answers
 */
record Row(Position position, long features, long unitPrice, Candidate candidate) {
  Row with(Candidate changed) {
    return new Row(position, features, unitPrice, changed);
  }
}

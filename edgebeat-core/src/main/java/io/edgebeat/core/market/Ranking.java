package io.edgebeat.core.market;

/** What is best; the smaller number of a column is. Ties: the price of a tick, then the id. */
enum Ranking {
  /** The lowest price of a tick. */
  TICK(Columns.TICK),
  /** The lowest price of a unit. */
  UNIT(Columns.UNIT),
  /** The shortest round trip. */
  ROUND_TRIP(Columns.ROUND_TRIP),
  /** The highest trust. */
  TRUST(Columns.TRUST),
  /** The fewest open agreements of this node. */
  OPEN_AGREEMENTS(Columns.OPEN);

  final int column;

  Ranking(int column) {
    this.column = column;
  }

  /**
   * The full order among rows.
   *
   * @return negative when {@code a} is better
   */
  int compare(Row a, Row b) {
    int byKey = Long.compare(a.column(column), b.column(column));
    if (byKey == 0 && this == UNIT) {
      byKey =
          UnitPrices.BY_UNIT.compare(a.candidate.listing().price(), b.candidate.listing().price());
    }
    if (byKey == 0) {
      byKey = Long.compare(a.column(Columns.TICK), b.column(Columns.TICK));
    }
    if (byKey == 0) {
      byKey = a.units().compareTo(b.units());
    }
    return byKey != 0 ? byKey : a.id().compareTo(b.id());
  }
}

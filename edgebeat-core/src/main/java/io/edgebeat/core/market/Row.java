package io.edgebeat.core.market;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import java.math.BigInteger;

/** A listing as the index keeps it: itself and its {@link Columns}. Immutable. */
final class Row {
  final Candidate candidate;
  private final long[] columns;

  private Row(Candidate candidate, long[] columns) {
    this.candidate = candidate;
    this.columns = columns;
    columns[Columns.CAPACITY] =
        Columns.capacity(candidate.listing().resources(), candidate.trust());
    columns[Columns.ROUND_TRIP] = candidate.roundTrip().toNanos();
    columns[Columns.TRUST] = -candidate.trust();
    columns[Columns.OPEN] = candidate.openAgreements();
  }

  /**
   * Of a listing that was not here.
   *
   * @param features see {@link Features#mask(Listing)}
   */
  static Row of(Candidate candidate, long features) {
    Listing listing = candidate.listing();
    long[] columns = new long[Columns.COUNT];
    long unit = UnitPrices.approximately(listing.price());
    columns[Columns.FEATURES] = features;
    columns[Columns.REGIONS] = Columns.region(listing.region());
    columns[Columns.PLACE] =
        Columns.place(listing.price(), unit, Columns.capacity(listing.resources(), 0));
    columns[Columns.ID] = Columns.id(listing.id());
    columns[Columns.TICK] = Columns.code(listing.price().perTick().baseUnits(), false);
    columns[Columns.UNIT] = unit;
    return new Row(candidate, columns);
  }

  /** The same listing, where it was, with something else known of its seller. */
  Row with(Candidate changed) {
    return new Row(changed, columns.clone());
  }

  long column(int column) {
    return columns[column];
  }

  ListingId id() {
    return candidate.listing().id();
  }

  /** The price of a tick. */
  BigInteger units() {
    return candidate.listing().price().perTick().baseUnits();
  }

  /** The order of the tree. */
  int comparePlace(Row other) {
    int byPlace = Long.compare(columns[Columns.PLACE], other.columns[Columns.PLACE]);
    return byPlace != 0 ? byPlace : id().compareTo(other.id());
  }
}

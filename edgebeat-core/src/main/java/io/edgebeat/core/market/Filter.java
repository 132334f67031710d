package io.edgebeat.core.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A query as comparisons of numbers; accepts exactly what {@link ListingQuery#matches} does. */
final class Filter {
  private final ListingQuery query;
  private final boolean checkNames;
  private final @Nullable String region;
  private final @Nullable BigInteger maxUnits;

  private final long capacity;
  private final long surely;
  private final long features;
  private final long regions;
  private final long maxTick;

  Filter(ListingQuery query, Features dictionary, Asset asset) {
    this.query = query;
    features = dictionary.mask(query);
    checkNames = Features.isShared(features);
    region = query.region().orElse(null);
    regions = region == null ? 0 : Columns.region(region);
    // Every listing has a trust of 0 and more.
    capacity = Columns.capacity(query.resources(), Math.max(0, query.minTrust()));
    surely = Columns.surely(query.resources(), Math.max(0, query.minTrust()));
    Amount max = query.maxPerTick().orElse(null);
    if (max == null) {
      maxUnits = null;
      maxTick = Long.MAX_VALUE;
    } else if (max.asset().equals(asset)) {
      maxUnits = max.baseUnits();
      maxTick = Columns.code(maxUnits, false);
    } else {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "prices are in " + asset.symbol() + ", the query's limit is " + max);
    }
  }

  /** A bit for each part of a chunk that may have the capacity. */
  long able(Chunk chunk) {
    long[] columns = chunk.columns;
    int size = chunk.size;
    long able = 0;
    for (int i = 0; i < size; i++) {
      able |= (Columns.lacks(columns[i], capacity) == 0 ? 1L : 0L) << i;
    }
    return able;
  }

  /** Which rows of a block are accepted, a bit each. */
  long accepted(Chunk chunk, int block) {
    int first = block * Chunk.BLOCK;
    int count = Math.min(Chunk.BLOCK, chunk.size - first);
    long accepted = 0;
    for (long rest = able(chunk.columns, chunk.rows + first, count); rest != 0; rest &= rest - 1) {
      int row = first + Long.numberOfTrailingZeros(rest);
      if (!rejects(chunk.columns, chunk.rows + row, chunk.size) && accepts(chunk, row)) {
        accepted |= rest & -rest;
      }
    }
    return accepted;
  }

  /** A bit for each that may have the capacity, of some that lie side by side. */
  long able(long[] columns, int first, int count) {
    long able = 0;
    for (int i = 0; i < count; i++) {
      able |= (Columns.lacks(columns[first + i], capacity) == 0 ? 1L : 0L) << i;
    }
    return able;
  }

  /**
   * Whether what may have the capacity is not accepted for another reason.
   *
   * @param at where its first column is
   * @param step how far it is from one column to the next
   */
  boolean rejects(long[] columns, int at, int step) {
    return (features & ~columns[at + Columns.FEATURES * step]) != 0
        || columns[at + Columns.TICK * step] > maxTick
        || (regions & ~columns[at + Columns.REGIONS * step]) != 0;
  }

  /** Whether a row is accepted that is not rejected; the listing itself says what is in doubt. */
  boolean accepts(Chunk chunk, int row) {
    int at = chunk.rows + row;
    boolean sure =
        region == null
            && !checkNames
            && chunk.columns[at + Columns.TICK * chunk.size] < maxTick
            && Columns.lacks(chunk.columns[at], surely) == 0;
    return sure || accepts(chunk.row(row).candidate);
  }

  private boolean accepts(Candidate candidate) {
    Listing listing = candidate.listing();
    return listing.resources().covers(query.resources())
        && candidate.trust() >= query.minTrust()
        && (region == null || listing.region().equals(region))
        && (maxUnits == null || listing.price().perTick().baseUnits().compareTo(maxUnits) <= 0)
        && (!checkNames || hasNames(listing));
  }

  private boolean hasNames(Listing listing) {
    if (query.workloadType().isPresent()
        && !listing.workloadTypes().contains(query.workloadType().get())) {
      return false;
    }
    for (String name : query.capabilities()) {
      boolean found = false;
      for (CapabilityInfo capability : listing.capabilities()) {
        found |= capability.name().equals(name);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }
}

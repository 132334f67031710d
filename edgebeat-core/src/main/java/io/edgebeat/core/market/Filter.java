package io.edgebeat.core.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A query as comparisons of numbers; accepts exactly what {@link ListingQuery#matches} does. */
final class Filter {
  private final ListingQuery query;
  private final long features;
  private final boolean checkNames;
  private final @Nullable String region;
  private final int regionHash;
  private final long cpu;
  private final long memory;
  private final long storage;
  private final long minTrust;
  private final int maxHigh;
  private final long maxLow;

  Filter(ListingQuery query, Features dictionary, Asset asset) {
    this.query = query;
    features = dictionary.mask(query);
    checkNames = Features.isShared(features);
    region = query.region().orElse(null);
    regionHash = region == null ? 0 : region.hashCode();
    cpu = query.resources().cpuMillis();
    memory = query.resources().memoryBytes();
    storage = query.resources().storageBytes();
    minTrust = query.minTrust();
    if (query.maxPerTick().isPresent()) {
      Amount max = query.maxPerTick().get();
      if (!max.asset().equals(asset)) {
        throw new EdgeBeatException(
            ErrorCode.BAD_AMOUNT,
            "prices are in " + asset.symbol() + ", the query's limit is " + max);
      }
      BigInteger units = max.baseUnits();
      maxHigh = Position.high(units);
      maxLow = units.longValue();
    } else {
      maxHigh = -1;
      maxLow = -1;
    }
  }

  /** Whether every listing from this chunk on is too expensive. */
  boolean isAfterMax(Chunk chunk) {
    return chunk.comparePrice(0, maxHigh, maxLow) > 0;
  }

  /** Whether any listing of a chunk may be accepted. */
  boolean mayAccept(Chunk chunk) {
    return (chunk.anyFeatures & features) == features
        && chunk.maxCpu >= cpu
        && chunk.maxMemory >= memory
        && chunk.maxStorage >= storage
        && chunk.maxTrust >= minTrust;
  }

  boolean accepts(Chunk chunk, int at) {
    return (chunk.features[at] & features) == features
        && chunk.cpu[at] >= cpu
        && chunk.memory[at] >= memory
        && chunk.storage[at] >= storage
        && chunk.trust[at] >= minTrust
        && (region == null || chunk.region[at] == regionHash)
        && chunk.comparePrice(at, maxHigh, maxLow) <= 0
        && (region == null || chunk.candidates[at].listing().region().equals(region))
        && (!checkNames || hasNames(chunk.candidates[at].listing()));
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

package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;

/**
 * Some listings that are neighbours in one of two orders, as columns, and what the best of them
 * offers. Filled once, then never changed: a change of the market copies one chunk.
 */
final class Chunk {
  /** How many listings a chunk has at most: large enough to scan fast, small enough to copy. */
  static final int MAX = 128;

  final int size;
  final int[] priceHigh;
  final long[] priceLow;
  final long[] features;
  final int[] region;
  final long[] cpu;
  final long[] memory;
  final long[] storage;
  final long[] trust;
  final long[] roundTrip;
  final int[] open;
  final long[] unitPrice;
  final Candidate[] candidates;

  long anyFeatures;
  long maxCpu;
  long maxMemory;
  long maxStorage;
  long maxTrust = Long.MIN_VALUE;
  long minRoundTrip = Long.MAX_VALUE;
  long minOpen = Long.MAX_VALUE;

  private Chunk(int size) {
    this.size = size;
    priceHigh = new int[size];
    priceLow = new long[size];
    features = new long[size];
    region = new int[size];
    cpu = new long[size];
    memory = new long[size];
    storage = new long[size];
    trust = new long[size];
    roundTrip = new long[size];
    open = new int[size];
    unitPrice = new long[size];
    candidates = new Candidate[size];
  }

  static Chunk of(Row row) {
    Chunk chunk = new Chunk(1);
    chunk.set(0, row);
    return chunk.summed();
  }

  /** With a row put before {@code at}. */
  Chunk with(int at, Row row) {
    Chunk chunk = new Chunk(size + 1);
    chunk.copy(this, 0, 0, at);
    chunk.set(at, row);
    chunk.copy(this, at, at + 1, size - at);
    return chunk.summed();
  }

  /** With another row at {@code at}. */
  Chunk replaced(int at, Row row) {
    Chunk chunk = new Chunk(size);
    chunk.copy(this, 0, 0, size);
    chunk.set(at, row);
    return chunk.summed();
  }

  /** Without the row at {@code at}. */
  Chunk without(int at) {
    Chunk chunk = new Chunk(size - 1);
    chunk.copy(this, 0, 0, at);
    chunk.copy(this, at + 1, at, size - at - 1);
    return chunk.summed();
  }

  /** A part of the rows. */
  Chunk slice(int from, int to) {
    Chunk chunk = new Chunk(to - from);
    chunk.copy(this, from, 0, to - from);
    return chunk.summed();
  }

  /** These rows and the next chunk's. */
  Chunk join(Chunk next) {
    Chunk chunk = new Chunk(size + next.size);
    chunk.copy(this, 0, 0, size);
    chunk.copy(next, 0, size, next.size);
    return chunk.summed();
  }

  /** Where something is, or {@code -(the first after it) - 1}. */
  int find(Probe sought) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = sought.compare(this, middle);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  /** Something that is looked for in the order the chunks are in. */
  @FunctionalInterface
  interface Probe {
    /** Whether the row of a chunk comes before (negative) or after what is looked for. */
    int compare(Chunk chunk, int at);
  }

  /** By the price of a tick, then by id. */
  int compare(int at, Position position) {
    int byPrice = comparePrice(at, position.priceHigh(), position.priceLow());
    return byPrice != 0 ? byPrice : candidates[at].listing().id().compareTo(position.id());
  }

  /** By the price of a unit, then as the other order. */
  int compareUnit(int at, Row row) {
    int about = Long.compare(unitPrice[at], row.unitPrice());
    if (about != 0) {
      return about;
    }
    int exactly =
        UnitPrices.BY_UNIT.compare(
            candidates[at].listing().price(), row.candidate().listing().price());
    return exactly != 0 ? exactly : compare(at, row.position());
  }

  int comparePrice(int at, int high, long low) {
    int byHigh = Integer.compareUnsigned(priceHigh[at], high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(priceLow[at], low);
  }

  /** What a ranking sorts by, smaller is better. */
  long key(Ranking ranking, int at) {
    return switch (ranking) {
      case ROUND_TRIP -> roundTrip[at];
      case TRUST -> -trust[at];
      case OPEN_AGREEMENTS -> open[at];
    };
  }

  /** No row has a smaller key. */
  long bestKey(Ranking ranking) {
    return switch (ranking) {
      case ROUND_TRIP -> minRoundTrip;
      case TRUST -> -maxTrust;
      case OPEN_AGREEMENTS -> minOpen;
    };
  }

  private void set(int at, Row row) {
    Candidate candidate = row.candidate();
    Listing listing = candidate.listing();
    priceHigh[at] = row.position().priceHigh();
    priceLow[at] = row.position().priceLow();
    features[at] = row.features();
    region[at] = listing.region().hashCode();
    cpu[at] = listing.resources().cpuMillis();
    memory[at] = listing.resources().memoryBytes();
    storage[at] = listing.resources().storageBytes();
    trust[at] = candidate.trust();
    roundTrip[at] = candidate.roundTrip().toNanos();
    open[at] = candidate.openAgreements();
    unitPrice[at] = row.unitPrice();
    candidates[at] = candidate;
  }

  private void copy(Chunk from, int start, int to, int count) {
    System.arraycopy(from.priceHigh, start, priceHigh, to, count);
    System.arraycopy(from.priceLow, start, priceLow, to, count);
    System.arraycopy(from.features, start, features, to, count);
    System.arraycopy(from.region, start, region, to, count);
    System.arraycopy(from.cpu, start, cpu, to, count);
    System.arraycopy(from.memory, start, memory, to, count);
    System.arraycopy(from.storage, start, storage, to, count);
    System.arraycopy(from.trust, start, trust, to, count);
    System.arraycopy(from.roundTrip, start, roundTrip, to, count);
    System.arraycopy(from.open, start, open, to, count);
    System.arraycopy(from.unitPrice, start, unitPrice, to, count);
    System.arraycopy(from.candidates, start, candidates, to, count);
  }

  private Chunk summed() {
    for (int i = 0; i < size; i++) {
      anyFeatures |= features[i];
      maxCpu = Math.max(maxCpu, cpu[i]);
      maxMemory = Math.max(maxMemory, memory[i]);
      maxStorage = Math.max(maxStorage, storage[i]);
      maxTrust = Math.max(maxTrust, trust[i]);
      minRoundTrip = Math.min(minRoundTrip, roundTrip[i]);
      minOpen = Math.min(minOpen, open[i]);
    }
    return this;
  }
}

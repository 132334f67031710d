package io.edgebeat.core.market;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * What the index keeps of a listing as numbers, and of many listings as the best of each number:
 * what none of them has is seen without looking at one.
 */
final class Columns {
  /** Four numbers of 15 bits: cpu, memory, storage and trust; of many the largest of each. */
  static final int CAPACITY = 0;

  /** See {@link Features}; of many what any has. */
  static final int FEATURES = 1;

  /** One bit for the region; of many what any has. */
  static final int REGIONS = 4;

  /** Where it is in the tree; of many the first. */
  static final int PLACE = 5;

  /** The first bytes of the id; this and what follows: of many the smallest. */
  static final int ID = 6;

  static final int TICK = 3;
  static final int UNIT = 2;
  static final int ROUND_TRIP = 7;

  /** Negative, so that less is better. */
  static final int TRUST = 8;

  static final int OPEN = 9;
  static final int COUNT = 10;

  /** The bit above each of the four numbers of a capacity. */
  private static final long GUARDS = 0x8000_8000_8000_8000L;

  private static final int FIELD_BITS = 15;
  private static final int PRECISION = 9;
  private static final int DIGITS = 54;

  private Columns() {}

  /** A capacity of at least so much; rounds down, so it may be a little less. */
  static long capacity(ResourceSpec resources, long trust) {
    return rounded(resources.cpuMillis()) << 48
        | rounded(resources.memoryBytes()) << 32
        | rounded(resources.storageBytes()) << 16
        | rounded(trust);
  }

  /** What is enough beyond doubt: rounded up. */
  static long surely(ResourceSpec resources, long trust) {
    return roundedUp(resources.cpuMillis()) << 48
        | roundedUp(resources.memoryBytes()) << 32
        | roundedUp(resources.storageBytes()) << 16
        | roundedUp(trust);
  }

  /** Zero when each of the four numbers is at least as large as that of the other. */
  static long lacks(long capacity, long wanted) {
    return ~((capacity | GUARDS) - wanted) & GUARDS;
  }

  /** The largest of each of the four numbers. */
  static long larger(long a, long b) {
    long less = lacks(a, b) >>> FIELD_BITS; // a one where a is smaller
    long mask = (less << FIELD_BITS) - less; // 15 ones there
    return (a & ~mask) | (b & mask);
  }

  /** Of 15 bits, in the same order; exact below 1024, then the first ten binary digits. */
  private static long rounded(long value) {
    int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(value | 1) - PRECISION);
    return ((long) shift << PRECISION) + (value >>> shift);
  }

  private static long roundedUp(long value) {
    return value == 0 ? 0 : rounded(value - 1) + 1;
  }

  static long region(String name) {
    return 1L << ((name.hashCode() * 0x9e3779b9) >>> 26);
  }

  /** In the order of the ids, but the same for many. */
  static long id(ListingId id) {
    return ByteBuffer.wrap(id.seller().toBytes()).getLong() ^ Long.MIN_VALUE;
  }

  /**
   * In the order of the numbers, never negative. Even when it stands for this number alone; an odd
   * one may be the same for numbers that differ in what was cut off.
   */
  static long code(BigInteger number, boolean more) {
    int length = number.bitLength();
    long digits;
    boolean cut;
    if (length <= 63) {
      long value = number.longValue();
      digits = length <= DIGITS ? value << (DIGITS - length) : value >>> (length - DIGITS);
      cut = length > DIGITS && digits << (length - DIGITS) != value;
    } else {
      digits = number.shiftRight(length - DIGITS).longValue();
      cut = number.getLowestSetBit() < length - DIGITS;
    }
    // The first digit is always 1 and not needed.
    digits &= (1L << (DIGITS - 1)) - 1;
    return ((long) length << DIGITS | digits << 1) | (more || cut ? 1 : 0);
  }

  static boolean isExact(long code) {
    return (code & 1) == 0;
  }

  /**
   * The place of a listing in the tree: those that are alike in price of a unit, cpu, memory and
   * storage are near one another, by giving each of the four one digit in turns.
   */
  static long place(Price price, long unit, long capacity) {
    long cost = Math.clamp((unit >>> (DIGITS - PRECISION)) - (63L << PRECISION), 0, 0x7fff);
    return kind(price.tickUnit().kind()) << 60
        | spread(cost) << 3
        | spread(capacity >>> 48) << 2
        | spread(capacity >>> 32 & 0x7fff) << 1
        | spread(capacity >>> 16 & 0x7fff);
  }

  private static long kind(TickUnit.Kind kind) {
    return switch (kind) {
      case SECONDS -> 0;
      case MESSAGES -> 1;
      case CALLS -> 2;
      case FUEL -> 3;
    };
  }

  /** Puts three zeros before each of 15 bits. */
  private static long spread(long bits) {
    long spread = bits;
    spread = (spread | spread << 24) & 0x000000ff000000ffL;
    spread = (spread | spread << 12) & 0x000f000f000f000fL;
    spread = (spread | spread << 6) & 0x0303030303030303L;
    return (spread | spread << 3) & 0x1111111111111111L;
  }
}

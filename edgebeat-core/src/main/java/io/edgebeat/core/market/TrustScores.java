package io.edgebeat.core.market;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What sellers have earned in trust: a pure function of ledger events, in whatever order they are
 * told.
 *
 * <p>Time is cut into periods of 90 days since 1970. A fee that was collected in a period counts in
 * full until that period ends and is halved, rounding down, with each period that begins after it.
 * Since all fees are halved at the same moment, only events change who is trusted more than whom.
 * The fees of one buyer count up to a cap, so that whoever wants trust needs many buyers and not
 * one rich friend; the trust of a seller is the sum over its buyers. Somebody who was never paid
 * has 0.
 *
 * <p>Threads: one at a time.
 */
public final class TrustScores {
  /** How long until a fee counts half. */
  public static final Duration HALF_LIFE = Duration.ofDays(90);

  /** What one buyer's fees count at most, unless said otherwise. */
  public static final Amount DEFAULT_BUYER_CAP = Edg.of("0.1");

  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private final BigInteger buyerCap;
  private final Map<Address, Seller> sellers = new HashMap<>();

  /**
   * Nobody is trusted yet.
   *
   * @param buyerCap what one buyer's fees count at most
   */
  public TrustScores(Amount buyerCap) {
    this.buyerCap = buyerCap.baseUnits();
  }

  /**
   * Takes a ledger entry into account; all but closed agreements are ignored. What is retracted is
   * taken back.
   *
   * @param entry the entry
   * @return whose trust may have changed
   */
  public Optional<Address> apply(LedgerEntry entry) {
    if (!(entry.event() instanceof LedgerEvent.Closed closed) || closed.fee().isZero()) {
      return Optional.empty();
    }
    BigInteger fee = closed.fee().baseUnits();
    Seller seller = sellers.computeIfAbsent(closed.seller(), s -> new Seller());
    seller.add(closed.buyer(), period(entry.time()), entry.retracted() ? fee.negate() : fee);
    if (seller.buyers.isEmpty()) {
      sellers.remove(closed.seller());
    }
    return Optional.of(closed.seller());
  }

  /**
   * The trust of a seller.
   *
   * @param seller who
   * @param now the time
   * @return base units, at most {@link Long#MAX_VALUE}
   */
  public long score(Address seller, Instant now) {
    Seller known = sellers.get(seller);
    return known == null ? 0 : known.score(period(now));
  }

  /**
   * The trust of everybody who was ever paid.
   *
   * @param now the time
   * @return trust by seller
   */
  public Map<Address, Long> scores(Instant now) {
    Map<Address, Long> scores = new HashMap<>();
    sellers.forEach((seller, known) -> scores.put(seller, known.score(period(now))));
    return scores;
  }

  /**
   * When fees are halved next.
   *
   * @param now the time
   * @return the beginning of the next period
   */
  public static Instant nextHalving(Instant now) {
    return Instant.ofEpochSecond((period(now) + 1) * HALF_LIFE.toSeconds());
  }

  private static long period(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), HALF_LIFE.toSeconds());
  }

  /** The fees of one seller by buyer and period, and their sum in the period last asked for. */
  private final class Seller {
    final Map<Address, Map<Long, BigInteger>> buyers = new HashMap<>();
    private long summedFor = Long.MIN_VALUE;
    private BigInteger sum = BigInteger.ZERO;

    void add(Address buyer, long period, BigInteger fee) {
      Map<Long, BigInteger> fees = buyers.computeIfAbsent(buyer, b -> new TreeMap<>());
      sum = sum.subtract(of(fees, summedFor));
      // An entry can be retracted only after it was told, so a sum of 0 is nothing.
      if (fees.merge(period, fee, BigInteger::add).signum() == 0) {
        fees.remove(period);
      }
      sum = sum.add(of(fees, summedFor));
      if (fees.isEmpty()) {
        buyers.remove(buyer);
      }
    }

    long score(long period) {
      if (period != summedFor) {
        summedFor = period;
        sum = BigInteger.ZERO;
        for (Map<Long, BigInteger> fees : buyers.values()) {
          sum = sum.add(of(fees, period));
        }
      }
      return sum.min(MAX).longValueExact();
    }

    /** What one buyer counts in a period: fees of later periods, by a slow clock, count in full. */
    private BigInteger of(Map<Long, BigInteger> fees, long period) {
      BigInteger value = BigInteger.ZERO;
      for (Map.Entry<Long, BigInteger> fee : fees.entrySet()) {
        long age = Math.max(0, period - fee.getKey());
        value = value.add(fee.getValue().shiftRight((int) Math.min(age, 1000)));
      }
      return value.min(buyerCap).max(BigInteger.ZERO);
    }
  }
}

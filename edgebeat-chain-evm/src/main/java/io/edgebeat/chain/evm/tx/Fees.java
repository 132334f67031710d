package io.edgebeat.chain.evm.tx;

import java.math.BigInteger;

/**
 * What a transaction offers for a unit of gas, in wei.
 *
 * @param tip for who makes the block
 * @param limit the most in all, base fee included
 */
public record Fees(BigInteger tip, BigInteger limit) {
  /** Checks that the tip is within the limit. */
  public Fees {
    if (tip.signum() < 0 || tip.compareTo(limit) > 0) {
      throw new IllegalArgumentException("a tip of " + tip + " within " + limit);
    }
  }

  /** So many percent more of both, rounded up: nodes take no less for the place of another. */
  public Fees raised(int percent) {
    return new Fees(raised(tip, percent), raised(limit, percent));
  }

  private static BigInteger raised(BigInteger value, int percent) {
    return value
        .multiply(BigInteger.valueOf(100L + percent))
        .add(BigInteger.valueOf(99))
        .divide(BigInteger.valueOf(100))
        .max(value.add(BigInteger.ONE));
  }
}

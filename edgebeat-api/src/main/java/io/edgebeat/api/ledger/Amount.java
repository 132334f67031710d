package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A value: a whole, non-negative number of base units of one asset. Arithmetic is exact; nothing is
 * ever rounded.
 *
 * @param asset what is counted
 * @param baseUnits how many base units, 0 to 2^96 - 1
 */
public record Amount(Asset asset, BigInteger baseUnits) implements Comparable<Amount> {
  /** The largest number of base units an amount can hold (uint96). */
  public static final BigInteger MAX = BigInteger.ONE.shiftLeft(96).subtract(BigInteger.ONE);

  // No exponent: "1e999999999" would make BigDecimal compute a number of a gigabyte. No digits but
  // ASCII, which BigDecimal would take.
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,80}(\\.[0-9]{1,80})?");

  /**
   * Checks the range.
   *
   * @throws EdgeBeatException {@code BAD_AMOUNT} naming the number when it is negative or above
   *     {@link #MAX}
   */
  public Amount {
    Objects.requireNonNull(asset, "asset");
    Objects.requireNonNull(baseUnits, "baseUnits");
    if (baseUnits.signum() < 0 || baseUnits.bitLength() > 96) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          (baseUnits.bitLength() > 512
                  ? "a number of " + baseUnits.bitLength() + " bits"
                  : baseUnits)
              + " base units of "
              + asset.symbol()
              + " is outside of 0 .. 2^96 - 1; amounts are never negative");
    }
  }

  /**
   * An amount in base units.
   *
   * @param asset what is counted
   * @param baseUnits how many, not negative
   * @return the amount
   */
  public static Amount of(Asset asset, long baseUnits) {
    return new Amount(asset, BigInteger.valueOf(baseUnits));
  }

  /**
   * Nothing.
   *
   * @param asset what is counted
   * @return zero base units
   */
  public static Amount zero(Asset asset) {
    return new Amount(asset, BigInteger.ZERO);
  }

  /**
   * Reads a decimal number of whole tokens, exactly.
   *
   * @param asset what is counted
   * @param decimal such as {@code 0.50}: digits, and at most one point with digits on both sides
   * @return the amount
   * @throws EdgeBeatException {@code BAD_AMOUNT} naming the text when it is no such number,
   *     negative, too large, or has more places than the asset
   */
  public static Amount parse(Asset asset, String decimal) {
    if (!DECIMAL.matcher(decimal).matches()) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "not a decimal number such as 0.50: \""
              + (decimal.length() > 40 ? decimal.substring(0, 40) + "..." : decimal)
              + "\"");
    }
    try {
      return new Amount(
          asset, new BigDecimal(decimal).movePointRight(asset.decimals()).toBigIntegerExact());
    } catch (ArithmeticException e) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "\"" + decimal + "\" has more than " + asset.decimals() + " decimal places");
    }
  }

  /**
   * The sum.
   *
   * @param other an amount of the same asset
   * @return this + other
   * @throws EdgeBeatException {@code BAD_AMOUNT} when it does not fit
   */
  public Amount plus(Amount other) {
    return new Amount(asset, baseUnits.add(same(other)));
  }

  /**
   * The difference.
   *
   * @param other an amount of the same asset, not larger than this
   * @return this - other
   * @throws EdgeBeatException {@code BAD_AMOUNT} when it would be negative
   */
  public Amount minus(Amount other) {
    return new Amount(asset, baseUnits.subtract(same(other)));
  }

  /**
   * A multiple.
   *
   * @param factor not negative
   * @return this times factor
   * @throws EdgeBeatException {@code BAD_AMOUNT} when it does not fit
   */
  public Amount times(long factor) {
    if (factor < 0) {
      throw new EdgeBeatException(ErrorCode.BAD_AMOUNT, "negative factor: " + factor);
    }
    return new Amount(asset, baseUnits.multiply(BigInteger.valueOf(factor)));
  }

  /**
   * The smaller of two.
   *
   * @param other an amount of the same asset
   * @return the smaller
   */
  public Amount min(Amount other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /**
   * The larger of two.
   *
   * @param other an amount of the same asset
   * @return the larger
   */
  public Amount max(Amount other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * Whether nothing is left.
   *
   * @return true for zero base units
   */
  public boolean isZero() {
    return baseUnits.signum() == 0;
  }

  @Override
  public int compareTo(Amount other) {
    return baseUnits.compareTo(same(other));
  }

  private BigInteger same(Amount other) {
    if (!asset.equals(other.asset)) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT, "cannot mix " + asset.symbol() + " and " + other.asset.symbol());
    }
    return other.baseUnits;
  }

  /** The decimal number of whole tokens and the symbol, such as {@code 0.5 EDG}. */
  @Override
  public String toString() {
    BigDecimal whole = new BigDecimal(baseUnits, asset.decimals()).stripTrailingZeros();
    return (whole.scale() < 0 ? whole.setScale(0) : whole).toPlainString() + " " + asset.symbol();
  }
}

package io.edgebeat.api.ledger;

/** Shorthand for amounts of {@link Asset#EDG}, which has 18 decimal places. */
public final class Edg {
  private Edg() {}

  /**
   * Reads a decimal number of EDG, exactly.
   *
   * @param decimal such as {@code 0.50}
   * @return the amount
   */
  public static Amount of(String decimal) {
    return Amount.parse(Asset.EDG, decimal);
  }

  /**
   * An amount in base units (10^-18 EDG).
   *
   * @param baseUnits not negative
   * @return the amount
   */
  public static Amount units(long baseUnits) {
    return Amount.of(Asset.EDG, baseUnits);
  }
}

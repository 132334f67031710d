package io.edgebeat.api.ledger;

import java.util.Objects;

/**
 * A value: what amounts are counted in.
 *
 * @param symbol the short name, {@code EDG}
 * @param decimals how many decimal places one whole token has, 0 to 36
 */
public record Asset(String symbol, int decimals) {
  /** The token of the market: 18 decimals. */
  public static final Asset EDG = new Asset("EDG", 18);

  /** Checks the components. */
  public Asset {
    Objects.requireNonNull(symbol, "symbol");
    if (symbol.isBlank() || decimals < 0 || decimals > 36) {
      throw new IllegalArgumentException("no asset: \"" + symbol + "\" decimals " + decimals);
    }
  }
}

package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value: what everybody who reads a {@link TransactionLog} begins with. Whoever begins with
 * something else is in another market, and nothing signed there counts here.
 *
 * @param chainId the chain id in every signature
 * @param parameters what new listings and agreements are checked against
 * @param funds who holds how much in the beginning; no token is ever added
 */
public record LedgerOrigin(
    long chainId, LedgerParameters parameters, SortedMap<Address, Amount> funds) {
  /**
   * Checks and copies.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
   */
  public LedgerOrigin {
    Objects.requireNonNull(parameters, "parameters");
    funds = Collections.unmodifiableSortedMap(new TreeMap<>(funds));
    BigInteger supply = BigInteger.ZERO;
    for (Amount amount : funds.values()) {
      if (!amount.asset().equals(Asset.EDG)) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT, "the market counts in EDG, found funds of " + amount);
      }
      supply = supply.add(amount.baseUnits());
    }
    if (supply.compareTo(Amount.MAX) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the funds add up to " + supply + " base units, more than 2^96 - 1");
    }
  }

  /**
   * With default parameters.
   *
   * @param chainId the chain id in every signature
   * @param funds who holds how much in the beginning
   * @return the origin
   */
  public static LedgerOrigin of(long chainId, Map<Address, Amount> funds) {
    return new LedgerOrigin(chainId, LedgerParameters.DEFAULTS, new TreeMap<>(funds));
  }
}

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.ledger.Amount;

/**
 * Where all tokens of a chain are; a value.
 *
 * @param supply how many there are, from the first block on
 * @param wallets in wallets
 * @param vaults in vaults
 * @param pot in the fee pot
 * @param held in the channels of agreements
 */
public record Audit(Amount supply, Amount wallets, Amount vaults, Amount pot, Amount held) {
  /** Whether no token was made or lost. */
  public boolean isExact() {
    return wallets
        .baseUnits()
        .add(vaults.baseUnits())
        .add(pot.baseUnits())
        .add(held.baseUnits())
        .equals(supply.baseUnits());
  }
}

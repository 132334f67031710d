package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Amount;

/**
 * Tokens that a command moves between the market's escrow and somebody.
 *
 * @param kind which way
 * @param account whose wallet or vault; the seller's own for {@link Kind#TO_POT}, which has no
 *     owner
 * @param amount how much; never zero
 */
public record Movement(Kind kind, Address account, Amount amount) {
  /** Which way. */
  public enum Kind {
    /** Out of a wallet. */
    FROM_WALLET,
    /** Out of a vault. */
    FROM_VAULT,
    /** Into a wallet. */
    TO_WALLET,
    /** Into a vault. */
    TO_VAULT,
    /** Into the fee pot. */
    TO_POT
  }
}

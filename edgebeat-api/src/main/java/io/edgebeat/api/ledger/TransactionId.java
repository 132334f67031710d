package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;

/**
 * A value: the id of a transaction.
 *
 * @param hash the ledger's own hash of its bytes
 */
public record TransactionId(Bytes32 hash) {
  @Override
  public String toString() {
    return hash.toString();
  }
}

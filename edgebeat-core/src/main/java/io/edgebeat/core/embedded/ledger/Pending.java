package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TransactionId;

/**
 * A transaction that was read and is signed by its sender.
 *
 * @param id its id
 * @param transaction what was signed
 * @param command its command
 * @param bytes what was sent
 */
record Pending(TransactionId id, LedgerTransaction transaction, LedgerCommand command, Blob bytes) {
  Address sender() {
    return transaction.sender();
  }

  long nonce() {
    return transaction.nonce();
  }
}

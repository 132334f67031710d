package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;

/**
 * A value: a transaction ready to be sent. The same bytes may be sent again and again.
 *
 * @param id its id
 * @param sender who signed it
 * @param nonce its place in the order of the sender's transactions, from 0
 * @param bytes what is sent
 */
public record SignedTransaction(TransactionId id, Address sender, long nonce, Blob bytes) {}

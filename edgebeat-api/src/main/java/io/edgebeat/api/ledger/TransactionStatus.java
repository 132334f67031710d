package io.edgebeat.api.ledger;

import io.edgebeat.api.error.ErrorCode;

/** A value: what became of a transaction. */
public sealed interface TransactionStatus {

  /** The ledger has never heard of it. */
  record Unknown() implements TransactionStatus {}

  /** It waits. */
  record Pending() implements TransactionStatus {}

  /**
   * It took effect.
   *
   * @param finality how certain that is
   * @param block in which block
   */
  record Done(Finality finality, long block) implements TransactionStatus {}

  /**
   * It was refused and moved nothing. Before that is final a reorganisation may still let it
   * succeed, or forget it: then the same bytes are sent again.
   *
   * @param code why
   * @param reason the ledger's own words with the offending values
   * @param finality how certain that is
   */
  record Failed(ErrorCode code, String reason, Finality finality) implements TransactionStatus {}

  /**
   * Another transaction with the same nonce took its place.
   *
   * @param by that one
   */
  record Replaced(TransactionId by) implements TransactionStatus {}
}

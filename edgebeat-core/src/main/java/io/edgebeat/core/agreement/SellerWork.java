package io.edgebeat.core.agreement;

/** Where a seller's work under an agreement is. */
public enum SellerWork {
  /** Not open on the ledger yet. */
  WAITING,
  /** Open; waits for an order, its payment and its image. */
  IN_CONTRACT,
  /** The workload could start. */
  PROVISIONED,
  /** It runs. */
  RUNNING,
  /** It is held because the next tick is not paid. */
  PAUSED,
  /** It has to end. */
  STOPPING,
  /** No further task; both settle. */
  TERMINATING,
  /** The ledger has paid out at FINAL; terminal. */
  SETTLED
}

package io.edgebeat.core.agreement;

/** Where a buyer's work under an agreement is, by the seller's notices and the ledger. */
public enum BuyerWork {
  /** Not open on the ledger yet. */
  OPENING,
  /** Open; a task is ordered, set-up and first tick are paid. */
  PAYING_SETUP,
  /** The seller says it runs; ticks are paid as they are delivered. */
  STREAMING,
  /** It has ended; what was begun is paid, the result is checked. */
  ENDING,
  /** Open, between two tasks. */
  IDLE,
  /** No further task; both settle. */
  SETTLING,
  /** The ledger has paid out at FINAL; terminal. */
  DONE
}

package io.edgebeat.api.task;

/** Where a task is, as its buyer sees it. */
public enum TaskState {
  /** Looking for a seller. */
  SEARCHING,
  /** Talking to one. */
  NEGOTIATING,
  /** Signed by both, being opened on the ledger. */
  OPENING,
  /** Open; set-up and first tick are being paid, the seller prepares. */
  PAYING_SETUP,
  /** The program runs and is paid tick by tick. */
  STREAMING,
  /** The program has ended; the result is fetched and checked. */
  ENDING,
  /** Both agree on what is paid; the ledger settles. */
  SETTLING,
  /** Over; {@code outcome} and {@code invoice} are final. */
  DONE
}

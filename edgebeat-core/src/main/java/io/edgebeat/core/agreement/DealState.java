package io.edgebeat.core.agreement;

/** How far the two have come to terms; off the ledger. */
public enum DealState {
  /** Nothing was proposed yet. */
  NEW,
  /** One side has signed a proposal. */
  OFFERED,
  /** Both have signed. */
  SIGNED,
  /** One side said no; terminal. */
  REJECTED,
  /** Time ran out, or a party cancelled; terminal. */
  LAPSED;

  /** Whether nothing can follow. */
  public boolean terminal() {
    return this == REJECTED || this == LAPSED;
  }
}

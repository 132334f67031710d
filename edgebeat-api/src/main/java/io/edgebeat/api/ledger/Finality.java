package io.edgebeat.api.ledger;

/** How certain something on a ledger is. */
public enum Finality {
  /** Seen, may still go. */
  PENDING,
  /** Deep enough for the ledger's own notion of safe. */
  SAFE,
  /** Will not go. */
  FINAL;

  /**
   * Whether this is at least as certain.
   *
   * @param other what is asked for
   * @return true when this is {@code other} or more
   */
  public boolean atLeast(Finality other) {
    return compareTo(other) >= 0;
  }
}

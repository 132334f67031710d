package io.edgebeat.api.ledger;

/**
 * A value: how much more to offer for a transaction that is stuck.
 *
 * @param bumpPercent by how much the offered fee is raised, at least 10
 */
public record FeeHint(int bumpPercent) {
  /** Checks the range. */
  public FeeHint {
    if (bumpPercent < 10) {
      throw new IllegalArgumentException("a replacement needs at least 10 %, found " + bumpPercent);
    }
  }
}

package io.edgebeat.core.agreement;

/** What moves a deal. */
public enum DealEvent {
  /** The buyer's first offer. */
  OFFER,
  /** Another proposal takes the place of the last. */
  COUNTER,
  /** The second signature of the same digest. */
  SIGN,
  /** A no. */
  REJECT,
  /** The offer's time, or openBy, has passed, or a party cancelled. */
  LAPSE
}

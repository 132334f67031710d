package io.edgebeat.api.market;

/** How a buyer makes sure of a result. */
public enum VerificationTier {
  /** Trust, tick by tick. */
  T0,
  /** The result's digest in a receipt signed by the seller. */
  T1,
  /** Re-execution by several sellers with commit and reveal. */
  T2,
  /** T2 with stake. */
  T3,
  /** A report of trusted hardware. */
  T4
}

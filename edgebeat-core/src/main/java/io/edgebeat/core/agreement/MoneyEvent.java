package io.edgebeat.core.agreement;

/** What can happen to the money of an agreement; all on the ledger but {@link #LAPSE}. */
public enum MoneyEvent {
  /** Somebody records the offer; counts only for the buyer (literal way). */
  RECORD_OFFER,
  /** The seller accepts the recorded offer (literal way). */
  ACCEPT_OFFER,
  /** The buyer escrows the fee (literal way). */
  DEPOSIT_FEE,
  /** The fee goes back to the buyer. */
  RECLAIM_FEE,
  /** The buyer funds the channel (literal way). */
  FUND_CHANNEL,
  /** Both have signed and anyone opens (compact way). */
  OPEN,
  /** Buyer or seller makes sure that it is never opened. */
  CANCEL,
  /** openBy has passed; nobody sends anything, and the ledger keeps no note of it. */
  LAPSE,
  /** Somebody adds to the channel. */
  TOP_UP,
  /** A voucher is paid out. */
  CLAIM,
  /** The buyer asks to close. */
  REQUEST_CLOSE,
  /** One party states what is to be paid, and the other's statement does not equal it. */
  STATEMENT,
  /** Both have signed, or stated, what is to be paid. */
  SETTLE,
  /** The seller ends at once. */
  RELEASE,
  /** Anyone ends it from the deadline on. */
  FINALIZE
}

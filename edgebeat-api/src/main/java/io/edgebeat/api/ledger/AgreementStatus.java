package io.edgebeat.api.ledger;

/** The ledger's word on an agreement: the money half of its state. */
public enum AgreementStatus {
  /** The ledger knows nothing of it. */
  NONE,
  /** The buyer recorded an offer (literal way). */
  OFFER_RECORDED,
  /** The seller accepted it (literal way): in contract. */
  ACCEPTED,
  /** The buyer escrowed the fee (literal way). */
  FEE_HELD,
  /** The channel is funded. */
  OPEN,
  /** The buyer asked to close; the challenge time runs. */
  CLOSING,
  /** Paid out; nothing moves any more. */
  CLOSED,
  /** Cancelled, or its fee was reclaimed, before it was funded; nothing moves any more. */
  LAPSED
}

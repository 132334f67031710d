package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import java.time.Instant;

/** A value: something that happened on a ledger. */
public sealed interface LedgerEvent {

  /** A value: something that happened to one agreement. */
  sealed interface OfAgreement extends LedgerEvent {
    /**
     * The agreement.
     *
     * @return its id
     */
    AgreementId id();
  }

  /**
   * A listing was advertised or renewed.
   *
   * @param listing the listing
   */
  record Advertised(ListingRecord listing) implements LedgerEvent {}

  /**
   * A listing was withdrawn.
   *
   * @param listing the listing
   */
  record Withdrawn(ListingId listing) implements LedgerEvent {}

  /**
   * An offer was recorded.
   *
   * @param id the agreement offered
   * @param sender who recorded it; counts only when it is the buyer
   */
  record OfferRecorded(AgreementId id, Address sender) implements OfAgreement {}

  /**
   * The seller accepted a recorded offer.
   *
   * @param id the agreement
   * @param agreement all its fields
   */
  record OfferAccepted(AgreementId id, Agreement agreement) implements OfAgreement {}

  /**
   * The fee was escrowed.
   *
   * @param id the agreement
   * @param fee how much
   */
  record FeeDeposited(AgreementId id, Amount fee) implements OfAgreement {}

  /**
   * The fee went back to the buyer; the agreement has lapsed.
   *
   * @param id the agreement
   * @param fee how much
   */
  record FeeReclaimed(AgreementId id, Amount fee) implements OfAgreement {}

  /**
   * The channel is funded. Carries every field, so that any reader can claim and finalize.
   *
   * @param id the agreement
   * @param agreement all its fields
   */
  record Opened(AgreementId id, Agreement agreement) implements OfAgreement {}

  /**
   * The channel got more.
   *
   * @param id the agreement
   * @param from who added it
   * @param amount how much
   * @param topUps all that was added so far
   */
  record ToppedUp(AgreementId id, Address from, Amount amount, Amount topUps)
      implements OfAgreement {}

  /**
   * A voucher was paid out.
   *
   * @param id the agreement
   * @param amount how much the seller got now, zero when the voucher was worth no more than before
   * @param claimed all that was claimed so far
   */
  record Claimed(AgreementId id, Amount amount, Amount claimed) implements OfAgreement {}

  /**
   * The buyer asked to close.
   *
   * @param id the agreement
   * @param deadline from when on anyone may finalize; never moves
   */
  record CloseRequested(AgreementId id, Instant deadline) implements OfAgreement {}

  /**
   * One party stated what is to be paid.
   *
   * @param id the agreement
   * @param party who
   * @param cumulative what the seller gets in all
   * @param invoiceHash the invoice
   */
  record TerminationStated(AgreementId id, Address party, Amount cumulative, Bytes32 invoiceHash)
      implements OfAgreement {}

  /**
   * The agreement ended; the ledger's invoice.
   *
   * @param id the agreement
   * @param buyer who paid
   * @param seller who was paid
   * @param paid what the seller got in all
   * @param refunded what the buyer got back
   * @param fee what the platform got
   * @param invoiceHash the invoice both signed; zero when they did not
   */
  record Closed(
      AgreementId id,
      Address buyer,
      Address seller,
      Amount paid,
      Amount refunded,
      Amount fee,
      Bytes32 invoiceHash)
      implements OfAgreement {}

  /**
   * A signed agreement will never be opened.
   *
   * @param id the agreement
   * @param by who cancelled
   */
  record Cancelled(AgreementId id, Address by) implements OfAgreement {}

  /**
   * A vault holds another amount.
   *
   * @param owner whose vault
   * @param balance what it holds now
   */
  record VaultChanged(Address owner, Amount balance) implements LedgerEvent {}

  /**
   * Tokens moved between accounts.
   *
   * @param from who sent
   * @param to who got
   * @param amount how much
   */
  record Transferred(Address from, Address to, Amount amount) implements LedgerEvent {}
}

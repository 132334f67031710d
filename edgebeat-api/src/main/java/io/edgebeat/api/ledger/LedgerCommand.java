package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import java.time.Instant;
import java.util.Optional;

/**
 * A value: something a ledger is told to do. The sender is whoever signs the transaction; a party
 * that sends needs no further signature. The rules of every command are in {@code
 * SPECIFICATION.md}.
 */
public sealed interface LedgerCommand {

  /**
   * Seller: advertises a listing; the listing fee is taken. White paper step 1.
   *
   * @param contentHash sha2-256 of the listing's canonical document
   * @param uri where the document is
   * @param validUntil from when on it no longer counts
   */
  record Advertise(Bytes32 contentHash, String uri, Instant validUntil) implements LedgerCommand {}

  /**
   * Seller: withdraws a listing.
   *
   * @param contentHash the listing
   */
  record Withdraw(Bytes32 contentHash) implements LedgerCommand {}

  /**
   * Buyer: records an offer (literal way). White paper step 3.
   *
   * @param id the agreement offered
   */
  record RecordOffer(AgreementId id) implements LedgerCommand {}

  /**
   * Seller: accepts a recorded offer (literal way). White paper step 4.
   *
   * @param agreement the agreement
   */
  record AcceptOffer(Agreement agreement) implements LedgerCommand {}

  /**
   * Buyer: escrows the fee (literal way). White paper step 5.
   *
   * @param agreement the agreement
   */
  record DepositFee(Agreement agreement) implements LedgerCommand {}

  /**
   * Buyer: funds the channel (literal way). White paper step 7.
   *
   * @param agreement the agreement
   */
  record FundChannel(Agreement agreement) implements LedgerCommand {}

  /**
   * Anyone: opens an agreement both have signed (compact way and vault); steps 3, 4, 5 and 7 in
   * one.
   *
   * @param agreement the agreement
   * @param buyer the buyer's signature; may be absent when the buyer sends
   * @param seller the seller's signature; may be absent when the seller sends
   */
  record Open(Agreement agreement, Optional<Signature> buyer, Optional<Signature> seller)
      implements LedgerCommand {}

  /**
   * Anyone: adds to the channel of an open agreement.
   *
   * @param agreement the agreement
   * @param amount how much, taken from the sender
   */
  record TopUp(Agreement agreement, Amount amount) implements LedgerCommand {}

  /**
   * Anyone: pays the seller what a voucher is worth and was not claimed before.
   *
   * @param agreement the agreement
   * @param claim voucher, tick and preimage
   */
  record Claim(Agreement agreement, VoucherClaim claim) implements LedgerCommand {}

  /**
   * Buyer: asks to close; the challenge time starts.
   *
   * @param agreement the agreement
   */
  record RequestClose(Agreement agreement) implements LedgerCommand {}

  /**
   * Buyer or seller: states what is to be paid; two equal statements settle. White paper step 11.
   *
   * @param agreement the agreement
   * @param cumulative what the seller gets in all
   * @param invoiceHash the invoice
   */
  record Terminate(Agreement agreement, Amount cumulative, Bytes32 invoiceHash)
      implements LedgerCommand {}

  /**
   * Anyone: settles what both have signed.
   *
   * @param agreement the agreement
   * @param settlement what both signed
   * @param buyer signature by buyer or voucher key; may be absent when the buyer sends
   * @param seller signature by the seller; may be absent when the seller sends
   */
  record Settle(
      Agreement agreement,
      Settlement settlement,
      Optional<Signature> buyer,
      Optional<Signature> seller)
      implements LedgerCommand {}

  /**
   * Seller: ends at once, with its best voucher or without.
   *
   * @param agreement the agreement
   * @param claim what to claim first
   */
  record Release(Agreement agreement, Optional<VoucherClaim> claim) implements LedgerCommand {}

  /**
   * Anyone, from the deadline on: ends with what was claimed.
   *
   * @param agreement the agreement
   */
  record Finalize(Agreement agreement) implements LedgerCommand {}

  /**
   * Buyer or seller: makes sure a signed agreement that was not opened never will be.
   *
   * @param agreement the agreement
   */
  record Cancel(Agreement agreement) implements LedgerCommand {}

  /**
   * Buyer, or anyone after openBy: returns the fee of a channel that was never funded (literal
   * way).
   *
   * @param agreement the agreement
   */
  record ReclaimFee(Agreement agreement) implements LedgerCommand {}

  /**
   * Moves own tokens into the own vault.
   *
   * @param amount how much
   */
  record VaultDeposit(Amount amount) implements LedgerCommand {}

  /**
   * Moves own tokens out of the own vault.
   *
   * @param amount how much
   */
  record VaultWithdraw(Amount amount) implements LedgerCommand {}

  /**
   * Sends own tokens.
   *
   * @param to who gets them
   * @param amount how much
   */
  record Transfer(Address to, Amount amount) implements LedgerCommand {}

  /**
   * The command's name, for messages and capabilities.
   *
   * @return such as {@code RequestClose}
   */
  default String name() {
    return getClass().getSimpleName();
  }
}

package io.edgebeat.api.state;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.task.Invoice;
import java.time.Instant;

/** A value: one row of the picture; a row with the same key takes the place of the earlier one. */
public sealed interface IndexEntry {

  /**
   * An agreement of this node; keyed by id.
   *
   * @param id the agreement
   * @param buyer who pays
   * @param seller who is paid
   * @param status the ledger's word
   * @param work the engine's word
   * @param deposit what the channel holds at most
   * @param paid the value of the best payment
   * @param changedAt when the row last changed
   */
  record OfAgreement(
      AgreementId id,
      Address buyer,
      Address seller,
      AgreementStatus status,
      String work,
      Amount deposit,
      Amount paid,
      Instant changedAt)
      implements IndexEntry {}

  /**
   * A voucher that was sent or received; keyed by agreement and sequence.
   *
   * @param id the agreement
   * @param sequence the voucher's sequence
   * @param value what it is worth with the highest preimage
   * @param at when
   */
  record OfPayment(AgreementId id, long sequence, Amount value, Instant at) implements IndexEntry {}

  /**
   * An invoice; keyed by agreement.
   *
   * @param invoice the invoice
   * @param at when it was settled
   */
  record OfInvoice(Invoice invoice, Instant at) implements IndexEntry {}

  /**
   * A listing; keyed by id.
   *
   * @param listing the listing
   * @param live whether it still counts
   */
  record OfListing(Listing listing, boolean live) implements IndexEntry {}
}

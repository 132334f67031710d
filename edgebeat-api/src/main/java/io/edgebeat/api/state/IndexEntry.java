package io.edgebeat.api.state;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.task.Invoice;
import java.time.Instant;

/**
 * A value: one row of the picture, or that there is none any more. It takes the place of an earlier
 * one with the same key. All amounts of a row count one asset.
 */
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
   * @param changedAt when it last changed
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
   * @param at when that last changed
   */
  record OfPayment(AgreementId id, long sequence, Amount value, Instant at) implements IndexEntry {}

  /**
   * An invoice; keyed by agreement.
   *
   * @param invoice the invoice
   * @param at when the ledger closed the agreement
   */
  record OfInvoice(Invoice invoice, Instant at) implements IndexEntry {}

  /**
   * There is no invoice: the ledger took back that the agreement was closed.
   *
   * @param id the agreement
   */
  record NoInvoice(AgreementId id) implements IndexEntry {}

  /**
   * A listing that is live; keyed by id.
   *
   * @param listing the listing
   */
  record OfListing(Listing listing) implements IndexEntry {}

  /**
   * A listing is not live: it was withdrawn, has expired, or was taken back.
   *
   * @param id the listing
   */
  record NoListing(ListingId id) implements IndexEntry {}
}

package io.edgebeat.core.document;

import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The evidence one side has of one agreement, as it was said and signed; it holds no secret.
 * Reading it checks the form only: whether it is true is for {@code core.settle} to say.
 *
 * @param domain the ledger that all signatures are bound to
 * @param side whose journal it was made of
 * @param restored whether that journal was an old backup's once, so that some of it is missing
 * @param id the agreement
 * @param agreement what both sides sign
 * @param buyerSignature the buyer's signature of it
 * @param sellerSignature the seller's
 * @param listing what the seller had advertised
 * @param terms everything else they agreed on
 * @param orders the tasks, signed by the voucher key
 * @param vouchers every voucher with the highest preimage revealed of it
 * @param receipts every receipt
 * @param reports the counts that usage hashes stand for
 * @param acknowledged the highest acknowledgement
 * @param outcomes how tasks ended, as the seller has said
 * @param proposed the settlement the seller has proposed
 * @param settlement the one the buyer's side has signed
 * @param invoice the invoice the settlement is about
 * @param remarks what either side did not agree to, or could not do, in its own words
 * @param ledger what the ledger has told of it and not taken back
 */
public record Proof(
    SigningDomain domain,
    Side side,
    boolean restored,
    AgreementId id,
    Agreement agreement,
    Optional<Signature> buyerSignature,
    Optional<Signature> sellerSignature,
    Optional<Listing> listing,
    Terms terms,
    List<Signed<TaskOrder>> orders,
    List<VoucherClaim> vouchers,
    List<Signed<Receipt>> receipts,
    List<PeerMessage.UsageReport> reports,
    Optional<PeerMessage.Ack> acknowledged,
    List<PeerMessage.TaskEnded> outcomes,
    Optional<Settlement> proposed,
    Optional<Signed<Settlement>> settlement,
    Optional<Invoice> invoice,
    List<String> remarks,
    List<LedgerEntry> ledger) {

  /** Who has kept the evidence. */
  public enum Side {
    /** The one who pays. */
    BUYER,
    /** The one who is paid. */
    SELLER
  }

  /** Checks and copies. */
  public Proof {
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(side, "side");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(agreement, "agreement");
    Objects.requireNonNull(terms, "terms");
    orders = List.copyOf(orders);
    vouchers = List.copyOf(vouchers);
    receipts = List.copyOf(receipts);
    reports = List.copyOf(reports);
    outcomes = List.copyOf(outcomes);
    remarks = List.copyOf(remarks);
    ledger = List.copyOf(ledger);
  }
}

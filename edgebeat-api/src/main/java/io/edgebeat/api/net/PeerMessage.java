package io.edgebeat.api.net;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.util.Optional;

/**
 * A value: what two nodes say to one another about one negotiation. A notice is a claim, never a
 * proof: a wrong one can only stop payment.
 */
public sealed interface PeerMessage {

  /**
   * Buyer: proposes.
   *
   * @param offer the offer, agreement signed by the buyer
   */
  record OfferMade(Offer offer) implements PeerMessage {}

  /**
   * Seller: proposes something else.
   *
   * @param offer the counter-offer, agreement signed by the seller
   */
  record Countered(Offer offer) implements PeerMessage {}

  /**
   * Either: says no.
   *
   * @param code why
   * @param reason for people
   */
  record Rejected(ErrorCode code, String reason) implements PeerMessage {}

  /**
   * Either: signs what the other has proposed: both are in agreement.
   *
   * @param id the agreement
   * @param signature the second signature
   */
  record Accepted(AgreementId id, Signature signature) implements PeerMessage {}

  /**
   * Buyer: says that it opens the agreement on the ledger.
   *
   * @param id the agreement
   */
  record OpenNotice(AgreementId id) implements PeerMessage {}

  /**
   * Buyer: orders a task.
   *
   * @param order the order, signed by the voucher key
   */
  record TaskOrdered(Signed<TaskOrder> order) implements PeerMessage {}

  /**
   * Seller: will not run a task.
   *
   * @param taskNo the task
   * @param code why
   * @param reason names the offending value
   */
  record TaskRefused(int taskNo, ErrorCode code, String reason) implements PeerMessage {}

  /**
   * Seller: has the image and could start.
   *
   * @param taskNo the task
   */
  record TaskReady(int taskNo) implements PeerMessage {}

  /**
   * Seller: the program runs.
   *
   * @param taskNo the task
   */
  record TaskStarted(int taskNo) implements PeerMessage {}

  /**
   * Buyer: pays, and anchors a chain of further ticks.
   *
   * @param voucher the voucher, signed by the voucher key
   */
  record VoucherSent(Signed<Voucher> voucher) implements PeerMessage {}

  /**
   * Buyer: pays ticks of the newest voucher.
   *
   * @param sequence the voucher's sequence
   * @param ticks the index k of the preimage
   * @param preimage x_k
   */
  record Ticks(long sequence, int ticks, Bytes32 preimage) implements PeerMessage {}

  /**
   * Seller: has delivered so many ticks of this agreement.
   *
   * @param delivered ticks delivered in all, across vouchers
   * @param preimage the seller's preimage of that index
   */
  record Ack(long delivered, Bytes32 preimage) implements PeerMessage {}

  /**
   * Seller: evidence of what it received and delivered.
   *
   * @param receipt the receipt, signed by the receipt key
   */
  record ReceiptSent(Signed<Receipt> receipt) implements PeerMessage {}

  /**
   * Seller: what was used so far.
   *
   * @param taskNo the task
   * @param usage the usage
   * @param units units of the tick counted so far in this task
   */
  record UsageReport(int taskNo, Usage usage, long units) implements PeerMessage {}

  /**
   * Seller: holds the program because the next tick is not paid.
   *
   * @param taskNo the task
   */
  record PauseNotice(int taskNo) implements PeerMessage {}

  /**
   * Seller: the program has ended.
   *
   * @param taskNo the task
   * @param outcome how, with the id of the output
   * @param begun ticks begun in this agreement so far
   * @param usage what the task used
   */
  record TaskEnded(int taskNo, TaskOutcome outcome, long begun, Usage usage)
      implements PeerMessage {}

  /**
   * Buyer: asks to stop the task.
   *
   * @param taskNo the task
   */
  record CancelTask(int taskNo) implements PeerMessage {}

  /**
   * Seller: proposes what is paid in the end.
   *
   * @param settlement what to sign
   * @param invoice what its hash stands for
   */
  record SettlementProposed(Settlement settlement, Invoice invoice) implements PeerMessage {}

  /**
   * Buyer: agrees to what is paid in the end.
   *
   * @param settlement the settlement, signed by buyer or voucher key
   */
  record SettlementSigned(Signed<Settlement> settlement) implements PeerMessage {}

  /**
   * Either: no further task will come; let us settle.
   *
   * @param reason for people
   */
  record CloseNotice(String reason) implements PeerMessage {}

  /** Either, after a restart and without a number: what do you know? */
  record StateQuery() implements PeerMessage {}

  /**
   * Either, without a number: what is durable here. The envelope says which messages of the asking
   * side are among it.
   *
   * @param best voucher and highest preimage; empty when there is none
   * @param acknowledged the highest message of the answering side that the asking side has said to
   *     have seen
   */
  record StateAnswer(Optional<VoucherClaim> best, long acknowledged) implements PeerMessage {}

  /**
   * Either: the last message was not legal; nothing has changed.
   *
   * @param code why
   * @param reason names message and state
   */
  record Refused(ErrorCode code, String reason) implements PeerMessage {}

  /** Either, without a number: nothing but which messages are durable here. */
  record Seen() implements PeerMessage {}
}

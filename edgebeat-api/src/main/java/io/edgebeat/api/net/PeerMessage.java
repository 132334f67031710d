package io.edgebeat.api.net;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
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
import io.edgebeat.api.task.TaskStream;
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

  /**
   * Either, without a number: something of a stream between a program and its buyer.
   *
   * @param taskNo the task
   * @param stream which stream
   * @param life numbers the buyer's nodes that have opened it, one after the other; the highest
   *     counts
   * @param after where the piece before it has ended: what lies between is left out and never comes
   * @param position where it begins: so many messages, or bytes, came before it
   * @param bytes one message, or some bytes; without any: nothing is said but the place
   * @param last whether nothing comes after it; never with bytes
   */
  record TaskSaid(
      int taskNo, TaskStream stream, long life, long after, long position, Blob bytes, boolean last)
      implements PeerMessage {}

  /**
   * Either, without a number: so much of a stream is taken, and so much more may come.
   *
   * @param taskNo the task
   * @param stream which stream
   * @param life as in {@link TaskSaid}
   * @param position everything before it is here or was left out; one more once the end is here
   * @param window how many messages, or bytes, may come after it
   */
  record TaskHeard(int taskNo, TaskStream stream, long life, long position, long window)
      implements PeerMessage {}

  /**
   * Seller, without a number: nothing comes or goes on a stream, now or later.
   *
   * @param taskNo the task
   * @param stream which stream
   * @param life as in {@link TaskSaid}
   * @param code {@code UNSUPPORTED} when the executor does not carry it, {@code CLOSED} when this
   *     node does not have it any more
   */
  record TaskMute(int taskNo, TaskStream stream, long life, ErrorCode code)
      implements PeerMessage {}

  /** Either, without a number: nothing but which messages are durable here. */
  record Seen() implements PeerMessage {}
}

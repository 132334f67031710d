package io.edgebeat.core.engine;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Usage;
import java.util.List;
import java.util.Optional;

/** Something that happened outside, as the engine is told. */
public sealed interface Event {

  // From applications.

  /** Buyer: begin a purchase. All randomness it needs is drawn by whoever makes it. */
  record Begin(
      NegotiationId negotiation,
      Optional<TaskId> taskId,
      TaskSpec spec,
      Amount budget,
      Listing listing,
      List<Listing> alternatives,
      Terms terms,
      Agreement agreement,
      Secret voucherKey,
      Secret firstSeed,
      Way way,
      boolean autoOpen)
      implements Event {}

  /** How an agreement is opened and ended on the ledger. */
  enum Way {
    /** Signatures travel together: open, settle. */
    COMPACT,
    /** Every step of the white paper its own transaction. */
    LITERAL
  }

  /** Buyer: open the signed agreement on the ledger. */
  record OpenWanted() implements Event {}

  /** Buyer: run a task under the open agreement. */
  record RunTask(TaskId taskId, TaskSpec spec) implements Event {}

  /** Buyer: stop the running task. */
  record CancelTask(TaskId taskId) implements Event {}

  /** Either: the node was opened and this agreement is one of its journal. */
  record Reopened() implements Event {}

  /**
   * Either: the operator knows that the node's files were older than its word, and lets it sign
   * again.
   */
  record RestoreAccepted() implements Event {}

  /** Either: settle now. */
  record Terminate(String reason) implements Event {}

  /** Buyer: add to the deposit. */
  record TopUpWanted(Amount amount) implements Event {}

  /** Seller: advertise. The listing's document is complete but for its hash. */
  record Advertise(Listing listing, String uri) implements Event {}

  /** Seller: withdraw a listing. */
  record WithdrawListing(ListingId id) implements Event {}

  // From the other node.

  /**
   * A message came. For a negotiation that is new here the shell adds what a seller needs to begin,
   * to a report of what a task has used the most messages that its program and this buyer can have
   * exchanged, if that is known.
   */
  record Received(
      Address from, PeerEnvelope envelope, Optional<SellerSetting> setting, Optional<Long> talked)
      implements Event {
    /** A message that nothing is added to but that. */
    public Received(Address from, PeerEnvelope envelope, Optional<SellerSetting> setting) {
      this(from, envelope, setting, Optional.empty());
    }
  }

  /** What a seller's partition is begun with. */
  record SellerSetting(Address self, Secret receiptKey) {}

  // From the ledger.

  /** Something happened to this agreement on the ledger. */
  record OnLedger(LedgerEntry entry) implements Event {}

  /** The ledger's time or depth has advanced. */
  record HeadMoved(LedgerHead head) implements Event {}

  // From the shell.

  /** A timer of this partition is due. */
  record TimerFired(String key) implements Event {}

  /** An action failed. */
  record ActionFailed(ActionKey key, ErrorCode code, String message, boolean mayRetry)
      implements Event {}

  /** A signature was made. */
  record SignatureMade(ActionKey key, Signature signature) implements Event {}

  /** Random bytes were drawn. */
  record Drawn(ActionKey key, String what, Secret bytes) implements Event {}

  /**
   * An offer was looked at from outside; the answer of the seller's policy is the last word but for
   * the ticks that this buyer may leave unpaid: where the offer asks for more, it is countered.
   */
  record Examined(ActionKey key, boolean lease, int maxUnpaidTicks, OfferPolicy.Answer answer)
      implements Event {}

  /** A workload is ready to start. */
  record Provisioned(ActionKey key) implements Event {}

  /** An execution has started. */
  record Started(ActionKey key) implements Event {}

  /** An execution has ended; it has used so many units, as far as anybody still knows. */
  record ExecutionEnded(int taskNo, TaskOutcome outcome, Usage usage, long units) implements Event {
    /** One that has used no more units than were told. */
    public ExecutionEnded(int taskNo, TaskOutcome outcome, Usage usage) {
      this(taskNo, outcome, usage, 0);
    }
  }

  /** A workload asks for units of something that is paid, or has used them within its grant. */
  record UnitsAsked(int taskNo, String kind, long units) implements Event {}

  /** A result was fetched; every byte fits its id. */
  record Fetched(ActionKey key, long sizeBytes) implements Event {}

  // Wallet.

  /** Agreement to wallet: set an amount aside. */
  record Reserve(PartitionKey from, ActionKey key, Amount amount, boolean vault) implements Event {}

  /** Agreement to wallet: an amount is no longer needed. */
  record Unreserve(PartitionKey from, ActionKey key) implements Event {}

  /** Wallet to agreement: it is set aside. */
  record Reserved(ActionKey key) implements Event {}

  /** Wallet or capacity to agreement: so be it. */
  record Acknowledged(ActionKey key) implements Event {}

  /** Wallet or capacity to agreement: it is not. */
  record ReserveRefused(ActionKey key, ErrorCode code, String reason) implements Event {}

  /** Any partition to wallet: carry out a ledger command. */
  record Order(PartitionKey from, ActionKey key, LedgerCommand command) implements Event {}

  /** Wallet to partition: the command was concluded. */
  record OrderConcluded(ActionKey key, TransactionStatus status) implements Event {}

  /** What the account holds. */
  record FundsRead(ActionKey key, Amount balance, Amount vault) implements Event {}

  /** A transaction is signed. */
  record Prepared(ActionKey key, SignedTransaction transaction) implements Event {}

  /** What became of a transaction. */
  record StatusKnown(ActionKey key, TransactionStatus status) implements Event {}

  // Capacity.

  /** The node's own resources. */
  record CapacityIs(ResourceSpec total) implements Event {}

  /** Agreement to capacity: promise resources. */
  record Claim(PartitionKey from, ActionKey key, Address buyer, ResourceSpec resources)
      implements Event {}

  /** Agreement to capacity: resources are free again. */
  record Free(PartitionKey from, ActionKey key) implements Event {}

  // Listings.

  /** A listing's document is stored. */
  record Published(ActionKey key) implements Event {}
}

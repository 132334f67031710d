package io.edgebeat.core.engine;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Something this node has decided or accepted: the only thing that is journaled. Replay folds facts
 * and decides nothing, so a later release may decide differently and still reads every old journal.
 * What was said to and heard from the other side are facts of their own: a voucher that was
 * accepted is {@code Heard(VoucherSent)}, one that was revealed is {@code Said(VoucherSent)}.
 */
public sealed interface Fact {

  // Agreements, both sides.

  /** The buyer began a purchase. */
  record BuyerBegan(Instant at, Event.Begin begin) implements Fact {}

  /** The seller took up an offer. */
  record SellerBegan(Instant at, Event.SellerSetting setting, Offer offer) implements Fact {}

  /** A message took effect. */
  record Heard(long sequence, PeerMessage message) implements Fact {}

  /** A message was consumed without effect: stale, refused, or not legal. */
  record Noted(long sequence) implements Fact {}

  /** A message was ordered. */
  record Said(PeerMessage message) implements Fact {}

  /** The other side has acknowledged our messages up to this one. */
  record PeerSaw(long sequence) implements Fact {}

  /** The main key's signature of the agreement was asked for. */
  record SignatureOrdered(Offer draft) implements Fact {}

  /** The main key has signed the agreement. */
  record AgreementSigned(Signature signature) implements Fact {}

  /** Random bytes were asked for. */
  record DrawOrdered(String what) implements Fact {}

  /** Random bytes arrived. */
  record SecretDrawn(String what, Secret bytes) implements Fact {}

  /** The deal moved on. */
  record DealMoved(String to, Instant at, String why) implements Fact {}

  /** The work moved on. */
  record WorkMoved(String to, Instant at, String why) implements Fact {}

  /** Another partition was asked for something. */
  record Asked(ActionKey key, PartitionKey to, Event event) implements Fact {}

  /** Another partition has answered. */
  record Answered(ActionKey key, String how) implements Fact {}

  /** Something happened on the ledger. */
  record LedgerSeen(LedgerEntry entry) implements Fact {}

  /** The ledger's head as it mattered to a decision. */
  record HeadSeen(LedgerHead head) implements Fact {}

  /** openBy has passed by this node's clock; from now on the ledger's own time decides. */
  record OpenOverdue() implements Fact {}

  /** After a restart: the other side is to say what it knows before anything new is signed. */
  record PeerAsked(Instant at) implements Fact {}

  /** It has, or nobody waits for it any more. */
  record PeerAnswered(String how) implements Fact {}

  /**
   * This side has given more of its word than its journal knows: the files are an old backup's.
   *
   * @param best what is proved to be paid, where that is more than the journal says
   * @param said how many messages this side has said, as far as that is known; what the other side
   *     has beyond those that the journal knows were said before and are forgotten
   * @param heard up to which message of the other side this one has once acknowledged
   */
  record Restored(Optional<VoucherClaim> best, long said, long heard) implements Fact {}

  /** The operator lets this side sign again. */
  record RestoreAccepted() implements Fact {}

  /** An action was given up or is no longer wanted. */
  record Dropped(ActionKey key) implements Fact {}

  // Seller's work.

  /** An offer is to be looked at from outside. */
  record ExamineOrdered() implements Fact {}

  /** It was. */
  record ExamineDone(boolean lease, String verdict) implements Fact {}

  /** The workload of a task is to be made ready. */
  record ProvisionOrdered(int taskNo) implements Fact {}

  /** It is ready. */
  record ProvisionDone(int taskNo) implements Fact {}

  /** An execution is to be started. */
  record StartOrdered(int taskNo, Instant leaseUntil) implements Fact {}

  /** It runs. */
  record ExecutionStarted(int taskNo, Instant at) implements Fact {}

  /** It has ended. */
  record ExecutionEnded(int taskNo, TaskOutcome outcome, Usage usage) implements Fact {}

  /** It is to be stopped. */
  record StopOrdered(int taskNo, String reason) implements Fact {}

  /** The workload asked for paid units. */
  record UnitsAsked(String kind, long units) implements Fact {}

  /** Units may be used. */
  record UnitsGranted(long total) implements Fact {}

  /** The execution may run until then. */
  record LeaseSet(Instant until) implements Fact {}

  /** Ticks have begun, in all of this agreement. */
  record TicksBegun(long total, Instant at) implements Fact {}

  // Buyer's work.

  /** A further task is to run under this agreement. */
  record TaskWanted(TaskId taskId, TaskSpec spec) implements Fact {}

  /** The task is no longer wanted. */
  record CancelWanted() implements Fact {}

  /** The seller's account of what was used does not fit what this side has counted. */
  record UsageDisputed(String why) implements Fact {}

  /** The result is to be fetched. */
  record FetchOrdered() implements Fact {}

  /** The result was fetched and fits its id, or not. */
  record ResultChecked(boolean fits, String detail) implements Fact {}

  /** Why it came to nothing, for whoever waits. */
  record Failed(ErrorCode code, String reason) implements Fact {}

  /** The next alternative takes over. */
  record HandedOn(NegotiationId next) implements Fact {}

  // Wallet.

  /** Funds are to be read for a reservation. */
  record ReserveAsked(PartitionKey from, ActionKey key, Amount amount, boolean vault)
      implements Fact {}

  /** An amount is set aside, or not. */
  record ReserveAnswered(PartitionKey from, boolean granted) implements Fact {}

  /** An amount is no longer set aside. */
  record ReserveEnded(PartitionKey from) implements Fact {}

  /** A ledger command is to be carried out. */
  record TxIntended(long number, PartitionKey from, ActionKey key, LedgerCommand command)
      implements Fact {}

  /** Its transaction is signed; these bytes and no others are sent. */
  record TxPrepared(long number, SignedTransaction transaction) implements Fact {}

  /** It is on its way, or could not be sent; it is asked for again then. */
  record TxWaits(long number, Instant until) implements Fact {}

  /** The same bytes are sent again. */
  record TxRetried(long number, long attempt) implements Fact {}

  /** Nothing more will happen to it. */
  record TxConcluded(long number, TransactionStatus status) implements Fact {}

  // Capacity.

  /** What the node has in all. */
  record CapacitySet(ResourceSpec total) implements Fact {}

  /** Resources are promised. */
  record CapacityTaken(PartitionKey from, String buyer, ResourceSpec resources) implements Fact {}

  /** Resources are free again. */
  record CapacityFreed(PartitionKey from) implements Fact {}

  // Listings.

  /** A listing is to be advertised. */
  record ListingWanted(Listing listing, String uri) implements Fact {}

  /** Its document is stored. */
  record ListingPublished() implements Fact {}

  /** A listing no longer counts. */
  record ListingEnded(String id) implements Fact {}

  // What a snapshot says in place of facts that later ones have superseded (Compaction).

  /** Messages up to this one were said; those that are left out were seen, and matter no more. */
  record SaidUpTo(long sequence) implements Fact {}

  /** The running task was held before, for so long in all, and went on each time. */
  record HeldFor(Duration held) implements Fact {}

  /** The wallet has counted so far. */
  record Counted(long number) implements Fact {}

  /** A transaction is on its way for long: it is to be signed once more, for a higher fee. */
  record TxStuck(long number) implements Fact {}

  /** These bytes are sent in the place of the others, which may still be the ones that come in. */
  record TxRaised(long number, SignedTransaction transaction) implements Fact {}

  /** One of the others has come in. */
  record TxFellBack(long number, TransactionId id) implements Fact {}
}

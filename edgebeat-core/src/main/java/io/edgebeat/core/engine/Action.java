package io.edgebeat.core.engine;

import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Workload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Something the engine wants done outside. It sits in its partition's outbox from the fact that
 * orders it to the fact that concludes it, and is carried out only when the ordering fact is
 * durable.
 */
public sealed interface Action {

  /** Send a message; concluded when the other side has acknowledged it. */
  record Send(long sequence, PeerMessage message) implements Action {}

  /** Ask the other side what it knows; concluded by its answer. */
  record Ask() implements Action {}

  /** Give an event to another partition of this node; concluded by that partition's answer. */
  record Tell(PartitionKey to, Event event) implements Action {}

  /** Sign with the node's main key. */
  record Sign(TypedMessage message) implements Action {}

  /** Draw 32 random bytes. */
  record Draw(String what) implements Action {}

  /** Look at an offer from outside: listing, funds, executor, policy. */
  record Examine(Offer offer) implements Action {}

  /** Fetch, verify, compile and load a workload. */
  record Provision(Workload workload, ExecutionLimits limits, Optional<ContentId> input)
      implements Action {}

  /** Start an execution. */
  record Start(
      ExecutionId id,
      Workload workload,
      Optional<ContentId> input,
      ExecutionLimits limits,
      HostProfile hostProfile,
      Map<String, Long> capabilities,
      TickUnit tickUnit,
      Instant leaseUntil)
      implements Action {}

  /** Fetch a result and verify every byte of it. */
  record Fetch(ContentId result, long limitBytes) implements Action {}

  /** Read what the node's account and vault hold. */
  record ReadFunds() implements Action {}

  /** Sign a transaction, without sending it. */
  record Prepare(LedgerCommand command) implements Action {}

  /** Send a transaction and ask what became of it. */
  record Broadcast(SignedTransaction transaction) implements Action {}

  /** Sign one that has not come through once more, for a higher fee, without sending it. */
  record Raise(SignedTransaction stuck) implements Action {}

  /** Store a listing's document. */
  record Publish(Listing listing) implements Action {}
}

package io.edgebeat.core.agreement;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.engine.Step;
import java.util.List;
import java.util.Optional;

/** What both sides decide in the same way: messages in order, orders to the wallet, refusals. */
abstract class AgreementDecider<S extends AgreementSide> implements Decider<S> {
  /** How many messages may wait to be seen by the other side; each is kept and sent again. */
  private static final int MAX_UNSEEN = 512;

  final Protocol protocol;
  final int depth;

  AgreementDecider(Protocol protocol) {
    this.protocol = protocol;
    this.depth = protocol.ledger().finalityDepth();
  }

  /** A message in its turn; throws what is told to the sender when it is not legal. */
  abstract void hear(S state, PeerMessage message, Event.Received event, Step step);

  /**
   * The ledger's word has changed.
   *
   * @param before where the money was by its word before
   */
  abstract void ledgerMoved(S state, AgreementStatus before, Step step);

  final void received(S state, Event.Received event, Step step) {
    PeerEnvelope envelope = event.envelope();
    if (state.remote().isPresent() && !state.remote().get().equals(event.from())) {
      throw new EdgeBeatException(
          ErrorCode.PEER_MISBEHAVED,
          event.from() + " speaks in negotiation " + state.key + " of " + state.remote().get());
    }
    if (envelope.sequence() == 0) {
      if (envelope.message() instanceof PeerMessage.StateAnswer answer && state.asking()) {
        answered(state, answer, envelope.seen(), step);
      }
      return;
    }
    boolean lies = envelope.seen() > state.said;
    if (lies && state.asking()) {
      // Perhaps it is this side that has forgotten: the answer says so, and the message comes
      // again.
      return;
    }
    long seen = lies ? state.peerSaw : envelope.seen();
    if (seen > state.peerSaw && state.said - state.peerSaw >= MAX_UNSEEN) {
      step.fact(new Fact.PeerSaw(seen));
    }
    if (state.said - state.peerSaw >= MAX_UNSEEN) {
      // Who takes no notice of the answers gets no more of them; the message comes again.
      return;
    }
    if (envelope.sequence() == state.heard + 1) {
      int before = step.facts().size();
      try {
        if (lies) {
          throw new EdgeBeatException(
              ErrorCode.PEER_MISBEHAVED,
              "message "
                  + envelope.sequence()
                  + " says that message "
                  + envelope.seen()
                  + " was seen; only "
                  + state.said
                  + " were sent");
        }
        hear(state, envelope.message(), event, step);
      } catch (EdgeBeatException refusal) {
        if (step.facts().size() != before) {
          throw new IllegalStateException("refused after it was decided", refusal);
        }
        step.fact(new Fact.Noted(envelope.sequence()));
        if (!(envelope.message() instanceof PeerMessage.Refused)) {
          step.fact(new Fact.Said(new PeerMessage.Refused(refusal.code(), refusal.getMessage())));
        }
      } catch (RuntimeException malformed) {
        if (step.facts().size() != before) {
          throw malformed;
        }
        // A value that no check has foreseen must not stop the side that holds the money.
        step.fact(new Fact.Noted(envelope.sequence()));
        step.fact(
            new Fact.Said(
                new PeerMessage.Refused(
                    ErrorCode.PEER_MISBEHAVED,
                    "message " + AgreementSide.name(envelope.message()) + " is malformed")));
      }
      if (state.heard != envelope.sequence()) {
        step.fact(new Fact.Noted(envelope.sequence()));
      }
    }
    // What the other side has seen is worth a record only along with another one.
    if (seen > state.peerSaw && !step.facts().isEmpty()) {
      step.fact(new Fact.PeerSaw(seen));
    }
  }

  // ---------------------------------------------------------------- after a restart

  /**
   * The journal is replayed and the node is open. Before anything new is signed, the other side is
   * asked what it knows: a journal that is an old backup's would sign what contradicts its word. As
   * long as the agreement is not signed there is nothing to contradict; it is asked when it is.
   */
  final void reopened(S s, Step step) {
    boolean late = s.deal == DealState.SIGNED ? s.asking() : s.deal.terminal() || s.asksWhenSigned;
    if (!late && !s.finished()) {
      step.fact(new Fact.PeerAsked(step.at()));
    }
  }

  private void answered(S s, PeerMessage.StateAnswer m, long seen, Step step) {
    Optional<VoucherClaim> best = m.best().filter(claim -> proves(s, claim));
    boolean older =
        (best.isPresent() && isOwnWord()) || seen > s.said || m.acknowledged() > s.heard;
    step.fact(new Fact.PeerAnswered(older ? "it knows more" : "it knows no more"));
    if (older) {
      restored(
          s,
          best,
          Math.max(s.said, seen),
          Math.max(s.heard, m.acknowledged()),
          "the other side has "
              + best.map(claim -> "a voucher for " + claim.value()).orElse("messages")
              + " that this node does not know",
          step);
    } else {
      goOn(s, step);
    }
  }

  /**
   * Whether it is this side that pays: more than it knows of shows that it has forgotten. A seller
   * may not have been told yet, and will be, because what it has not acknowledged comes again.
   */
  abstract boolean isOwnWord();

  /** Whether a claim is this buyer's word for more than is known here; whoever says so may lie. */
  private boolean proves(S s, VoucherClaim claim) {
    Voucher voucher = claim.voucher().message();
    return voucher.agreementId().equals(s.agreementId())
        && claim.preimageFits()
        && claim.value().asset().equals(s.paid().asset())
        && claim.value().compareTo(s.paid()) > 0
        && protocol.signedBy(s.agreement().voucherKey(), voucher, claim.voucher().signature());
  }

  private void restored(
      S s, Optional<VoucherClaim> best, long said, long heard, String why, Step step) {
    step.fact(new Fact.Restored(best, said, heard));
    step.fact(
        new Fact.Failed(
            ErrorCode.CONFLICTING_SIGNATURE,
            why
                + ": its files may be an old backup's; nothing new is signed under this"
                + " agreement"));
    endRestored(s, why, step);
  }

  /** Nobody says what is known elsewhere: as if it were more. */
  final void unanswered(S s, String patience, Step step) {
    step.fact(new Fact.PeerAnswered("no answer " + patience));
    restored(
        s,
        Optional.empty(),
        s.said,
        s.heard,
        "the other side has not said " + patience + " what it knows",
        step);
  }

  /** The ledger shows that more was claimed than this side knows of. */
  final void compareWithLedger(S s, Step step) {
    if (!s.restored && s.opened() && s.money.claimed().compareTo(s.paid()) > 0) {
      restored(
          s,
          Optional.empty(),
          s.said,
          s.heard,
          "the ledger shows a claim of " + s.money.claimed() + ", here are only " + s.paid(),
          step);
    }
  }

  final void restoreAccepted(S s, Step step) {
    if (!s.restored) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE,
          "nothing shows that agreement " + s.key + " was restored from an old backup");
    }
    step.fact(new Fact.RestoreAccepted());
    goOn(s, step);
  }

  /** The other side knows no more: whatever waited for that goes on. */
  abstract void goOn(S state, Step step);

  /** Ends the agreement without giving any word; the ledger knows how. */
  abstract void endRestored(S state, String why, Step step);

  // ---------------------------------------------------------------- the ledger

  final void onLedger(S state, LedgerEntry entry, Step step) {
    boolean own =
        entry.event() instanceof LedgerEvent.OfAgreement e
            && state.id().filter(e.id()::equals).isPresent();
    // An earlier round of the same talks is another agreement: that it was opened opens nothing.
    if (own && !state.money.knows(entry)) {
      AgreementStatus before = state.money.status();
      step.fact(new Fact.LedgerSeen(entry));
      ledgerMoved(state, before, step);
    }
  }

  final void headMoved(S state, Event.HeadMoved event, Step step) {
    if (state.watchesLedger()) {
      step.fact(new Fact.HeadSeen(event.head()));
      ledgerMoved(state, state.money.status(), step);
    }
  }

  /** Orders a ledger command once; the wallet carries it out. */
  final void order(S state, LedgerCommand command, Step step) {
    String kind = "tx:" + command.name();
    if (!state.ordered(kind)) {
      ActionKey key = new ActionKey(kind, state.asked + 1);
      step.fact(
          new Fact.Asked(
              key, PartitionKey.WALLET, new Event.Order(state.key, key, recoverable(command))));
    }
  }

  /** Every signature of a command with the recovery id that the ledger needs. */
  private LedgerCommand recoverable(LedgerCommand command) {
    return switch (command) {
      case LedgerCommand.Open c ->
          new LedgerCommand.Open(
              c.agreement(),
              c.buyer(), // empty: only the buyer orders it, and the transaction is signed
              c.seller().map(x -> fix(c.agreement().seller(), c.agreement(), x)));
      case LedgerCommand.Claim c ->
          new LedgerCommand.Claim(c.agreement(), protocol.recoverable(c.agreement(), c.claim()));
      case LedgerCommand.Release c ->
          new LedgerCommand.Release(
              c.agreement(), c.claim().map(x -> protocol.recoverable(c.agreement(), x)));
      case LedgerCommand.Settle c ->
          new LedgerCommand.Settle(
              c.agreement(),
              c.settlement(),
              c.buyer().map(x -> fixBuyer(c.agreement(), c.settlement(), x)),
              c.seller().map(x -> fix(c.agreement().seller(), c.settlement(), x)));
      default -> command;
    };
  }

  private Signature fix(Address signer, TypedMessage message, Signature signature) {
    return protocol.recoverable(signer, message, signature);
  }

  /**
   * What was asked for and not answered yet is asked for no more: issued again after a restart, it
   * would come behind what takes it back.
   */
  final void forget(S state, String kind, Step step) {
    for (ActionKey key : List.copyOf(state.outbox.keySet())) {
      if (key.kind().equals(kind)) {
        step.fact(new Fact.Dropped(key));
      }
    }
  }

  private Signature fixBuyer(Agreement agreement, Settlement settlement, Signature signature) {
    boolean byKey = protocol.signedForLedger(agreement.voucherKey(), settlement, signature);
    return fix(byKey ? agreement.voucherKey() : agreement.buyer(), settlement, signature);
  }

  final void concluded(S state, Event.OrderConcluded event, Step step) {
    if (state.outbox.containsKey(event.key())) {
      step.fact(new Fact.Answered(event.key(), event.status().toString()));
      if (event.status() instanceof TransactionStatus.Failed failed) {
        orderFailed(state, event.key(), failed, step);
      }
    }
  }

  /** A ledger command was refused. */
  abstract void orderFailed(S state, ActionKey key, TransactionStatus.Failed failed, Step step);

  /** Moves the deal by its table. */
  static void move(AgreementSide s, DealEvent event, String why, Step step) {
    step.fact(new Fact.DealMoved(Tables.DEAL.next(s.deal, event).name(), step.at(), why));
  }

  static EdgeBeatException illegal(PeerMessage message, Object state) {
    return new EdgeBeatException(
        ErrorCode.WRONG_STATE,
        "message " + AgreementSide.name(message) + " is not legal in state " + state);
  }
}

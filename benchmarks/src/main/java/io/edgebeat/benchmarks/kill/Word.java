package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.task.Invoice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the parent, which holds ledger and content, and the JVM of a node say to each other. */
sealed interface Word {

  /** A JVM is there. */
  record Hello(int number) implements Word {}

  /** Somebody asks; the answer has the same number. */
  record Asked(long number, Question question) implements Word {}

  /** The answer. */
  record Answered(long number, Answer answer) implements Word {}

  /** A message from one node to the other. */
  record Spoken(Address from, Address to, PeerEnvelope envelope) implements Word {}

  /** What can be asked. */
  sealed interface Question {
    /** Of the ledger. */
    record Info() implements Question {}

    record Prepare(LedgerCommand command) implements Question {}

    record Broadcast(SignedTransaction transaction) implements Question {}

    record Restore(List<SignedTransaction> unfinished) implements Question {}

    record Abandon(SignedTransaction transaction) implements Question {}

    record Status(TransactionId id) implements Question {}

    record AgreementOf(AgreementId id, Finality at) implements Question {}

    record ListingOf(ListingId id, Finality at) implements Question {}

    record Balance(Address account, Finality at) implements Question {}

    record Vault(Address account, Finality at) implements Question {}

    record Events(LedgerCursor from, int limit, Duration timeout) implements Question {}

    /** Of one that watches: what a ledger of the JVM's own has signed, before it is used. */
    record Signed(LedgerCommand command, SignedTransaction transaction) implements Question {}

    /** The same for one in the place of another. */
    record Raised(SignedTransaction stuck, SignedTransaction transaction) implements Question {}

    /** Whether something that was signed may go to the chain, or is lost on the way. */
    record Sending(SignedTransaction transaction) implements Question {}

    /** Of the content store. */
    record Put(Blob bytes) implements Question {}

    record Get(ContentId id) implements Question {}

    record Stat(ContentId id) implements Question {}

    /**
     * Of the JVM of a node: to open it.
     *
     * @param buys whether it is the buyer's
     * @param ledger the configuration of a ledger of its own; empty for that of the parent
     * @param keepsPicture whether it keeps a state index, in its directory
     * @param point where it is to end itself, empty for nowhere
     * @param nth at the how manieth time
     */
    record Open(
        boolean buys,
        Secret key,
        String directory,
        Map<String, String> options,
        Map<String, String> ledger,
        boolean keepsPicture,
        ContentId image,
        String point,
        int nth)
        implements Question {}

    /** To do something; see {@link KillNode}. */
    record Do(List<String> words) implements Question {}

    /** What it knows of its agreements. */
    record Sides() implements Question {}

    /** What its state index shows, once nothing happens any more, and when it is drawn anew. */
    record Picture() implements Question {}

    /** How often it has reached each point since it was last told where to end itself. */
    record Counts() implements Question {}
  }

  /** What is answered. */
  sealed interface Answer {
    record Done() implements Answer {}

    record Failed(ErrorCode code, RetryAdvice advice, String reason) implements Answer {}

    record InfoIs(LedgerInfo info) implements Answer {}

    record Lets(boolean through) implements Answer {}

    record TransactionIs(SignedTransaction transaction) implements Answer {}

    record StatusIs(TransactionStatus status) implements Answer {}

    record AgreementIs(AgreementRecord agreement) implements Answer {}

    record ListingIs(Optional<ListingRecord> listing) implements Answer {}

    record AmountIs(Amount amount) implements Answer {}

    record EventsAre(EventPage page) implements Answer {}

    record BytesAre(Blob bytes) implements Answer {}

    record ContentIs(ContentId id) implements Answer {}

    record StatIs(ContentStat stat) implements Answer {}

    record SidesAre(List<Side> sides, List<String> kept, List<String> problems) implements Answer {}

    record PictureIs(List<String> kept, List<String> drawn) implements Answer {}

    record CountsAre(Map<String, Long> counts) implements Answer {}
  }

  /**
   * An agreement as one side knows it.
   *
   * @param finished whether all is done on this side
   * @param state for messages
   * @param heard the last message of the other that is durable here
   * @param said the last message of its own
   * @param paid what the buyer has paid or the seller holds
   * @param begun how many ticks the seller has begun
   */
  record Side(
      NegotiationId negotiation,
      Optional<AgreementId> id,
      boolean buys,
      boolean signed,
      boolean finished,
      String state,
      long heard,
      long said,
      Amount paid,
      long begun,
      Optional<Invoice> invoice) {}
}

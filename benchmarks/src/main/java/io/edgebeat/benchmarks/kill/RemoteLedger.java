package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The ledger of the parent. */
final class RemoteLedger implements Ledger {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Line line;
  private final Address account;
  private final LedgerInfo info;

  RemoteLedger(Line line, Address account) {
    this.line = line;
    this.account = account;
    this.info = ask(Word.Answer.InfoIs.class, new Word.Question.Info()).info();
  }

  private <A extends Word.Answer> A ask(Class<A> kind, Word.Question question) {
    return line.ask(kind, question, PATIENCE);
  }

  @Override
  public LedgerInfo info() {
    return info;
  }

  @Override
  public Address account() {
    return account;
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    return ask(Word.Answer.TransactionIs.class, new Word.Question.Prepare(command)).transaction();
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    ask(Word.Answer.Done.class, new Word.Question.Broadcast(transaction));
  }

  @Override
  public SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "no fee can be raised for " + stuck.id());
  }

  @Override
  public void restore(List<SignedTransaction> unfinished) {
    ask(Word.Answer.Done.class, new Word.Question.Restore(unfinished));
  }

  @Override
  public void abandon(SignedTransaction transaction) {
    ask(Word.Answer.Done.class, new Word.Question.Abandon(transaction));
  }

  @Override
  public TransactionStatus status(TransactionId id) {
    return ask(Word.Answer.StatusIs.class, new Word.Question.Status(id)).status();
  }

  @Override
  public AgreementRecord agreement(AgreementId id, Finality at) {
    return ask(Word.Answer.AgreementIs.class, new Word.Question.AgreementOf(id, at)).agreement();
  }

  @Override
  public Optional<ListingRecord> listing(ListingId id, Finality at) {
    return ask(Word.Answer.ListingIs.class, new Word.Question.ListingOf(id, at)).listing();
  }

  @Override
  public Amount balance(Address who, Finality at) {
    return ask(Word.Answer.AmountIs.class, new Word.Question.Balance(who, at)).amount();
  }

  @Override
  public Amount vault(Address who, Finality at) {
    return ask(Word.Answer.AmountIs.class, new Word.Question.Vault(who, at)).amount();
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    return ask(Word.Answer.EventsAre.class, new Word.Question.Events(from, limit, timeout)).page();
  }

  @Override
  public void close() {
    // The line belongs to the JVM.
  }
}

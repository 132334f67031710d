package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.testkit.fault.LedgerDecorator;
import java.time.Duration;

/** A ledger in the JVM of a node; the parent is told what is signed, and can lose what is sent. */
final class WatchedLedger extends LedgerDecorator {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Line line;

  WatchedLedger(Line line, Ledger ledger) {
    super(ledger);
    this.line = line;
  }

  private void tell(Word.Question question) {
    var unused = line.ask(Word.Answer.Done.class, question, PATIENCE);
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    SignedTransaction transaction = super.prepare(command);
    tell(new Word.Question.Signed(command, transaction));
    return transaction;
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    Word.Question.Sending question = new Word.Question.Sending(transaction);
    if (line.ask(Word.Answer.Lets.class, question, PATIENCE).through()) {
      super.broadcast(transaction);
    }
  }

  @Override
  public SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    SignedTransaction transaction = super.replace(stuck, hint);
    tell(new Word.Question.Raised(stuck, transaction));
    return transaction;
  }
}

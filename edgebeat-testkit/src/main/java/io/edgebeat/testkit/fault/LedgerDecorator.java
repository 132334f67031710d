package io.edgebeat.testkit.fault;

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
import java.util.Objects;
import java.util.Optional;

/** A ledger in front of another: passes everything on, for tests to change one thing. */
public class LedgerDecorator implements Ledger {
  private final Ledger ledger;

  /**
   * Wraps a ledger.
   *
   * @param ledger what every call is passed on to
   */
  public LedgerDecorator(Ledger ledger) {
    this.ledger = Objects.requireNonNull(ledger, "ledger");
  }

  @Override
  public LedgerInfo info() {
    return ledger.info();
  }

  @Override
  public Address account() {
    return ledger.account();
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    return ledger.prepare(command);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    ledger.broadcast(transaction);
  }

  @Override
  public SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    return ledger.replace(stuck, hint);
  }

  @Override
  public void restore(List<SignedTransaction> unfinished) {
    ledger.restore(unfinished);
  }

  @Override
  public void abandon(SignedTransaction transaction) {
    ledger.abandon(transaction);
  }

  @Override
  public TransactionStatus status(TransactionId id) {
    return ledger.status(id);
  }

  @Override
  public AgreementRecord agreement(AgreementId id, Finality at) {
    return ledger.agreement(id, at);
  }

  @Override
  public Optional<ListingRecord> listing(ListingId id, Finality at) {
    return ledger.listing(id, at);
  }

  @Override
  public Amount balance(Address account, Finality at) {
    return ledger.balance(account, at);
  }

  @Override
  public Amount vault(Address account, Finality at) {
    return ledger.vault(account, at);
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    return ledger.awaitEvents(from, limit, timeout);
  }

  @Override
  public void close() {
    ledger.close();
  }
}

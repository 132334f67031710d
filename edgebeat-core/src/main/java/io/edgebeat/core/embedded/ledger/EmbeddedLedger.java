package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One account's view of an {@link EmbeddedChain}. Closing it leaves the chain open. */
public final class EmbeddedLedger extends AccountLedger {
  private final EmbeddedChain chain;
  private volatile boolean closed;

  EmbeddedLedger(EmbeddedChain chain, Signer signer) {
    super(signer);
    this.chain = chain;
  }

  @Override
  public LedgerInfo info() {
    return chain.info();
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    return open().prepare(signer(), command);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    open().broadcast(transaction);
  }

  @Override
  public void restore(List<SignedTransaction> unfinished) {
    open().restore(account(), unfinished);
  }

  @Override
  public void abandon(SignedTransaction transaction) {
    open().abandon(transaction);
  }

  @Override
  public TransactionStatus status(TransactionId id) {
    return open().status(id);
  }

  @Override
  <V> Optional<V> read(Slot<V> slot, Finality at) {
    return open().read(slot, at);
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    return open().awaitEvents(from, limit, timeout, () -> closed);
  }

  @Override
  public void close() {
    closed = true;
    chain.wake();
  }

  private EmbeddedChain open() {
    if (closed) {
      throw closed();
    }
    return chain;
  }

  static EdgeBeatException closed() {
    return new EdgeBeatException(ErrorCode.CLOSED, "the embedded ledger is closed");
  }
}

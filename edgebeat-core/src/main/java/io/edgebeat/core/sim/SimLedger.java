package io.edgebeat.core.sim;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/** A ledger as one node reaches it: what it sends may be censored or too dear for a while. */
public final class SimLedger implements Ledger {
  private final Ledger ledger;
  private final Way way;
  private final OptionalInt believed;

  /** How one node reaches the ledger; outlives its process. */
  public static final class Way {
    private boolean censored;
    private boolean dear;
    private long swallowed;
    private long refused;
    private final Map<TransactionId, LedgerCommand> prepared = new HashMap<>();
    private BiConsumer<LedgerCommand, SignedTransaction> watcher = (command, transaction) -> {};

    /** Tells of every transaction that this node sends, each time it does. */
    public void watcher(BiConsumer<LedgerCommand, SignedTransaction> sent) {
      watcher = sent;
    }

    /** Whether whoever makes the blocks leaves this node's transactions out. */
    public void censored(boolean value) {
      censored = value;
    }

    /** Whether a transaction costs more than this node pays. */
    public void dear(boolean value) {
      dear = value;
    }

    /** How many transactions were left out or refused. */
    public long happened() {
      return swallowed + refused;
    }
  }

  /**
   * The ledger behind a way.
   *
   * @param believed how many blocks on top the node takes for final, where that is fewer than the
   *     ledger itself does
   */
  public SimLedger(Ledger ledger, Way way, OptionalInt believed) {
    this.ledger = ledger;
    this.way = way;
    this.believed = believed;
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    Optional.ofNullable(way.prepared.get(transaction.id()))
        .ifPresent(command -> way.watcher.accept(command, transaction));
    if (way.dear) {
      way.refused++;
      throw new EdgeBeatException(
          ErrorCode.LEDGER_UNAVAILABLE,
          RetryAdvice.after(Duration.ofSeconds(1)),
          "transaction " + transaction.id() + " costs more now than this node pays",
          null);
    }
    if (way.censored) {
      way.swallowed++;
      return;
    }
    ledger.broadcast(transaction);
  }

  @Override
  public LedgerInfo info() {
    LedgerInfo info = ledger.info();
    return new LedgerInfo(
        info.domain(),
        info.asset(),
        believed.orElse(info.finalityDepth()),
        info.commands(),
        info.parameters());
  }

  @Override
  public Address account() {
    return ledger.account();
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    SignedTransaction transaction = ledger.prepare(command);
    way.prepared.put(transaction.id(), command);
    return transaction;
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

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
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
import io.edgebeat.core.agreement.ChannelState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One account's view of an {@link EmbeddedChain}. Closing it leaves the chain open. */
public final class EmbeddedLedger implements Ledger {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);

  private final EmbeddedChain chain;
  private final Signer signer;
  private volatile boolean closed;

  EmbeddedLedger(EmbeddedChain chain, Signer signer) {
    this.chain = chain;
    this.signer = signer;
  }

  @Override
  public LedgerInfo info() {
    return chain.info();
  }

  @Override
  public Address account() {
    return signer.address();
  }

  @Override
  public SignedTransaction prepare(LedgerCommand command) {
    return open().prepare(signer, command);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    open().broadcast(transaction);
  }

  @Override
  public SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    throw new EdgeBeatException(
        ErrorCode.UNSUPPORTED,
        "the embedded ledger has no transaction fees, so none can be raised for " + stuck.id());
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
  public AgreementRecord agreement(AgreementId id, Finality at) {
    return open().read(new Slot.Channel(id), at).orElse(ChannelState.NONE).toRecord(id);
  }

  @Override
  public Optional<ListingRecord> listing(ListingId id, Finality at) {
    return open().read(new Slot.Listing(id), at);
  }

  @Override
  public Amount balance(Address account, Finality at) {
    return open().read(new Slot.Wallet(account), at).orElse(NOTHING);
  }

  @Override
  public Amount vault(Address account, Finality at) {
    return open().read(new Slot.Vault(account), at).orElse(NOTHING);
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

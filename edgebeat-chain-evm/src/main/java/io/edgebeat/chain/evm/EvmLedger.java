package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningDomain;
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
import io.edgebeat.chain.evm.follow.Block;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.follow.Follower;
import io.edgebeat.chain.evm.market.MarketCalls;
import io.edgebeat.chain.evm.market.MarketEvents;
import io.edgebeat.chain.evm.rpc.HeadSignal;
import io.edgebeat.chain.evm.rpc.Rpc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The market's contracts as a ledger, for one account. There must be no second one for the account:
 * both would give out the same nonces.
 */
final class EvmLedger implements Ledger {
  /** How much more seldom a chain is polled that tells of its blocks. */
  private static final int SELDOM = 10;

  /** How long after a look the next follows at the latest, when it is told to. */
  private static final long APART = TimeUnit.MILLISECONDS.toNanos(100);

  private final Rpc rpc;
  private final Address account;
  private final LedgerInfo info;
  private final EvmSender sender;
  private final EvmReader reader;
  private final EvmStatus statuses;
  private final Follower follower;
  private final long pollNanos;
  private volatile boolean closed;

  /** Guards the follower. */
  private final ReentrantLock reading = new ReentrantLock(true);

  /** The newest block when it was looked for last; readers do so together. */
  private @Nullable Block head;

  /** What nodes had told of then. */
  private long heard;

  private volatile long looked;

  private EvmLedger(
      Rpc rpc, LedgerInfo info, EvmOptions options, Signer signer, SignatureBackend signatures) {
    Deployment deployment = options.deployment();
    SigningDomain domain = info.domain();
    this.rpc = rpc;
    this.account = signer.address();
    this.info = info;
    MarketEvents events = new MarketEvents(domain, deployment.token());
    Chain chain = new Chain(rpc, List.of(deployment.market(), deployment.token()), events);
    this.sender =
        new EvmSender(
            chain,
            deployment,
            signer,
            signatures,
            options.gas(),
            new MarketCalls(domain, deployment.token(), account));
    this.reader = new EvmReader(chain, deployment, options.finalityDepth());
    this.statuses = new EvmStatus(chain, sender, account, options.finalityDepth());
    this.follower =
        new Follower(
            chain,
            deployment.firstBlock(),
            options.finalityDepth(),
            31L * domain.hashCode() + deployment.firstBlock());
    this.pollNanos = options.pollInterval().toNanos();
  }

  /**
   * Connects, and checks that the market is there.
   *
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} naming what is not what it should be
   */
  static EvmLedger connect(EvmOptions options, Signer signer, SignatureBackend signatures) {
    return connect(options, signer, signatures, Optional.empty());
  }

  /** The same, and subscribes to new blocks where a node can tell of them. */
  static EvmLedger connect(
      EvmOptions options,
      Signer signer,
      SignatureBackend signatures,
      Optional<ThreadFactory> threads) {
    Rpc rpc = new Rpc(options.urls(), options.limits());
    try {
      LedgerInfo info = EvmInfo.read(rpc, options);
      threads.ifPresent(rpc::subscribe);
      return new EvmLedger(rpc, info, options, signer, signatures);
    } catch (RuntimeException | Error e) {
      rpc.close();
      throw e;
    }
  }

  /** Whether a node tells of new blocks now. */
  boolean isTold() {
    return rpc.heads().isLive();
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
    check();
    return sender.prepare(command);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    check();
    sender.broadcast(transaction);
  }

  @Override
  public SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    check();
    return sender.replace(stuck, hint);
  }

  @Override
  public void restore(List<SignedTransaction> unfinished) {
    check();
    sender.restore(unfinished);
  }

  @Override
  public void abandon(SignedTransaction transaction) {
    check();
    sender.abandon(transaction);
  }

  @Override
  public TransactionStatus status(TransactionId id) {
    check();
    return statuses.of(id);
  }

  @Override
  public AgreementRecord agreement(AgreementId id, Finality at) {
    check();
    return reader.agreement(id, at);
  }

  @Override
  public Optional<ListingRecord> listing(ListingId id, Finality at) {
    check();
    return reader.listing(id, at);
  }

  @Override
  public Amount balance(Address whose, Finality at) {
    check();
    return reader.balance(whose, at);
  }

  @Override
  public Amount vault(Address whose, Finality at) {
    check();
    return reader.vault(whose, at);
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    if (limit < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a page has at least one entry, asked for " + limit);
    }
    long start = System.nanoTime();
    long all = TimeUnit.NANOSECONDS.convert(timeout);
    LedgerCursor at = from;
    boolean look = all <= 0;
    while (true) {
      long told = rpc.heads().told();
      Follower.Part part = part(at, limit, look, told);
      EventPage page = part.page();
      long left = all - (System.nanoTime() - start);
      if (!page.entries().isEmpty() || (!part.more() && left <= 0)) {
        return page;
      }
      at = page.next();
      look = false;
      if (!part.more()) {
        pause(told, left);
      }
    }
  }

  /**
   * Old blocks are read a part at a time, in turn with others that read.
   *
   * @param look whether the head is looked at also when that was done lately
   * @param told what there was to know before
   */
  private Follower.Part part(LedgerCursor from, int limit, boolean look, long told) {
    check();
    try {
      reading.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      Block newest = head;
      if (look || newest == null || told != heard || System.nanoTime() - looked >= between()) {
        newest = follower.refresh();
        head = newest;
        heard = told;
        looked = System.nanoTime();
      }
      return follower.page(from, limit, newest);
    } finally {
      reading.unlock();
    }
  }

  /**
   * The time between two looks. A node that tells of blocks is still asked now and then: its
   * connection may be dead without anybody knowing.
   */
  private long between() {
    return rpc.heads().isLive() ? SELDOM * pollNanos : pollNanos;
  }

  /** Until there may be something new. A node that tells too often is not heard each time. */
  private void pause(long told, long left) {
    HeadSignal heads = rpc.heads();
    try {
      if (heads.await(told, Math.min(left, between() - (System.nanoTime() - looked)))) {
        long apart = Math.min(pollNanos / SELDOM, APART);
        heads.rest(Math.min(left, apart - (System.nanoTime() - looked)));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private EdgeBeatException interrupted() {
    Thread.currentThread().interrupt();
    return new EdgeBeatException(
        ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while waiting for events", null);
  }

  private void check() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the ledger is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    rpc.close();
  }
}

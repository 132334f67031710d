package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A market of one's own on a chain of one's own, for tests and samples: the ledger of {@code
 * EdgeBeat.local().ledger(..)}. A {@code LocalMarket} does not close it; whoever started it does,
 * after the market. Blocks come every tenth of a second, and two on top make one final.
 */
public final class DevMarket implements SharedLedger {
  /** How many blocks on top make one final. */
  public static final int DEPTH = 2;

  private static final String BLOCK_SECONDS = "0.1";
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Amount SUPPLY = Edg.of("1000000000");

  /** Of the chain's own coin, for gas. */
  private static final long COINS = 100;

  private final Devnet net;
  private final SignatureBackend signatures;
  private final Deployment deployment;
  private final KeySigner bank;

  /** One an account, which alone gives out its nonces. */
  private final Map<Address, Ledger> ledgers = new LinkedHashMap<>();

  /** Whoever may have a vault. */
  private final Set<Address> accounts = new HashSet<>();

  private boolean closed;

  private DevMarket(Devnet net, SignatureBackend signatures, LedgerParameters parameters) {
    this.net = net;
    this.signatures = signatures;
    this.bank = KeySigner.generate(signatures, new SecureRandom());
    net.fund(bank.address(), COINS);
    this.deployment = Deployer.deploy(net.uri(), bank, SUPPLY, Duration.ofHours(1), parameters);
  }

  /**
   * Starts a chain and deploys a market there.
   *
   * @param signatures what its ledgers sign and check with
   * @param parameters what the market checks
   * @return the market; the caller closes it
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} saying how to install anvil
   */
  public static DevMarket start(SignatureBackend signatures, LedgerParameters parameters) {
    Devnet net = Devnet.start("--block-time", BLOCK_SECONDS, "--mixed-mining");
    try {
      return new DevMarket(net, signatures, parameters);
    } catch (RuntimeException | Error e) {
      net.close();
      throw e;
    }
  }

  /**
   * The chain.
   *
   * @return what can be done to it
   */
  public Devnet net() {
    return net;
  }

  /**
   * Where the contracts are.
   *
   * @return for a node that is connected by its configuration
   */
  public Deployment deployment() {
    return deployment;
  }

  @Override
  public void fund(Map<Address, Amount> funds) {
    Ledger from = connect(bank);
    List<SignedTransaction> gifts = new ArrayList<>();
    synchronized (this) {
      accounts.addAll(funds.keySet());
    }
    funds.forEach(
        (account, amount) -> {
          net.fund(account, COINS);
          if (!amount.isZero()) {
            gifts.add(from.prepare(new LedgerCommand.Transfer(account, amount)));
          }
        });
    gifts.forEach(from::broadcast);
    gifts.forEach(gift -> awaitFinal(from, gift));
  }

  private static void awaitFinal(Ledger ledger, SignedTransaction gift) {
    long start = System.nanoTime();
    LedgerCursor read = LedgerCursor.START;
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      TransactionStatus status = ledger.status(gift.id());
      if (status instanceof TransactionStatus.Failed failed) {
        throw new EdgeBeatException(failed.code(), failed.reason());
      }
      if (status instanceof TransactionStatus.Done done && done.finality() == Finality.FINAL) {
        return;
      }
      read = ledger.awaitEvents(read, 100, POLL).next();
    }
    throw new EdgeBeatException(
        ErrorCode.TIMED_OUT, "transaction " + gift.id() + " is not final after " + PATIENCE);
  }

  @Override
  public synchronized Ledger connect(Signer signer) {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the market is closed");
    }
    return ledgers.computeIfAbsent(
        signer.address(),
        account -> {
          net.fund(account, COINS);
          accounts.add(account);
          EvmOptions options =
              new EvmOptions(
                  List.of(net.uri()),
                  deployment,
                  DEPTH,
                  POLL,
                  RpcLimits.DEFAULTS,
                  GasPolicy.DEFAULT);
          return EvmLedger.connect(options, signer, signatures);
        });
  }

  @Override
  public void reorg(int depth) {
    if (depth < 1 || depth > DEPTH) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "depth " + depth + " is not in 1 .. " + DEPTH);
    }
    net.reorganise(depth);
  }

  /**
   * A value: what something has cost on the chain.
   *
   * @param gas units of gas
   * @param transactions how many there were
   */
  public record Cost(long gas, int transactions) {}

  /**
   * What an agreement has cost so far, both sides together: all that concerns it but advertising.
   *
   * @param id the agreement
   * @return nothing at all for one that the chain does not know
   */
  public Cost cost(AgreementId id) {
    return EvmCosts.of(net.uri(), deployment, id, net.head());
  }

  /** Counts what the market holds against what it owes by its events. */
  @Override
  public boolean balanced() {
    Ledger any = connect(bank);
    Set<Address> all;
    synchronized (this) {
      all = Set.copyOf(accounts);
    }
    return EvmAudit.isExact(net.uri(), deployment, any, all);
  }

  @Override
  public void close() {
    List<Ledger> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(ledgers.values());
      ledgers.clear();
    }
    all.forEach(Ledger::close);
    net.close();
  }
}

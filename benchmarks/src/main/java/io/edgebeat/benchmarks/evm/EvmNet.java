package io.edgebeat.benchmarks.evm;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.chain.evm.Deployer;
import io.edgebeat.chain.evm.Deployment;
import io.edgebeat.chain.evm.Devnet;
import io.edgebeat.chain.evm.EvmLedgerProvider;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A chain of this run with a market on it, and accounts that have coin and tokens. */
final class EvmNet implements AutoCloseable {
  static final int DEPTH = 4;
  private static final Amount SUPPLY = Edg.of("1000000000");

  final SignatureBackend signatures = EdgeBeat.signatures();
  final Devnet net;
  final Rpc rpc;
  final Deployment deployment;

  /** Who has all the tokens at first. */
  final Ledger treasury;

  private final Path file;

  private EvmNet(Devnet net, LedgerParameters parameters) throws IOException {
    this.net = net;
    this.rpc =
        new Rpc(
            List.of(net.uri()),
            new RpcLimits(
                Duration.ofSeconds(30), 1 << 28, 10_000, 0, 1, RpcLimits.DEFAULTS.rest()));
    Signer owner = key();
    net.fund(owner.address(), 1_000_000);
    this.deployment = Deployer.deploy(net.uri(), owner, SUPPLY, Duration.ofHours(1), parameters);
    this.file = Files.createTempFile("edgebeat-market", ".json");
    deployment.save(file);
    this.treasury = connect(owner);
  }

  /**
   * Starts anvil; where it is not installed it says so, and fails where it must be.
   *
   * @param options further ones of anvil
   */
  static Optional<EvmNet> start(
      ProgramContext context, LedgerParameters parameters, String... options) throws IOException {
    Optional<String> absent = Devnet.unavailable();
    if (absent.isPresent()) {
      context.say("SKIPPED all of it: " + absent.get());
      context.result("anvil", "absent");
      if (context.option("components").orElse("").equals("required")) {
        context.missed("anvil is required: " + absent.get());
      }
      return Optional.empty();
    }
    Devnet net = Devnet.start(options);
    try {
      return Optional.of(new EvmNet(net, parameters));
    } catch (IOException | RuntimeException | Error e) {
      net.close();
      throw e;
    }
  }

  KeySigner key() {
    return KeySigner.generate(signatures, new SecureRandom());
  }

  /** An account with coin and tokens. */
  KeySigner rich() throws InterruptedException {
    KeySigner key = key();
    net.fund(key.address(), 1_000_000);
    give(key.address(), Edg.of("1000000"));
    return key;
  }

  private void give(Address to, Amount tokens) throws InterruptedException {
    done(treasury, new LedgerCommand.Transfer(to, tokens));
  }

  Ledger connect(Signer signer) {
    return new EvmLedgerProvider()
        .create(
            new ProviderContext(
                BackendConfig.of(
                    Map.of(
                        "url",
                        net.uri().toString(),
                        "deployment",
                        file.toString(),
                        "finalityDepth",
                        Integer.toString(DEPTH),
                        "pollInterval",
                        "PT0.02S")),
                InstantSource.system(),
                Executors.defaultThreadFactory(),
                signer,
                signatures,
                Optional.empty(),
                Optional.empty()));
  }

  /** Sends a command, and waits until it has taken effect. */
  static SignedTransaction done(Ledger ledger, LedgerCommand command) throws InterruptedException {
    SignedTransaction transaction = ledger.prepare(command);
    ledger.broadcast(transaction);
    await(ledger, transaction);
    return transaction;
  }

  /** Waits until a transaction has taken effect. */
  static TransactionStatus.Done await(Ledger ledger, SignedTransaction transaction)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      TransactionStatus status = ledger.status(transaction.id());
      if (status instanceof TransactionStatus.Done done) {
        return done;
      }
      if (status instanceof TransactionStatus.Failed
          || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
        throw new IllegalStateException("a transaction is " + status);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() {
    treasury.close();
    rpc.close();
    net.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

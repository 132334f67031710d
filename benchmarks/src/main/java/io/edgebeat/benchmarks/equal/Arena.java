package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.Deployer;
import io.edgebeat.chain.evm.Deployment;
import io.edgebeat.chain.evm.Devnet;
import io.edgebeat.chain.evm.EvmLedgerProvider;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An anvil with a market for each {@link World}, that goes back to where it began for every
 * sequence. Blocks are made, and timed, as the sequence says. One thread uses it.
 */
final class Arena implements AutoCloseable {
  private static final Duration CHANGE_DELAY = Duration.ofHours(1);
  private static final long COINS = 1_000;
  private static final int BLOCKS = 100;
  private static final long SPARE_SECONDS = 4_000;

  private final Devnet net;
  private final Rpc rpc;
  private final Map<World, Deployment> deployments = new EnumMap<>(World.class);
  private final Map<World, Path> files = new EnumMap<>(World.class);
  private String beginning = "";
  private long resets;

  Arena() throws IOException {
    // Transactions as they come, not as they pay. States of blocks in memory: of those that anvil
    // has
    // put on the disk it loses some, and goes on with an empty one when it is told to go back
    // there.
    net =
        Devnet.start(
            "--order",
            "fifo",
            "--prune-history",
            "1000",
            "--timestamp",
            Long.toString(World.START.minusSeconds(10_000).getEpochSecond()));
    rpc = new Rpc(List.of(net.uri()), RpcLimits.DEFAULTS);
    try {
      net.fund(World.OWNER.address(), COINS);
      for (Actor actor : Actor.values()) {
        net.fund(actor.address(), COINS);
      }
      for (World world : World.values()) {
        found(world);
      }
      tell("anvil_impersonateAccount", Json.of(World.OWNER.address().toString()));
      for (World world : World.values()) {
        byte[] mayPause =
            AbiWriter.call("grantRole(bytes32,address)")
                .bytes32(AbiWriter.topic("GUARDIAN_ROLE"))
                .address(World.OWNER.address())
                .toBytes();
        ownerCalls(deployment(world).core(), Hex.of(mayPause));
      }
      net.automine(false);
      mine(World.START.minusSeconds(2 * SPARE_SECONDS));
      beginning = text("evm_snapshot");
    } catch (RuntimeException | IOException e) {
      close();
      throw e;
    }
  }

  private void found(World world) throws IOException {
    Deployment deployment =
        Deployer.deploy(net.uri(), World.OWNER, world.supply(), CHANGE_DELAY, world.parameters());
    deployments.put(world, deployment);
    Path file = Files.createTempFile("edgebeat-equal", ".json");
    files.put(world, file);
    deployment.save(file);
    try (Ledger owner = connect(world, World.OWNER)) {
      for (Actor actor : Actor.values()) {
        done(owner, new LedgerCommand.Transfer(actor.address(), world.funds(actor)));
      }
    }
    // A stranger may open for a buyer only when the buyer allows the market to take; in life that
    // comes with the buyer's first payment. The others allow it while a sequence is played.
    Amount little = Edg.units(1);
    for (Actor buyer : List.of(Actor.RICH_BUYER, Actor.POOR_BUYER)) {
      try (Ledger ledger = connect(world, buyer.signer())) {
        done(ledger, new LedgerCommand.VaultDeposit(little));
        done(ledger, new LedgerCommand.VaultWithdraw(little));
      }
    }
    deployment = deployment.from(net.head() + 1);
    deployments.put(world, deployment);
    deployment.save(file);
  }

  private void done(Ledger ledger, LedgerCommand command) {
    SignedTransaction transaction = ledger.prepare(command);
    ledger.broadcast(transaction);
    TransactionStatus status = ledger.status(transaction.id());
    for (int i = 0; i < BLOCKS && status instanceof TransactionStatus.Pending; i++) {
      // Its own block comes by itself, in a moment.
      net.mine(1);
      status = ledger.status(transaction.id());
    }
    if (!(status instanceof TransactionStatus.Done)) {
      throw new IllegalStateException(command + " is " + status);
    }
  }

  Deployment deployment(World world) {
    return Optional.ofNullable(deployments.get(world)).orElseThrow();
  }

  Ledger connect(World world, Signer signer) {
    return new EvmLedgerProvider()
        .create(
            new ProviderContext(
                BackendConfig.of(
                    Map.of(
                        "url",
                        net.uri().toString(),
                        "deployment",
                        String.valueOf(files.get(world)),
                        "pollInterval",
                        "PT0.01S")),
                InstantSource.system(),
                Thread.ofPlatform().daemon().factory(),
                signer,
                Keys.SIGNATURES,
                Optional.empty(),
                Optional.empty()));
  }

  /** Goes back to the beginning. */
  void reset() {
    tell("anvil_dropAllTransactions");
    tell("evm_revert", Json.of(beginning));
    beginning = text("evm_snapshot");
    // Anvil forgets the state of a block by its hash when it has made some hundred others, also
    // when
    // it has made the same block again meanwhile; so no two sequences begin with the same block.
    resets = (resets + 1) % SPARE_SECONDS;
    mine(World.START.minusSeconds(SPARE_SECONDS - resets));
  }

  /** Makes a block of this time of all that waits. */
  void mine(Instant time) {
    tell("evm_mine", Json.object("timestamp", number(time.getEpochSecond())));
  }

  void rollback(int depth) {
    tell("anvil_rollback", number(depth));
  }

  /** Has the owner call a contract, in the next block. */
  void ownerCalls(Address contract, String data) {
    tell(
        "eth_sendTransaction",
        Json.object(
            "from", World.OWNER.address().toString(), "to", contract.toString(), "data", data));
  }

  Answers ask(List<Call<?>> calls) {
    return rpc.ask(calls);
  }

  private static Json number(long value) {
    return new Json.Num(Long.toString(value));
  }

  private void tell(String method, Json... params) {
    rpc.ask(Call.of(method, json -> true, params));
  }

  private String text(String method) {
    return rpc.ask(Call.of(method, Json::text));
  }

  @Override
  public void close() {
    rpc.close();
    net.close();
    for (Path file : files.values()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new IllegalStateException("cannot delete " + file, e);
      }
    }
  }
}

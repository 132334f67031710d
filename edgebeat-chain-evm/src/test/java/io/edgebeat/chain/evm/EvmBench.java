package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.testkit.LedgerBench;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A market of its own on the chain of this JVM's tests. */
final class EvmBench implements LedgerBench {
  static final int DEPTH = 4;
  static final JavaSignatureBackend SIGNATURES = new JavaSignatureBackend();
  private static final Amount SUPPLY = Edg.of("1000000");

  final Devnet net;
  final Deployment deployment;
  private final Map<Party, KeySigner> keys = new EnumMap<>(Party.class);
  private final Map<Address, Amount> funds = new LinkedHashMap<>();

  EvmBench(Devnet net) throws InterruptedException {
    this.net = net;
    Signer deployer = key();
    net.fund(deployer.address(), 100);
    Deployment made =
        Deployer.deploy(
            net.uri(), deployer, SUPPLY, Duration.ofHours(1), LedgerParameters.DEFAULTS);
    try (Ledger ledger =
        EvmLedger.connect(options(made, List.of(net.uri())), deployer, SIGNATURES)) {
      for (Party party : Party.values()) {
        KeySigner key = key();
        keys.put(party, key);
        net.fund(key.address(), 100);
        Amount tokens = Edg.of("1000");
        SignedTransaction gift = ledger.prepare(new LedgerCommand.Transfer(key.address(), tokens));
        ledger.broadcast(gift);
        Waiting.done(ledger, gift);
        funds.put(key.address(), tokens);
      }
      funds.put(deployer.address(), ledger.balance(deployer.address(), Finality.PENDING));
    }
    deployment = made.from(net.head() + 1);
    net.mine(DEPTH);
  }

  static KeySigner key() {
    return KeySigner.generate(SIGNATURES, new SecureRandom());
  }

  /** The same node as a second one. */
  URI secondUri() {
    return URI.create(net.uri() + "/?second");
  }

  static EvmOptions options(Deployment deployment, List<URI> urls) {
    return new EvmOptions(
        urls, deployment, DEPTH, Duration.ofMillis(20), RpcLimits.DEFAULTS, GasPolicy.DEFAULT);
  }

  @Override
  public Signer signer(Party party) {
    return keys.get(party);
  }

  @Override
  public Ledger connect(Party party) {
    return EvmLedger.connect(options(deployment, List.of(net.uri())), signer(party), SIGNATURES);
  }

  @Override
  public Map<Address, Amount> funds() {
    return funds;
  }

  @Override
  public Instant now() {
    return net.now();
  }

  @Override
  public void advance(Duration by) {
    net.advance(by);
  }

  @Override
  public void confirm() {
    net.mine(DEPTH);
  }

  @Override
  public boolean reorganise() {
    net.reorganise(DEPTH);
    return true;
  }

  @Override
  public void close() {
    // The chain is for the other tests, too.
  }
}

package io.edgebeat;

import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Real time, threads and executors. */
final class RealSite implements Site {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SecureRandom random = new SecureRandom();
  private final JvmNetwork network = new JvmNetwork();
  private final InstantSource clock;

  RealSite(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Secret newKey() {
    return KeySigner.generateKey(random);
  }

  @Override
  public Ledger reach(String name, Ledger ledger) {
    return ledger;
  }

  @Override
  public void place(String name, Address account, NodeBuilder node) {
    node.transport(transport(account)).clock(clock);
  }

  @Override
  public PeerTransport transport(Address account) {
    return network.transport(account);
  }

  @Override
  public List<Executor> executors(String name, Signer signer, List<Executor> given) {
    return given;
  }

  @Override
  public void close() {
    // Its network holds nothing.
  }

  @Override
  public boolean await(BooleanSupplier reached) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }
}

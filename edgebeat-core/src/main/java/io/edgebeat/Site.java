package io.edgebeat;

import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.net.PeerTransport;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a market in one JVM stands on: real time and threads, or virtual time and a seed. */
interface Site {
  /** The clock of the ledger. */
  InstantSource clock();

  /** A new account's key. */
  Secret newKey();

  /** The ledger as one node reaches it. */
  Ledger reach(String name, Ledger ledger);

  /** Gives a node its place: transport, clock and machine. */
  void place(String name, Address account, NodeBuilder node);

  /**
   * What carries an account's messages.
   *
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} in virtual time
   */
  PeerTransport transport(Address account);

  /** What a seller runs workloads with; empty for whatever is on the class path. */
  List<Executor> executors(String name, Signer signer, List<Executor> given);

  /** Closes what was made here. */
  void close();

  /**
   * Waits for something that is about to come.
   *
   * @return false when it has not come in time
   */
  boolean await(BooleanSupplier reached);
}

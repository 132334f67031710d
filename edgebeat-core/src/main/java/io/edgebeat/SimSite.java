package io.edgebeat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.node.Threads;
import io.edgebeat.core.registry.Backends;
import io.edgebeat.core.sim.SimExecutor;
import io.edgebeat.core.sim.SimHost;
import io.edgebeat.core.sim.SimLedger;
import io.edgebeat.core.sim.SimNet;
import io.edgebeat.core.sim.SimWorld;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Virtual time: one thread, and a seed that decides everything. */
final class SimSite implements Site {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  final SimWorld world;
  final SimNet net;
  final Map<String, SimHost> hosts = new TreeMap<>();
  final Map<String, SimLedger.Way> ways = new TreeMap<>();
  private final Map<String, List<SimExecutor>> executors = new TreeMap<>();
  private final List<Executor> onClassPath = new ArrayList<>();
  private final SplittableRandom keys;
  private final Function<ExecutionRequest, Duration> taskTime;
  private final OptionalInt believedDepth;

  SimSite(long seed, Function<ExecutionRequest, Duration> taskTime, OptionalInt believedDepth) {
    this.world = new SimWorld(seed);
    this.net = new SimNet(world);
    this.keys = world.chance();
    this.taskTime = taskTime;
    this.believedDepth = believedDepth;
  }

  SimHost host(String name) {
    SimHost host = hosts.get(name);
    if (host == null) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND, "no node \"" + name + "\"; there are " + hosts.keySet());
    }
    return host;
  }

  @Override
  public InstantSource clock() {
    return world.clock();
  }

  @Override
  public Secret newKey() {
    byte[] bytes = new byte[32];
    keys.nextBytes(bytes);
    // Below the order of the group, and not zero.
    bytes[0] = 1;
    return Secret.of(bytes);
  }

  @Override
  public Ledger reach(String name, Ledger ledger) {
    return new SimLedger(
        ledger, ways.computeIfAbsent(name, n -> new SimLedger.Way()), believedDepth);
  }

  @Override
  public void place(String name, Address account, NodeBuilder node) {
    SimHost host = hosts.computeIfAbsent(name, n -> new SimHost(world, n));
    node.on(host, lives -> net.transport(account, lives));
  }

  @Override
  public PeerTransport transport(Address account) {
    throw new EdgeBeatException(
        ErrorCode.UNSUPPORTED,
        "in virtual time the network belongs to the processes on it; faults().speech(...) changes"
            + " what a node says, faults().network(...) what becomes of it");
  }

  @Override
  public List<Executor> executors(String name, Signer signer, List<Executor> given) {
    List<Executor> real = given.isEmpty() ? found(signer) : given;
    return List.copyOf(
        executors.computeIfAbsent(
            name,
            n -> {
              SimHost host = hosts.computeIfAbsent(n, m -> new SimHost(world, m));
              List<SimExecutor> played = new ArrayList<>();
              for (Executor each : real) {
                played.add(new SimExecutor(world, host, each, taskTime));
              }
              return played;
            }));
  }

  Duration workDone(String seller, AgreementId agreement) {
    return Duration.ofNanos(
        executors.getOrDefault(seller, List.of()).stream()
            .mapToLong(executor -> executor.ranNanos(agreement))
            .sum());
  }

  /** Made once: what runs real workloads at once needs neither a node nor virtual time. */
  private List<Executor> found(Signer signer) {
    if (onClassPath.isEmpty()) {
      Threads threads = new Threads("edgebeat-sim", 1);
      onClassPath.addAll(
          new Backends(Thread.currentThread().getContextClassLoader())
              .createAll(
                  ExecutorProvider.class,
                  config ->
                      new ProviderContext(
                          config,
                          WallClock.MACHINE,
                          threads.threads(),
                          signer,
                          EdgeBeat.signatures(),
                          Optional.empty(),
                          Optional.empty())));
    }
    return onClassPath;
  }

  @Override
  public void close() {
    onClassPath.forEach(Executor::close);
  }

  @Override
  public boolean await(BooleanSupplier reached) {
    return world.runUntil(reached, PATIENCE);
  }
}

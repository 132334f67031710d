package io.edgebeat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.schedule.Scheduler;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import io.edgebeat.core.market.EmbeddedMarketplace;
import io.edgebeat.core.market.MarketFeed;
import io.edgebeat.core.node.NodeBackup;
import io.edgebeat.core.node.NodeImpl;
import io.edgebeat.core.node.NodeOptions;
import io.edgebeat.core.node.NodeParts;
import io.edgebeat.core.node.SteadyClock;
import io.edgebeat.core.node.TaskRunner;
import io.edgebeat.core.node.Threads;
import io.edgebeat.core.registry.Backends;
import io.edgebeat.core.schedule.DefaultScheduler;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimHost;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ContentStoreProvider;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.LedgerProvider;
import io.edgebeat.spi.PeerTransportProvider;
import io.edgebeat.spi.ProviderContext;
import io.edgebeat.spi.StateIndexProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a node from a signer, a ledger and whatever else is not to be the default. Not
 * thread-safe; used once.
 *
 * <p>Backends are given by id, found by {@code ServiceLoader}, or as instances; an instance is
 * closed by whoever made it, a backend made here is closed with the node.
 */
public final class NodeBuilder {
  private static final JvmNetwork JVM = new JvmNetwork();

  private final Map<String, String> options = new LinkedHashMap<>();
  private final List<Executor> executors = new ArrayList<>();
  private final Map<String, Map<String, String>> executorIds = new LinkedHashMap<>();
  private final Map<String, Capability> capabilities = new LinkedHashMap<>();
  private @Nullable Signer signer;
  private @Nullable SignatureBackend signatures;
  private @Nullable Ledger ledger;
  private @Nullable Chosen ledgerId;
  private @Nullable Marketplace marketplace;
  private @Nullable ContentStore content;
  private @Nullable Chosen contentId;
  private @Nullable PeerTransport transport;
  private @Nullable Chosen transportId;
  private @Nullable Scheduler scheduler;
  private @Nullable Path directory;
  private @Nullable SimHost host;
  private @Nullable Function<BooleanSupplier, PeerTransport> hostWires;
  private @Nullable ClassLoader loader;
  private @Nullable StateIndex index;
  private @Nullable Chosen indexId;
  private boolean findIndex = true;
  private @Nullable NodeWrapper wrapper;
  private boolean findExecutors = true;
  private InstantSource clock = WallClock.MACHINE;
  private ResourceSpec capacity = new ResourceSpec(1000, 1L << 30, 1L << 30);
  private String endpoint = "";
  private int workers = Runtime.getRuntime().availableProcessors();

  private record Chosen(String id, Map<String, String> config) {}

  NodeBuilder() {}

  /**
   * Who this node is; required.
   *
   * @param value signs for the node's account
   * @return this
   */
  public NodeBuilder signer(Signer value) {
    signer = value;
    return this;
  }

  /**
   * How signatures are checked; default is the best on the class path.
   *
   * @param value the backend
   * @return this
   */
  public NodeBuilder signatures(SignatureBackend value) {
    signatures = value;
    return this;
  }

  /**
   * The ledger; one of the two is required.
   *
   * @param value the ledger, for the signer's account
   * @return this
   */
  public NodeBuilder ledger(Ledger value) {
    ledger = value;
    ledgerId = null;
    return this;
  }

  /**
   * The ledger by id; one of the two is required.
   *
   * @param id such as {@code evm}
   * @param config its configuration
   * @return this
   */
  public NodeBuilder ledger(String id, Map<String, String> config) {
    ledgerId = new Chosen(id, config);
    ledger = null;
    return this;
  }

  /**
   * The marketplace; default is an index of the ledger's listings.
   *
   * @param value the marketplace
   * @return this
   */
  public NodeBuilder marketplace(Marketplace value) {
    marketplace = value;
    return this;
  }

  /**
   * The content store; default is one of this node's own.
   *
   * @param value the store
   * @return this
   */
  public NodeBuilder content(ContentStore value) {
    content = value;
    contentId = null;
    return this;
  }

  /**
   * The content store by id.
   *
   * @param id such as {@code ipfs}
   * @param config its configuration
   * @return this
   */
  public NodeBuilder content(String id, Map<String, String> config) {
    contentId = new Chosen(id, config);
    content = null;
    return this;
  }

  /**
   * What carries messages; default reaches the nodes of this JVM.
   *
   * @param value the transport of this node's account
   * @return this
   */
  public NodeBuilder transport(PeerTransport value) {
    transport = value;
    transportId = null;
    return this;
  }

  /**
   * What carries messages, by id.
   *
   * @param id such as {@code grpc}
   * @param config its configuration
   * @return this
   */
  public NodeBuilder transport(String id, Map<String, String> config) {
    transportId = new Chosen(id, config);
    transport = null;
    return this;
  }

  /**
   * Where to listen; default is up to the transport.
   *
   * @param uri the transport's own text
   * @return this
   */
  public NodeBuilder listen(String uri) {
    endpoint = uri;
    return this;
  }

  /**
   * Adds an executor; without any, all that are found on the class path are used.
   *
   * @param value the executor
   * @return this
   */
  public NodeBuilder executor(Executor value) {
    executors.add(value);
    findExecutors = false;
    return this;
  }

  /**
   * Adds an executor by id.
   *
   * @param id such as {@code wasm}
   * @param config its configuration
   * @return this
   */
  public NodeBuilder executor(String id, Map<String, String> config) {
    executorIds.put(id, config);
    findExecutors = false;
    return this;
  }

  /**
   * No executor: the node only buys.
   *
   * @return this
   */
  public NodeBuilder noExecutor() {
    findExecutors = false;
    return this;
  }

  /**
   * Adds something that is sold beside computing time.
   *
   * @param value the capability
   * @return this
   * @throws EdgeBeatException {@code DUPLICATE} when one of that name was added, {@code
   *     INVALID_ARGUMENT} for the name that stands for the buyer, {@link WorkloadChannel#BUYER}
   */
  public NodeBuilder capability(Capability value) {
    String name = value.info().name();
    if (name.equals(WorkloadChannel.BUYER)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "no capability is called " + name + ": by that name a program speaks with its buyer");
    }
    if (capabilities.putIfAbsent(name, value) != null) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "capability " + name + " was added before; give each its own name");
    }
    return this;
  }

  /**
   * What the node may promise in all; default a core and 1 GiB.
   *
   * @param value the capacity
   * @return this
   */
  public NodeBuilder capacity(ResourceSpec value) {
    capacity = value;
    return this;
  }

  /**
   * What chooses sellers.
   *
   * @param value the scheduler
   * @return this
   */
  public NodeBuilder scheduler(Scheduler value) {
    scheduler = value;
    return this;
  }

  /**
   * The queryable picture that the node keeps; default is the best on the class path, if there is
   * one. A node works the same whether there is one and whether that works.
   *
   * @param value the index, for this node's rows alone
   * @return this
   */
  public NodeBuilder index(StateIndex value) {
    index = value;
    indexId = null;
    findIndex = false;
    return this;
  }

  /**
   * The picture by id.
   *
   * @param id such as {@code jdbc}
   * @param config its configuration
   * @return this
   */
  public NodeBuilder index(String id, Map<String, String> config) {
    indexId = new Chosen(id, config);
    index = null;
    findIndex = false;
    return this;
  }

  /**
   * No picture is kept, whatever is on the class path.
   *
   * @return this
   */
  public NodeBuilder noIndex() {
    index = null;
    indexId = null;
    findIndex = false;
    return this;
  }

  /**
   * Where the node keeps its journal and content. Without a directory everything is in memory and
   * gone with the process: for tests and demonstrations only.
   *
   * @param value a directory of this node's own
   * @return this
   */
  public NodeBuilder directory(Path value) {
    directory = value;
    return this;
  }

  /**
   * The clock; default is the system's.
   *
   * @param value the clock
   * @return this
   */
  public NodeBuilder clock(InstantSource value) {
    clock = value;
    return this;
  }

  /**
   * Runs the node on a machine of virtual time: its clock, its chance, its disk.
   *
   * @param machine where
   * @param wires gives the transport of a process, given whether that still lives
   */
  NodeBuilder on(SimHost machine, Function<BooleanSupplier, PeerTransport> wires) {
    host = machine;
    hostWires = wires;
    clock = machine.clock();
    return this;
  }

  /**
   * Puts something around the parts of this node, whoever made them.
   *
   * @param value is handed each part before the node uses it
   * @return this
   */
  public NodeBuilder wrapped(NodeWrapper value) {
    wrapper = value;
    return this;
  }

  private <T> T around(Class<T> kind, T part) {
    return wrapper == null ? part : wrapper.around(kind, part);
  }

  /**
   * Where backends are looked for; default is the calling thread's class loader.
   *
   * @param value the class loader
   * @return this
   */
  public NodeBuilder classLoader(ClassLoader value) {
    loader = value;
    return this;
  }

  /**
   * How many threads decide; default one a core.
   *
   * @param count at least 1
   * @return this
   */
  public NodeBuilder workers(int count) {
    workers = count;
    return this;
  }

  /**
   * One of the node's own limits, such as {@code buyer.window} or {@code seller.grace}; the
   * documentation lists them all.
   *
   * @param key which
   * @param value as text: a number, true or false, an ISO-8601 duration, or decimal EDG
   * @return this
   */
  public NodeBuilder option(String key, String value) {
    options.put(key, value);
    return this;
  }

  /**
   * Opens the node: replays its journal, opens its door and follows the ledger.
   *
   * @return the running node; the caller closes it
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when signer or ledger is missing, {@code
   *     BACKEND_MISSING}, {@code UNKNOWN_CONFIG_KEY}, {@code LOCKED} when another node uses the
   *     directory, {@code CORRUPTED} naming file and offset
   */
  public EdgeBeatNode open() {
    NodeOptions limits = new NodeOptions(options);
    Signer who = around(Signer.class, required(signer, "a signer: NodeBuilder.signer(...)"));
    ClassLoader from = loader != null ? loader : Thread.currentThread().getContextClassLoader();
    Backends backends = new Backends(from);
    SignatureBackend checks =
        signatures != null ? signatures : backends.signatures(Optional.empty());
    TaskRunner threads =
        host == null
            ? new Threads("edgebeat-" + who.address().toString().substring(2, 8), workers)
            : host.process();
    List<Runnable> closing = new ArrayList<>();
    // Executors, too, are given this clock: leases are instants of it.
    InstantSource steady = new SteadyClock(clock, threads::nanos);
    try {
      return new NodeImpl(parts(limits, who, checks, backends, threads, steady, closing));
    } catch (RuntimeException e) {
      threads.close();
      for (Runnable part : closing.reversed()) {
        try {
          part.run();
        } catch (RuntimeException suppressed) {
          e.addSuppressed(suppressed);
        }
      }
      throw e;
    }
  }

  private NodeParts parts(
      NodeOptions limits,
      Signer who,
      SignatureBackend checks,
      Backends backends,
      TaskRunner threads,
      InstantSource steady,
      List<Runnable> closing) {
    Function<BackendConfig, ProviderContext> early =
        config -> context(config, threads, steady, who, checks, Optional.empty());
    ContentStore store = around(ContentStore.class, contentStore(backends, early, closing));
    Function<BackendConfig, ProviderContext> context =
        config -> context(config, threads, steady, who, checks, Optional.of(store));
    Ledger truth = around(Ledger.class, chosenLedger(backends, context, closing));
    PeerTransport messages =
        around(PeerTransport.class, chosenTransport(backends, context, who, closing));
    List<Executor> runners =
        chosenExecutors(backends, context, closing).stream()
            .map(executor -> around(Executor.class, executor))
            .toList();
    Map<String, Capability> sold = new LinkedHashMap<>();
    capabilities.forEach((name, sells) -> sold.put(name, around(Capability.class, sells)));
    Marketplace market = marketplace;
    MarketFeed feed = MarketFeed.NONE;
    if (market == null) {
      EmbeddedMarketplace index = new EmbeddedMarketplace(store, steady);
      market = index;
      feed = index;
      closing.add(index::close);
    }
    Function<Integer, byte[]> random = host == null ? fresh(new SecureRandom()) : host::random;
    return new NodeParts(
        who,
        checks,
        steady,
        random,
        threads,
        truth,
        around(Marketplace.class, market),
        around(MarketFeed.class, feed),
        store,
        messages,
        new PeerEndpoint(endpoint),
        runners,
        Map.copyOf(sold),
        capacity,
        scheduler != null ? scheduler : new DefaultScheduler(),
        Optional.ofNullable(directory),
        replay -> journal(random, threads, replay),
        limits.snapshotBytes(),
        limits.raiseAfter(),
        chosenIndex(backends, context, closing),
        limits.buyer(),
        limits.seller(),
        limits.mode(),
        closing);
  }

  private static Function<Integer, byte[]> fresh(SecureRandom random) {
    return length -> {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      return bytes;
    };
  }

  private ProviderContext context(
      BackendConfig config,
      TaskRunner threads,
      InstantSource steady,
      Signer who,
      SignatureBackend checks,
      Optional<ContentStore> store) {
    return new ProviderContext(
        config, steady, threads.threads(), who, checks, store, Optional.ofNullable(directory));
  }

  private ContentStore contentStore(
      Backends backends, Function<BackendConfig, ProviderContext> context, List<Runnable> closing) {
    if (content != null) {
      return content;
    }
    ContentStore made =
        contentId != null
            ? backends.create(
                ContentStoreProvider.class,
                "content store",
                contentId.id,
                contentId.config,
                context)
            : directory == null
                ? EmbeddedContent.inMemory()
                : EmbeddedContent.onDisk(directory.resolve(NodeBackup.CONTENT));
    closing.add(made::close);
    return made;
  }

  private Ledger chosenLedger(
      Backends backends, Function<BackendConfig, ProviderContext> context, List<Runnable> closing) {
    if (ledger != null) {
      return ledger;
    }
    Chosen chosen = required(ledgerId, "a ledger: NodeBuilder.ledger(...)");
    Ledger made =
        backends.create(LedgerProvider.class, "ledger", chosen.id, chosen.config, context);
    closing.add(made::close);
    return made;
  }

  private PeerTransport chosenTransport(
      Backends backends,
      Function<BackendConfig, ProviderContext> context,
      Signer who,
      List<Runnable> closing) {
    if (transport != null) {
      return transport;
    }
    if (host != null && hostWires != null) {
      return hostWires.apply(host.living());
    }
    PeerTransport made =
        transportId != null
            ? backends.create(
                PeerTransportProvider.class,
                "transport",
                transportId.id,
                transportId.config,
                context)
            : JVM.transport(who.address());
    closing.add(made::close);
    return made;
  }

  private List<Executor> chosenExecutors(
      Backends backends, Function<BackendConfig, ProviderContext> context, List<Runnable> closing) {
    List<Executor> all = new ArrayList<>(executors);
    executorIds.forEach(
        (id, config) -> {
          Executor made = backends.create(ExecutorProvider.class, "executor", id, config, context);
          closing.add(made::close);
          all.add(made);
        });
    if (findExecutors) {
      List<Executor> found = backends.createAll(ExecutorProvider.class, context);
      found.forEach(executor -> closing.add(executor::close));
      all.addAll(found);
    }
    return all;
  }

  private Optional<StateIndex> chosenIndex(
      Backends backends, Function<BackendConfig, ProviderContext> context, List<Runnable> closing) {
    if (index != null) {
      return Optional.of(around(StateIndex.class, index));
    }
    Optional<StateIndex> made = Optional.empty();
    if (indexId != null) {
      made =
          Optional.of(
              backends.create(
                  StateIndexProvider.class, "state index", indexId.id, indexId.config, context));
    } else if (findIndex && host == null) {
      // In virtual time nothing comes by itself that has threads of its own.
      made = backends.createBest(StateIndexProvider.class, context);
    }
    Optional<StateIndex> kept = made.map(each -> around(StateIndex.class, each));
    kept.ifPresent(each -> closing.add(each::close));
    return kept;
  }

  private Journal journal(
      Function<Integer, byte[]> random, TaskRunner threads, JournalReplay fold) {
    byte[] id = random.apply(JournalOptions.ID_BYTES);
    JournalOptions journalOptions = JournalOptions.withNewId(id);
    if (host != null) {
      return Journal.open(
          around(Disk.class, host.disk()), journalOptions.withPreallocateBytes(0), fold);
    }
    if (directory == null) {
      return Journal.open(
          around(Disk.class, new SimDisk(0)),
          journalOptions.withPreallocateBytes(0),
          fold,
          threads.threads());
    }
    FileDisk.open(directory);
    return Journal.open(
        around(Disk.class, FileDisk.open(directory.resolve(NodeBackup.JOURNAL))),
        journalOptions,
        fold,
        threads.threads());
  }

  private static <T> T required(@Nullable T value, String what) {
    if (value == null) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "a node needs " + what);
    }
    return value;
  }
}

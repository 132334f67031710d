package io.edgebeat;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.clock.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a market in one JVM. Without further words it has one buyer and one seller, who charges a
 * thousandth of an EDG a second. Not thread-safe; used once.
 */
public final class LocalMarketBuilder {
  private static final Duration BLOCK_INTERVAL = Duration.ofMillis(100);

  /** A seller to be. */
  record SellerSpec(String name, ListingSpec listing, List<Capability> capabilities) {}

  final List<SellerSpec> sellers = new ArrayList<>();
  final List<Executor> executors = new ArrayList<>();
  final Map<String, String> options = new LinkedHashMap<>();
  Amount funds = Edg.of("1000");
  LedgerParameters parameters = LedgerParameters.DEFAULTS;
  InstantSource clock = WallClock.MACHINE;
  int finalityDepth;
  @Nullable SignatureBackend signatures;
  @Nullable Function<String, StateIndex> index;
  boolean findIndex = true;
  private OptionalInt believedDepth = OptionalInt.empty();
  Duration blockInterval = BLOCK_INTERVAL;
  Function<String, NodeWrapper> wrapper = name -> LocalMarketBuilder::unchanged;
  Function<ExecutionRequest, Duration> taskTime = request -> Duration.ofSeconds(5);
  final OptionalLong seed;
  @Nullable Path directory;
  @Nullable SharedLedger ledger;

  LocalMarketBuilder(OptionalLong seed) {
    this.seed = seed;
  }

  /**
   * Adds a seller. The first one takes the place of the default seller.
   *
   * @param name names it, for {@link LocalMarket#seller(String)}
   * @param listing what it advertises
   * @param capabilities what it sells beside computing time
   * @return this
   */
  public LocalMarketBuilder seller(String name, ListingSpec listing, Capability... capabilities) {
    sellers.add(new SellerSpec(name, listing, List.of(capabilities)));
    return this;
  }

  /**
   * What sellers run workloads with; default is every executor on the class path.
   *
   * @param value the executor; closed by whoever made it
   * @return this
   */
  public LocalMarketBuilder executor(Executor value) {
    executors.add(value);
    return this;
  }

  /**
   * What ledger and nodes sign and check signatures with; default is the best on the class path.
   *
   * @param value the backend
   * @return this
   */
  public LocalMarketBuilder signatures(SignatureBackend value) {
    signatures = value;
    return this;
  }

  /**
   * What every account begins with; default 1000 EDG.
   *
   * @param amount the amount
   * @return this
   */
  public LocalMarketBuilder funds(Amount amount) {
    funds = amount;
    return this;
  }

  /**
   * The ledger's parameters.
   *
   * @param value the parameters
   * @return this
   */
  public LocalMarketBuilder parameters(LedgerParameters value) {
    parameters = value;
    return this;
  }

  /**
   * The ledger of all, such as one on a chain; default is an embedded one. {@link #parameters},
   * {@link #finalityDepth} and {@link #blockInterval} are then its own matter. Only in real time.
   *
   * @param value the ledger, with enough tokens for the {@link #funds} of everybody; closed by
   *     whoever made it
   * @return this
   */
  public LocalMarketBuilder ledger(SharedLedger value) {
    ledger = value;
    return this;
  }

  /**
   * How many blocks on top make an event final; default 0.
   *
   * @param depth the depth
   * @return this
   */
  public LocalMarketBuilder finalityDepth(int depth) {
    finalityDepth = depth;
    return this;
  }

  /**
   * Lets the nodes of virtual time take for final what has this many blocks on top, though the
   * ledger takes back what has up to {@link #finalityDepth} of them: as with a depth that was set
   * too low.
   *
   * @param depth fewer than the finality depth
   * @return this
   */
  public LocalMarketBuilder believedDepth(int depth) {
    believedDepth = OptionalInt.of(depth);
    return this;
  }

  /**
   * After how much time the ledger makes an empty block while something is not final; default 100
   * ms.
   *
   * @param interval at least 1 ms
   * @return this
   */
  public LocalMarketBuilder blockInterval(Duration interval) {
    blockInterval = interval;
    return this;
  }

  /**
   * How long executions last in virtual time; default 5 s each. They are run at once, in real time,
   * when they start, and are then played for so long.
   *
   * @param value the time of each
   * @return this
   */
  public LocalMarketBuilder taskTime(Function<ExecutionRequest, Duration> value) {
    taskTime = value;
    return this;
  }

  /**
   * The clock of ledger and nodes; default is the system's.
   *
   * @param value the clock
   * @return this
   */
  public LocalMarketBuilder clock(InstantSource value) {
    clock = value;
    return this;
  }

  /**
   * The picture that each node keeps; without this, whatever {@link NodeBuilder} finds, and none in
   * virtual time.
   *
   * @param value gives the index of the node of a name, each time it is started; closed by whoever
   *     made it
   * @return this
   */
  public LocalMarketBuilder index(Function<String, StateIndex> value) {
    index = value;
    findIndex = false;
    return this;
  }

  /**
   * No node keeps a picture, whatever is on the class path.
   *
   * @return this
   */
  public LocalMarketBuilder noIndex() {
    index = null;
    findIndex = false;
    return this;
  }

  /**
   * Keeps ledger, journals and content in files; default is in memory.
   *
   * @param value a directory of this market's own
   * @return this
   */
  public LocalMarketBuilder directory(Path value) {
    directory = value;
    return this;
  }

  /**
   * An option of every node, see {@link NodeBuilder#option}.
   *
   * @param key which
   * @param value as text
   * @return this
   */
  public LocalMarketBuilder option(String key, String value) {
    options.put(key, value);
    return this;
  }

  /**
   * Puts something around the parts of every node, each time one is opened.
   *
   * @param value gives the wrapper of a node, by its name: {@code buyer} or as the seller was added
   * @return this
   */
  public LocalMarketBuilder wrapped(Function<String, NodeWrapper> value) {
    wrapper = value;
    return this;
  }

  private static <T> T unchanged(Class<T> kind, T part) {
    return part;
  }

  /**
   * Opens the market with real threads, real time and real executors, and waits until every seller
   * is listed.
   *
   * @return the running market; the caller closes it
   */
  public LocalMarket realTime() {
    if (seed.isPresent()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a seed decides nothing in real time: EdgeBeat.local().realTime(), or"
              + " EdgeBeat.local(seed).virtualTime()");
    }
    if (believedDepth.isPresent()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "believedDepth("
              + believedDepth.getAsInt()
              + ") is for virtual time; in real time nodes believe what the ledger says");
    }
    boolean embedded =
        finalityDepth == 0
            && blockInterval.equals(BLOCK_INTERVAL)
            && parameters.equals(LedgerParameters.DEFAULTS);
    if (ledger != null && !embedded) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "parameters, finalityDepth and blockInterval are for the embedded ledger; ledger(..) has"
              + " its own");
    }
    defaultSeller();
    return new LocalMarket(this, new RealSite(clock));
  }

  /**
   * Opens the market in virtual time, on the calling thread: whoever waits for something lets the
   * world go on until it has come, and the seed decides time, chance, network, disks and the order
   * of what happens together. Everything is in memory.
   *
   * @return the market; the caller closes it
   */
  public LocalMarket virtualTime() {
    if (directory != null) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "virtual time has disks of its own; directory(" + directory + ") would not be used");
    }
    if (ledger != null) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "virtual time needs the embedded ledger; ledger(..) is for realTime()");
    }
    defaultSeller();
    SimSite site =
        new SimSite(
            seed.orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.INVALID_ARGUMENT,
                        "virtual time needs a seed: EdgeBeat.local(seed).virtualTime()")),
            taskTime,
            believedDepth);
    return new LocalMarket(this, site);
  }

  private void defaultSeller() {
    if (sellers.isEmpty()) {
      seller(
          "seller",
          new ListingSpec(
              "local",
              new ResourceSpec(1000, 1L << 30, 0),
              new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002")),
              Duration.ofDays(1)));
    }
  }
}

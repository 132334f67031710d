package io.edgebeat.chain.evm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain of one's own for tests and samples: anvil, started on a free port of this machine and
 * stopped when this is closed, by whoever started it. It makes a block for each transaction, at
 * once. What was so in a block that is older than some thousand it does not know any more. Nothing
 * of it is kept, and its coin is worth nothing.
 */
public final class Devnet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Devnet.class);
  private static final String VARIABLE = "EDGEBEAT_ANVIL";
  private static final String HOW =
      "anvil is not installed; `npm install --global @foundry-rs/anvil` installs it, or "
          + VARIABLE
          + " names the program";

  /** What anvil says when it ends at once: where it begins is what is wrong. */
  private static final int MAX_LINES = 3;

  private static final int MAX_WORDS = 300;
  private static final String SOCKET = "anvil.ipc";
  private static final String OUTPUT = "anvil.out";
  private static final String STATES = "states";

  /** Of old blocks, beyond those that it keeps in memory; each may have megabytes. */
  private static final String MAX_STATES = "500";

  /** Options that say otherwise how much of the past there is; one of them at most. */
  private static final Set<String> HISTORY = Set.of("--max-persisted-states", "--prune-history");

  private static final RpcLimits LIMITS =
      new RpcLimits(Duration.ofSeconds(30), 64 << 20, 100, 0, 1, Duration.ofMillis(1));
  private static final int STARTS = 3;

  /** What fits the address of a socket in the file system everywhere. */
  private static final int MAX_SOCKET = 100;

  private final Process process;
  private final URI uri;
  private final Path directory;
  private final Optional<URI> ipc;
  private final Rpc rpc;

  private Devnet(Process process, URI uri, Path directory) {
    this.process = process;
    this.uri = uri;
    this.directory = directory;
    Running.ALL.add(this);
    try {
      awaitReady(uri);
      this.ipc = socket(directory).filter(this::answers);
      this.rpc = new Rpc(List.of(ipc.orElse(uri)), LIMITS);
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  /** Those that nobody has closed are ended with this JVM: anvil would go on without it. */
  private static final class Running {
    static final Set<Devnet> ALL = ConcurrentHashMap.newKeySet();

    static {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> ALL.forEach(Devnet::end), "edgebeat-devnet"));
    }
  }

  private static Optional<URI> socket(Path directory) {
    Path file = directory.resolve(SOCKET).toAbsolutePath();
    return file.toString().length() > MAX_SOCKET
        ? Optional.empty()
        : Optional.of(URI.create("ipc:" + file.toUri().getRawPath()));
  }

  /**
   * Why there can be none on this machine.
   *
   * @return what to do about it, or empty when {@link #start} will do
   */
  public static Optional<String> unavailable() {
    try {
      var unused = program();
      return Optional.empty();
    } catch (EdgeBeatException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Path program() {
    return program(System.getenv(VARIABLE), System.getenv("PATH"));
  }

  /** What the variable names, or else what is on the path. */
  static Path program(@Nullable String given, @Nullable String path) {
    if (given != null && !given.isBlank()) {
      Path named = Path.of(given);
      if (!isProgram(named)) {
        throw new EdgeBeatException(
            ErrorCode.BACKEND_UNAVAILABLE,
            VARIABLE + " must name an executable file, and is \"" + given + '"');
      }
      return named;
    }
    for (String directory : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path file = Path.of(directory, "anvil");
      if (!directory.isEmpty() && isProgram(file)) {
        return file;
      }
    }
    throw new EdgeBeatException(ErrorCode.BACKEND_UNAVAILABLE, HOW);
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /**
   * Starts one.
   *
   * @param options further options of anvil, such as {@code --block-time 1}
   * @return the chain, ready; the caller closes it, and otherwise it ends with this JVM
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} saying how to install anvil, or how it
   *     has ended
   */
  public static Devnet start(String... options) {
    Path program = program();
    EdgeBeatException last = failed("it was never started", null);
    for (int i = 0; i < STARTS; i++) {
      try {
        return start(program, options);
      } catch (EdgeBeatException e) {
        // Another program may have taken the port meanwhile.
        last = e;
      }
    }
    throw last;
  }

  private static Devnet start(Path program, String... options) {
    int port;
    List<String> command = new ArrayList<>();
    Process process;
    Path directory = room();
    try {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      command.addAll(
          List.of(program.toString(), "--silent", "--host", "127.0.0.1", "--port", "" + port));
      socket(directory).ifPresent(ipc -> command.addAll(List.of("--ipc", ipc.getPath())));
      // No accounts with keys that everybody knows.
      command.addAll(List.of("--accounts", "1", "--balance", "0"));
      // By itself it leaves gigabytes in the home directory.
      command.addAll(List.of("--cache-path", directory.resolve(STATES).toString()));
      if (Stream.of(options).map(o -> o.split("=", 2)[0]).noneMatch(HISTORY::contains)) {
        command.addAll(List.of("--max-persisted-states", MAX_STATES));
      }
      command.addAll(List.of(options));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(OUTPUT).toFile())
              .start();
    } catch (IOException e) {
      delete(directory);
      throw failed(String.valueOf(e.getMessage()), e);
    }
    return new Devnet(process, URI.create("http://127.0.0.1:" + port), directory);
  }

  /** Nobody else may look into it. */
  private static Path room() {
    try {
      return Files.createTempDirectory("edgebeat");
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} could not be deleted: {}", directory, e.getMessage());
    }
  }

  private void awaitReady(URI node) {
    long start = System.nanoTime();
    while (!answers(node)) {
      if (System.nanoTime() - start > LIMITS.timeout().toNanos()) {
        throw failed("it does not answer", null);
      }
      try {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw failed("it has ended with " + process.exitValue() + said(directory), null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EdgeBeatException(
            ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while anvil starts", e);
      }
    }
  }

  /** The first words of what it has written, if there are any. */
  private static String said(Path directory) {
    try (Stream<String> lines = Files.lines(directory.resolve(OUTPUT), ISO_8859_1)) {
      String words =
          lines
              .map(line -> line.replaceAll("[^ -~]", "").strip())
              .filter(line -> !line.isEmpty())
              .limit(MAX_LINES)
              .collect(Collectors.joining(" "));
      return words.isEmpty() ? "" : ": " + words.substring(0, Math.min(words.length(), MAX_WORDS));
    } catch (IOException | UncheckedIOException e) {
      return "; what it said cannot be read: " + e.getMessage();
    }
  }

  private boolean answers(URI node) {
    // One that remembers no failures, which belong to the start.
    try (Rpc first = new Rpc(List.of(node), LIMITS)) {
      first.ask(Call.of("eth_chainId", Hex::number));
      return true;
    } catch (EdgeBeatException e) {
      return false;
    }
  }

  private static EdgeBeatException failed(String why, @Nullable Exception cause) {
    return new EdgeBeatException(
        ErrorCode.BACKEND_UNAVAILABLE,
        RetryAdvice.AFTER_STATE_CHANGE,
        "anvil does not start: " + why,
        cause);
  }

  /**
   * Where it is asked.
   *
   * @return the URL of its JSON-RPC
   */
  public URI uri() {
    return uri;
  }

  /**
   * Where it is asked without a network, and can tell of new blocks.
   *
   * @return the URL of its socket; empty where the system knows none
   */
  public Optional<URI> ipc() {
    return ipc;
  }

  /**
   * Gives an account of the chain's coin, for gas.
   *
   * @param account whose
   * @param coins how many it has afterwards
   */
  public void fund(Address account, long coins) {
    BigInteger wei = BigInteger.valueOf(coins).multiply(BigInteger.TEN.pow(18));
    tell("anvil_setBalance", Json.of(account.toString()), Json.of(Hex.of(wei)));
  }

  /**
   * Makes blocks.
   *
   * @param blocks how many
   */
  public void mine(int blocks) {
    tell("anvil_mine", Json.of(Hex.of(blocks)));
  }

  /**
   * Lets time pass, and makes a block.
   *
   * @param by whole seconds
   */
  public void advance(Duration by) {
    tell("evm_increaseTime", Json.of(Hex.of(by.toSeconds())));
    mine(1);
  }

  /**
   * Drops the newest blocks with all that is in them, and makes as many empty ones.
   *
   * @param depth how many
   */
  public void reorganise(int depth) {
    tell("anvil_reorg", new Json.Num(Integer.toString(depth)), Json.array());
  }

  /**
   * Whether each transaction gets a block at once, as in the beginning.
   *
   * @param on false to let transactions wait until {@link #mine}
   */
  public void automine(boolean on) {
    tell("evm_setAutomine", new Json.Bool(on));
  }

  /**
   * Its time.
   *
   * @return that of the newest block
   */
  public Instant now() {
    return rpc.ask(Chain.block("latest")).time();
  }

  /**
   * How long it is.
   *
   * @return the number of the newest block
   */
  public long head() {
    return rpc.ask(Chain.block("latest")).number();
  }

  private void tell(String method, Json... params) {
    rpc.ask(Call.of(method, json -> true, params));
  }

  /** Stops it, and deletes its files. */
  @Override
  public void close() {
    rpc.close();
    end();
  }

  private void end() {
    Running.ALL.remove(this);
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(directory);
  }
}

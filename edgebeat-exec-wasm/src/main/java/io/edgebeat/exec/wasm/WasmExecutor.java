package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.child.ChildProcess;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * SPI implementation: runs WebAssembly inside this JVM. A guest sees its arguments, its input, its
 * output, its log, files in memory, the streams of the capabilities it was granted, and the clock,
 * the random bytes and the environment of its {@link io.edgebeat.api.task.HostProfile}; nothing
 * else exists for it.
 *
 * <p>A workload without an entry is a WASI command: its result is what it writes to descriptor 1.
 * With an entry, that exported function is called with the workload's arguments as numbers, and its
 * return values, one line each, follow what it has written.
 *
 * <p>Every execution has a thread of its own and every instance is fresh; compiled modules are
 * kept. The lease and the wall time hold even when all other threads of the node hang.
 *
 * <p>{@link Execution#pause} holds a guest at its next call of a host function. Code that only
 * computes goes on, at most to the end of its lease.
 *
 * <p>A guest counts the fuel it uses ({@link MeteredModule}); equal input gives an equal outcome,
 * result and fuel on every machine, unless time, a lease or its host ends it.
 *
 * <p>Threads: calls may overlap. After close: {@code CLOSED}.
 */
public final class WasmExecutor implements Executor {
  /**
   * Stack of a thread that runs guests, in bytes: as deep as the meter lets calls be nested, also
   * where an engine interprets them on a JVM that has not compiled it yet.
   */
  public static final int STACK_BYTES = 32 << 20;

  static final String LEFT_BEHIND =
      " did not end when it had to; its outcome stands, but its thread is left behind";

  /** {@code (module (func (export "f") (result i32) i32.const 42))}. */
  private static final byte[] SELF_TEST =
      HexFormat.of()
          .parseHex("0061736d010000000105016000017f03020100070501016600000a06010400412a0b");

  private static final int MOST_ARGUMENT_BYTES = 64 << 10;

  private final ThreadFactory threads;
  private final WasmLimits maxima;
  private final WasmEngine engine;
  private final Watchdog watchdog;
  private final ExecutorInfo info;
  private final Map<ExecutionId, WasmExecution> running = new ConcurrentHashMap<>();
  private final AtomicInteger threadsInUse = new AtomicInteger();
  private final AtomicInteger leftBehind = new AtomicInteger();
  private final ModuleCache modules;
  private final @Nullable Children children;
  private volatile boolean closed;

  private WasmExecutor(
      ThreadFactory threads,
      InstantSource clock,
      WasmLimits maxima,
      WasmEngine engine,
      @Nullable ChildOptions options,
      String childMain) {
    this.threads = threads;
    this.maxima = maxima;
    this.engine = engine;
    this.modules = new ModuleCache(threads, maxima, engine);
    // With children nothing of a module is read here, and their runtime is never loaded.
    this.info =
        new ExecutorInfo(
            Set.of(Workload.WASM),
            options == null ? "in-process sandbox (" + engine.name() + ")" : "child JVM sandbox",
            true,
            true,
            true,
            options == null ? selfTest() : "ok");
    this.watchdog = new Watchdog(threads, clock);
    this.children =
        options == null ? null : new Children(threads, maxima, options, watchdog, childMain);
  }

  /**
   * Creates an executor.
   *
   * @param threads makes platform threads: two at once, one more while a module is compiled, and
   *     one for each execution, with stacks of {@link #STACK_BYTES}: with less, guests that recurse
   *     deeply fail
   * @param clock what leases are measured by
   * @param maxima the most that is given to anyone
   * @return the executor
   */
  public static WasmExecutor create(ThreadFactory threads, InstantSource clock, WasmLimits maxima) {
    return create(threads, clock, maxima, CodeCache.IN_MEMORY);
  }

  /**
   * Creates an executor that keeps compiled modules on disk.
   *
   * @param threads as above
   * @param clock what leases are measured by
   * @param maxima the most that is given to anyone
   * @param code where compiled modules are kept
   * @return the executor
   */
  public static WasmExecutor create(
      ThreadFactory threads, InstantSource clock, WasmLimits maxima, CodeCache code) {
    WasmEngine engine = new ChicoryEngine(maxima, code.open(clock));
    return new WasmExecutor(threads, clock, maxima, engine, null, "");
  }

  /**
   * Creates an executor whose guests are run in one mode, which keeps nothing on disk.
   *
   * @param threads as above; with {@link WasmMode#GRAAL} one more for each guest that is being
   *     ended
   * @param clock what leases are measured by
   * @param maxima the most that is given to anyone
   * @param mode how guests' code is run
   * @return the executor
   * @throws EdgeBeatException {@code BACKEND_MISSING} when the jars of a mode are not there
   */
  public static WasmExecutor create(
      ThreadFactory threads, InstantSource clock, WasmLimits maxima, WasmMode mode) {
    return new WasmExecutor(
        threads, clock, maxima, WasmEngines.of(mode, maxima, threads), null, "");
  }

  /**
   * Creates an executor that runs guests in child JVMs, each with a heap of its own. Nothing of a
   * module is read in this JVM, a child that dies takes no other execution along, and children end
   * when this JVM does. Children are started when there is something to do.
   *
   * @param threads makes platform threads: two at once, two for each execution, one that looks
   *     after the children. Their stacks need not be large.
   * @param clock what leases are measured by
   * @param maxima the most that is given to anyone
   * @param options how children are kept
   * @return the executor
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} when there is no launcher of a JVM, or
   *     the jars that a child needs are no files
   */
  public static WasmExecutor inChildren(
      ThreadFactory threads, InstantSource clock, WasmLimits maxima, ChildOptions options) {
    return inChildren(threads, clock, maxima, options, ChildStarter.MAIN);
  }

  /** With another program for children, as a test has it that lies. */
  static WasmExecutor inChildren(
      ThreadFactory threads,
      InstantSource clock,
      WasmLimits maxima,
      ChildOptions options,
      String childMain) {
    WasmEngine engine = new ChicoryEngine(maxima);
    return new WasmExecutor(threads, clock, maxima, engine, options, childMain);
  }

  /** The child JVMs there are now. */
  List<ChildProcess> processes() {
    return children == null ? List.of() : children.processes();
  }

  private String selfTest() {
    try {
      ModuleShape shape = ModuleReader.read(SELF_TEST, maxima);
      WasmEngine.Instance instance =
          engine
              .compile(MeteredModule.of(SELF_TEST, CostTable.CURRENT).bytes(), shape)
              .instantiate(List.of(), 0, () -> {});
      long[] results = instance.call("f", new long[0]);
      instance.release();
      return results.length == 1 && results[0] == 42 ? "ok" : "a small module gave a wrong result";
    } catch (RuntimeException | LinkageError e) {
      return "a small module cannot be run: " + e;
    }
  }

  @Override
  public ExecutorInfo info() {
    return info;
  }

  /** How many guests did not end when they had to; their threads may still run. */
  int leftBehind() {
    return leftBehind.get();
  }

  @Override
  public Admission admit(Workload workload, ExecutionLimits limits) {
    checkOpen();
    EdgeBeatException refusal = refusal(workload, limits);
    return refusal == null
        ? new Admission.Admitted()
        : new Admission.Refused(refusal.code(), String.valueOf(refusal.getMessage()));
  }

  private @Nullable EdgeBeatException refusal(Workload workload, ExecutionLimits limits) {
    if (!workload.type().equals(Workload.WASM)) {
      return new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED,
          "workloads of type \"" + workload.type() + "\" are not run here, only \"wasm\"");
    }
    long bytes = 0;
    for (String argument : workload.arguments()) {
      bytes += argument.getBytes(StandardCharsets.UTF_8).length + 1;
      if (argument.indexOf('\0') >= 0) {
        return new EdgeBeatException(
            ErrorCode.WORKLOAD_REFUSED, "an argument holds a zero character: \"" + argument + '"');
      }
    }
    if (bytes > MOST_ARGUMENT_BYTES) {
      return tooMuch("arguments of", bytes, MOST_ARGUMENT_BYTES, "bytes");
    }
    EdgeBeatException over = overLimits(limits, maxima);
    if (over != null) {
      return over;
    }
    if (threadsInUse.get() >= maxima.executions()) {
      return tooMany();
    }
    if (children != null && !children.expect()) {
      return new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "no child JVM can be started here at present",
          null);
    }
    return null;
  }

  /** Why limits are more than is given to anyone; null when they are not. */
  static @Nullable EdgeBeatException overLimits(ExecutionLimits limits, WasmLimits maxima) {
    if (limits.memoryBytes() > maxima.memoryBytes()) {
      return tooMuch("memory of", limits.memoryBytes(), maxima.memoryBytes(), "bytes");
    }
    if (limits.wallTime().compareTo(maxima.wallTime()) > 0) {
      return new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          "wall time of " + limits.wallTime() + "; at most " + maxima.wallTime() + " is given");
    }
    if (limits.inputBytes() > maxima.inputBytes()) {
      return tooMuch("input of", limits.inputBytes(), maxima.inputBytes(), "bytes");
    }
    if (limits.outputBytes() > maxima.outputBytes()) {
      return tooMuch("output of", limits.outputBytes(), maxima.outputBytes(), "bytes");
    }
    return null;
  }

  /** A guest finds each variable as a text that ends with a zero, its name before the first =. */
  static void checkEnvironment(HostProfile profile) {
    long bytes = 0;
    for (Map.Entry<String, String> variable : profile.environment().entrySet()) {
      String name = variable.getKey();
      String text = name + '=' + variable.getValue();
      bytes += text.getBytes(StandardCharsets.UTF_8).length + 1;
      if (name.isEmpty() || name.indexOf('=') >= 0 || text.indexOf('\0') >= 0) {
        throw new EdgeBeatException(
            ErrorCode.WORKLOAD_REFUSED,
            "the host profile has an environment variable that cannot be one: \""
                + name
                + "\"; names are not empty and hold no =, and nothing holds a zero character");
      }
    }
    if (bytes > MOST_ARGUMENT_BYTES) {
      throw tooMuch("an environment of", bytes, MOST_ARGUMENT_BYTES, "bytes");
    }
  }

  private static EdgeBeatException tooMuch(String what, long found, long most, String unit) {
    return new EdgeBeatException(
        ErrorCode.LIMIT_EXCEEDED,
        what + " " + found + " " + unit + "; at most " + most + " are given");
  }

  private EdgeBeatException tooMany() {
    return new EdgeBeatException(
        ErrorCode.LIMIT_EXCEEDED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "all places for " + maxima.executions() + " executions are taken",
        null);
  }

  @Override
  public void prepare(Workload workload, ContentStore content, Progress progress) {
    checkOpen();
    if (!workload.type().equals(Workload.WASM)) {
      throw new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED,
          "workloads of type \"" + workload.type() + "\" are not run here, only \"wasm\"");
    }
    if (children != null) {
      children.prepare(workload, content);
    } else {
      EntryCall.of(workload, modules.prepared(workload.image(), content, progress).shape());
    }
  }

  /**
   * Prepares what may be started.
   *
   * @param memoryBytes what an execution may have at most, negative when none is to be started
   * @return how much memory the workload begins with
   */
  long check(Workload workload, long memoryBytes, ContentStore content) {
    ModuleShape shape = modules.prepared(workload.image(), content, Progress.NONE).shape();
    if (memoryBytes >= 0) {
      checkMemory(shape, memoryBytes);
    }
    EntryCall.of(workload, shape);
    return firstMemory(shape);
  }

  private static long firstMemory(ModuleShape shape) {
    return shape.memory().map(size -> size.min() * ModuleShape.PAGE_BYTES).orElse(0L);
  }

  @Override
  public Execution start(ExecutionRequest request) {
    return run(request);
  }

  /** As {@link #start}. */
  WasmExecution run(ExecutionRequest request) {
    checkOpen();
    EdgeBeatException refusal = refusal(request.workload(), request.limits());
    if (refusal != null) {
      throw refusal;
    }
    checkEnvironment(request.hostProfile());
    GuestRun guest = guest(request);
    WasmExecution execution = new WasmExecution(request, guest, owner);
    if (threadsInUse.incrementAndGet() > maxima.executions()) {
      threadsInUse.decrementAndGet();
      guest.drop();
      throw tooMany();
    }
    if (running.putIfAbsent(request.id(), execution) != null) {
      threadsInUse.decrementAndGet();
      guest.drop();
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "execution " + request.id() + " runs already");
    }
    boolean started = false;
    try {
      checkOpen();
      begin(execution, threads, watchdog);
      started = true;
      return execution;
    } finally {
      if (!started) {
        execution.neverRan();
        threadsInUse.decrementAndGet();
      }
    }
  }

  /** Starts an execution on a thread of its own. */
  static void begin(WasmExecution execution, ThreadFactory threads, Watchdog watchdog) {
    try {
      Thread thread = threads.newThread(execution::run);
      if (thread == null || thread.isVirtual()) {
        throw new EdgeBeatException(
            ErrorCode.EXECUTOR_FAILED, "guests need platform threads; the factory gave " + thread);
      }
      thread.setName("edgebeat-wasm " + execution.id());
      thread.setDaemon(true);
      execution.runsOn(thread);
      watchdog.watch(execution);
      thread.start();
    } catch (OutOfMemoryError e) {
      throw new EdgeBeatException(
          ErrorCode.EXECUTOR_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "no thread can be started for " + execution.id(),
          e);
    }
  }

  /** Makes what will run a workload, which is prepared when it is not yet. */
  private GuestRun guest(ExecutionRequest request) {
    if (children != null) {
      return children.guest(request);
    }
    ModuleCache.Prepared prepared =
        modules.prepared(request.workload().image(), request.content(), Progress.NONE);
    ModuleShape shape = prepared.shape();
    checkMemory(shape, request.limits().memoryBytes());
    return new LocalRun(
        request,
        prepared.compiled(),
        prepared.hasStart(),
        shape,
        EntryCall.of(request.workload(), shape),
        maxima);
  }

  static void checkMemory(ModuleShape shape, long most) {
    long needed = firstMemory(shape);
    if (needed > most) {
      throw new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          "the module needs at least "
              + needed
              + " bytes of memory; the limit of the execution is "
              + most);
    }
  }

  private final WasmExecution.Owner owner =
      new WasmExecution.Owner() {
        @Override
        public void ended(WasmExecution execution) {
          running.remove(execution.id(), execution);
        }

        @Override
        public void left(WasmExecution execution) {
          threadsInUse.decrementAndGet();
        }

        @Override
        public void abandoned(WasmExecution execution) {
          leftBehind.incrementAndGet();
          watchdog.warn(execution + LEFT_BEHIND);
        }
      };

  @Override
  public List<ExecutionId> running() {
    checkOpen();
    return List.copyOf(running.keySet());
  }

  @Override
  public Optional<Execution> attach(ExecutionId id) {
    checkOpen();
    return Optional.ofNullable(running.get(id));
  }

  private void checkOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the WebAssembly executor is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    List<WasmExecution> all = List.copyOf(running.values());
    all.forEach(execution -> execution.stop("executor closed"));
    all.forEach(WasmExecution::awaitEnd);
    if (children != null) {
      children.close();
    }
    watchdog.close();
    modules.clear();
  }
}

package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.exec.wasm.meter.HostedModule;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * One instance in GraalWasm.
 *
 * <p>Threads: its context lets in one at a time, the guest's. What others may ask is noted whenever
 * that thread comes by: at each call of the host, when the memory has grown, when a loop has used
 * much fuel, and at the end of a call. {@link #stop} is for any thread: an interrupt is heard in
 * loops and by the host, but not in calls.
 */
final class GraalInstance implements WasmEngine.Instance {
  private static final String EXPORTS = "exports";
  private static final String VALUE = "value";
  private static final String INTERRUPTED = "interrupted";

  /** A guest in code of the node hears nothing before it comes back; then it is tried again. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);

  /** An interrupt that comes late meets who looks at the end of a call, and is over then. */
  private static final int MOST_LOOKS = 1_000;

  private final Context context;
  private final ModuleShape shape;
  private final int tableEntries;
  private final ThreadFactory threads;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Value exports;
  private final GraalMemory memory;
  private final @Nullable Value fuel;
  private volatile long fuelSeen;
  private volatile long memorySeen;
  private volatile boolean tooDeep;

  /**
   * Makes the instance.
   *
   * @param context its own, closed by {@link #release}
   * @param source its module, hosted
   * @param probe is called now and then
   * @param tableEntries the entries of tables that this host gives
   * @param threads makes those that end guests
   */
  GraalInstance(
      Context context,
      Source source,
      ModuleShape shape,
      List<WasmEngine.HostCall> imports,
      long memoryPages,
      Runnable probe,
      int tableEntries,
      ThreadFactory threads) {
    this.context = context;
    this.shape = shape;
    this.tableEntries = tableEntries;
    this.threads = threads;
    this.exports =
        guarded(() -> context.eval(source).newInstance(imports(imports)).getMember(EXPORTS));
    this.memory = new GraalMemory(exports.getMember(HostedModule.MEMORY));
    this.fuel = exports.getMember(MeteredModule.FUEL);
    if (shape.memory().isPresent()) {
      long most = Math.min(shape.memory().get().max(), memoryPages);
      member(HostedModule.PAGES).putMember(VALUE, (int) most);
    }
    give(HostedModule.CALLING, GraalEngine.NO_PARAMETERS, unused -> called(probe));
    see();
  }

  /** Hands the guest a function of the host, which it cannot import. */
  private void give(String taker, Source oneFunction, ProxyExecutable function) {
    ProxyObject module = ProxyObject.fromMap(Map.of("h", function));
    Value exported =
        context
            .eval(oneFunction)
            .newInstance(ProxyObject.fromMap(Map.of("", module)))
            .getMember(EXPORTS)
            .getMember("h");
    member(taker).executeVoid(exported);
  }

  @Override
  public void shortOfFuel(LongConsumer more) {
    give(
        HostedModule.SUPPLYING,
        GraalEngine.ONE_PARAMETER,
        arguments -> {
          noteFuel();
          more.accept(arguments[0].asLong());
          return null;
        });
  }

  private Value member(String name) {
    Value member = exports.getMember(name);
    if (member == null) {
      throw new IllegalStateException("no export " + name);
    }
    return member;
  }

  private ProxyObject imports(List<WasmEngine.HostCall> calls) {
    Map<String, Map<String, Object>> modules = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      ModuleShape.ImportedFunction wanted = shape.imports().get(i);
      WasmEngine.HostCall call = calls.get(i);
      ProxyExecutable function = arguments -> host(wanted.shape(), call, arguments);
      modules
          .computeIfAbsent(wanted.module(), name -> new HashMap<>())
          .putIfAbsent(wanted.name(), function);
    }
    Map<String, Object> all = new HashMap<>();
    modules.forEach((name, functions) -> all.put(name, ProxyObject.fromMap(functions)));
    return ProxyObject.fromMap(all);
  }

  /** A call of the guest to its host. */
  private @Nullable Object host(FunctionShape type, WasmEngine.HostCall call, Value[] arguments) {
    noteFuel();
    long[] bits = new long[arguments.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = bits(type.parameters().get(i), arguments[i]);
    }
    long result = call.call(memory, bits);
    return type.results().isEmpty() ? null : value(type.results().getFirst(), result);
  }

  /** For the guest's thread. */
  GuestMemory memory() {
    return memory;
  }

  /** The guest has grown or computed for a while. */
  private @Nullable Object called(Runnable probe) {
    noteFuel();
    noteMemory();
    if (Thread.currentThread().isInterrupted()) {
      throw new GuestEnd.Stop(INTERRUPTED);
    }
    probe.run();
    return null;
  }

  private static long bits(ValueType type, Value value) {
    return switch (type) {
      case I32 -> value.asInt();
      case I64 -> value.asLong();
      case F32 -> Float.floatToRawIntBits(value.asFloat());
      case F64 -> Double.doubleToRawLongBits(value.asDouble());
      case FUNCREF, EXTERNREF -> 0; // no host function and no result has a reference
    };
  }

  private static Object value(ValueType type, long bits) {
    return switch (type) {
      case I32 -> (int) bits;
      case F32 -> Float.intBitsToFloat((int) bits);
      case F64 -> Double.longBitsToDouble(bits);
      case I64, FUNCREF, EXTERNREF -> bits;
    };
  }

  @Override
  public long[] call(String function, long[] arguments) {
    if (Thread.currentThread().isInterrupted()) {
      throw new GuestEnd.Stop(INTERRUPTED);
    }
    Integer index = shape.functionExports().get(function);
    FunctionShape type =
        index == null
            ? new FunctionShape(List.of(), List.of()) // a start function
            : shape.functions().get(index);
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(type.parameters().get(i), arguments[i]);
    }
    try {
      return guarded(() -> results(type.results(), member(function).execute(values)));
    } catch (GuestEnd.Trap e) {
      see();
      throw lacking(e);
    } finally {
      see();
    }
  }

  private static long[] results(List<ValueType> types, Value value) {
    long[] results = new long[types.size()];
    for (int i = 0; i < results.length; i++) {
      results[i] = bits(types.get(i), results.length == 1 ? value : value.getArrayElement(i));
    }
    return results;
  }

  /** A trap of the guest, or what its host had too little of. */
  private GuestEnd lacking(GuestEnd.Trap trap) {
    long lack = member(HostedModule.LACK).getMember(VALUE).asLong();
    if (lack == HostedModule.HEAP) {
      return new GuestEnd.HostFailure(noHeap());
    }
    return lack == 0 ? trap : TableSpace.lacks(lack, tableEntries);
  }

  private static EdgeBeatException noHeap() {
    return new EdgeBeatException(
        ErrorCode.EXECUTOR_FAILED, "the heap of the executor's JVM is exhausted");
  }

  /** Notes what others may ask. */
  private void see() {
    for (int looks = 1; ; looks++) {
      try {
        noteFuel();
        noteMemory();
        Value depth = exports.getMember(MeteredModule.DEPTH);
        tooDeep = depth != null && depth.getMember(VALUE).asInt() < 0;
        return;
      } catch (PolyglotException e) {
        if (!e.isInterrupted() || looks == MOST_LOOKS) {
          throw e;
        }
      }
    }
  }

  private void noteFuel() {
    if (fuel != null) {
      fuelSeen = fuel.getMember(VALUE).asLong();
    }
  }

  private void noteMemory() {
    memorySeen = memory.sizeBytes();
  }

  @Override
  public void stop() {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    boolean started = false;
    try {
      Thread thread = threads.newThread(this::interrupt);
      thread.setName("edgebeat-wasm stop");
      if (!thread.isVirtual()) {
        thread.setDaemon(true);
      }
      thread.start();
      started = true;
    } finally {
      if (!started) {
        stopping.set(false);
      }
    }
  }

  /** Waits for the guest, so not for those who call {@link #stop}. */
  private void interrupt() {
    try {
      context.interrupt(STOP_PATIENCE);
    } catch (TimeoutException | IllegalStateException e) {
      // It is in code of the node, or has been released: who still wants its end asks again.
    } finally {
      stopping.set(false);
    }
  }

  @Override
  public long memoryBytes() {
    return memorySeen;
  }

  @Override
  public long fuelLeft() {
    return fuelSeen;
  }

  @Override
  public void fuelLeft(long units) {
    fuelSeen = units;
    if (fuel != null) {
      fuel.putMember(VALUE, units);
    }
  }

  @Override
  public boolean tooDeep() {
    return tooDeep;
  }

  @Override
  public MachineState state() {
    throw noSnapshots();
  }

  @Override
  public void restore(MachineState state, BitSet references) {
    throw noSnapshots();
  }

  private static EdgeBeatException noSnapshots() {
    return new EdgeBeatException(
        ErrorCode.UNSUPPORTED,
        "GraalWasm shows its host neither what is in tables nor which segments are dropped, so"
            + " nothing can be frozen or resumed with it; open the process with WasmMode.COMPILED");
  }

  @Override
  public void release() {
    context.close(true);
  }

  private interface Guest<T> {
    T run();
  }

  /** Runs guest code and tells of its end in our words. */
  private static <T> T guarded(Guest<T> guest) {
    try {
      return guest.run();
    } catch (PolyglotException e) {
      throw end(e);
    } catch (StackOverflowError e) {
      throw ChicoryEngine.stackTooSmall();
    }
  }

  private static RuntimeException end(PolyglotException e) {
    if (e.isHostException()) {
      Throwable thrown = e.asHostException();
      if (thrown instanceof StackOverflowError) {
        return ChicoryEngine.stackTooSmall();
      } else if (thrown instanceof Error error) {
        throw error;
      }
      return thrown instanceof RuntimeException known ? known : new GuestEnd.HostFailure(e);
    }
    if (e.isInterrupted() || e.isCancelled()) {
      return new GuestEnd.Stop(INTERRUPTED);
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("call stack exhausted")) {
      return ChicoryEngine.stackTooSmall();
    }
    if (e.isResourceExhausted()) {
      return message.contains("tack")
          ? ChicoryEngine.stackTooSmall()
          : new GuestEnd.HostFailure(noHeap());
    }
    return e.isGuestException()
        ? new GuestEnd.Trap(reason(message))
        : new GuestEnd.HostFailure(
            new EdgeBeatException(
                ErrorCode.EXECUTOR_FAILED, RetryAdvice.NEVER, "GraalWasm failed: " + message, e));
  }

  /** What a trap is called by the other engine. */
  static String reason(String message) {
    if (message.contains("memory access at address")
        || message.contains("memory access of negative length")) {
      return "out of bounds memory access";
    } else if (message.endsWith("is uninitialized.")) {
      return "uninitialized element";
    } else if (message.endsWith("out of table bounds.")) {
      return "undefined element";
    } else if (message.endsWith("differ in the indirect call.")) {
      return "indirect call type mismatch";
    }
    return ChicoryEngine.reason(message);
  }
}

package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.exec.wasm.code.CodeStore;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.code.GuestState;
import io.edgebeat.exec.wasm.code.HiddenParts;
import io.edgebeat.exec.wasm.code.LoadedCode;
import io.edgebeat.exec.wasm.code.ZeroedArrays;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chicory: WebAssembly compiled to bytecode of the JVM. Functions that do not fit into a method of
 * the JVM are interpreted.
 *
 * <p>Its compiler's classes are changed before they are defined: see {@link CompiledCode}.
 *
 * <p>Three things of Chicory 1.7.5 are worked around here: tables of all instances of a module
 * share one record of their size, so each instance gets tables of its own; sizes that wrap around
 * give exceptions of the JVM instead of traps; and its messages hold addresses, which must not
 * become part of an outcome.
 */
final class ChicoryEngine implements WasmEngine {
  private static final Logger LOGGER = LoggerFactory.getLogger(ChicoryEngine.class);

  /** Entries of the operand stack of interpreted functions, which lies on the heap. */
  private static final int MOST_OPERANDS = 1 << 20;

  /** Memories of ended instances that are kept for the next, at most. */
  private static final long KEPT_MEMORY = 64L << 20;

  private final int tableEntries;
  private final ZeroedArrays arrays;
  private final Optional<CodeStore> store;
  private final WasmMode mode;

  /** Without code on disk. */
  ChicoryEngine(WasmLimits limits) {
    this(limits, Optional.empty());
  }

  ChicoryEngine(WasmLimits limits, Optional<CodeStore> store) {
    this(limits, store, WasmMode.COMPILED);
  }

  ChicoryEngine(WasmLimits limits, WasmMode mode) {
    this(limits, Optional.empty(), mode);
  }

  private ChicoryEngine(WasmLimits limits, Optional<CodeStore> store, WasmMode mode) {
    this.tableEntries = limits.tableEntries();
    this.arrays = new ZeroedArrays(Math.min(limits.cacheBytes(), KEPT_MEMORY));
    this.store = store;
    this.mode = mode;
  }

  @Override
  public String name() {
    return "Chicory " + com.dylibso.chicory.wasm.Version.version();
  }

  @Override
  public Compiled compile(byte[] image, ModuleShape shape) {
    return parsing(
        () -> {
          WasmModule module = Parser.parse(image);
          LoadedCode code = load(image, module);
          return new Module(
              module, code, shape, tableEntries, arrays, image.length + code.sizeBytes());
        });
  }

  @Override
  public void validate(byte[] image) {
    parsing(() -> Parser.parse(image));
  }

  /** Tells in our words what is wrong with a module. */
  static <T> T parsing(Supplier<T> work) {
    try {
      return work.get();
    } catch (StackOverflowError e) {
      throw new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED, "the WebAssembly module is nested too deeply");
    } catch (MalformedException | InvalidException e) {
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD,
          RetryAdvice.NEVER,
          "bad WebAssembly module: " + e.getMessage(),
          e);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      // The parser reports some malformed modules by an exception of the JVM.
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD,
          RetryAdvice.NEVER,
          "the WebAssembly module cannot be compiled: " + e,
          e);
    }
  }

  private LoadedCode load(byte[] image, WasmModule module) {
    if (mode == WasmMode.INTERPRETED) {
      return LoadedCode.interpreted(module);
    }
    Optional<CompiledCode> kept = store.flatMap(files -> files.find(image));
    if (kept.isPresent()) {
      try {
        return new LoadedCode(module, kept.get());
      } catch (LinkageError e) {
        LOGGER.warn("Compiled code from disk does not fit this JVM, it is made again", e);
        store.get().drop(image);
      }
    }
    CompiledCode made = CompiledCode.of(module);
    LoadedCode loaded = new LoadedCode(module, made);
    store.ifPresent(files -> files.keep(image, made)); // only what the JVM has verified
    return loaded;
  }

  private record Module(
      WasmModule module,
      LoadedCode code,
      ModuleShape shape,
      int tableEntries,
      ZeroedArrays arrays,
      long sizeBytes)
      implements Compiled {

    @Override
    public Instance instantiate(List<HostCall> imports, long memoryPages, Runnable probe) {
      MemoryLimits limits =
          shape
              .memory()
              .map(
                  size ->
                      new MemoryLimits((int) size.min(), (int) Math.min(size.max(), memoryPages)))
              .orElseGet(() -> new MemoryLimits(0, 0));
      GuestState state = code.state(limits, arrays);
      var builder =
          com.dylibso.chicory.runtime.Instance.builder(module)
              .withStart(false)
              .withMachineFactory(code::machine)
              .withMemoryFactory(declared -> state)
              .withMemoryLimits(limits)
              .withGlobalFactory(code.new Globals(state)::create)
              .withTableFactory(new TableSpace(tableEntries, code.hidden().more())::table)
              .withUnsafeExecutionListener(
                  (instruction, stack) -> {
                    if (stack.size() > MOST_OPERANDS) {
                      throw stackTooSmall();
                    }
                    probe.run();
                  })
              .withImportValues(imports(imports));
      try {
        return guarded(() -> new Running(builder.build(), state, code.hidden()));
      } catch (GuestEnd e) {
        state.release();
        throw e;
      }
    }

    private ImportValues imports(List<HostCall> calls) {
      Set<String> names = new HashSet<>();
      var values = ImportValues.builder();
      for (int i = 0; i < calls.size(); i++) {
        ModuleShape.ImportedFunction wanted = shape.imports().get(i);
        if (names.add(wanted.fullName())) {
          values.addFunction(function(wanted, calls.get(i)));
        }
      }
      return values.build();
    }

    private static ImportFunction function(ModuleShape.ImportedFunction wanted, HostCall call) {
      boolean hasResult = !wanted.shape().results().isEmpty();
      return new HostFunction(
          wanted.module(),
          wanted.name(),
          FunctionType.of(types(wanted.shape().parameters()), types(wanted.shape().results())),
          (instance, arguments) -> {
            long result = call.call(new ChicoryMemory(instance.memory()), arguments);
            return hasResult ? new long[] {result} : null;
          });
    }

    private static List<ValType> types(List<ValueType> types) {
      return types.stream()
          .map(
              type ->
                  switch (type) {
                    case I32 -> ValType.I32;
                    case I64 -> ValType.I64;
                    case F32 -> ValType.F32;
                    case F64 -> ValType.F64;
                    case FUNCREF -> ValType.FuncRef;
                    case EXTERNREF -> ValType.ExternRef;
                  })
          .toList();
    }
  }

  private record Running(
      com.dylibso.chicory.runtime.Instance instance, GuestState memory, HiddenParts hidden)
      implements Instance {

    @Override
    public long[] call(String function, long[] arguments) {
      return guarded(
          () -> {
            long[] results = instance.export(function).apply(arguments);
            return results == null ? new long[0] : results;
          });
    }

    @Override
    public long memoryBytes() {
      return (long) memory.pages() * ModuleShape.PAGE_BYTES;
    }

    @Override
    public long fuelLeft() {
      return memory.fuelLeft();
    }

    @Override
    public void fuelLeft(long units) {
      memory.fuelLeft(units);
    }

    @Override
    public void shortOfFuel(LongConsumer more) {
      new HiddenFunction(instance, hidden.more()).set(more);
    }

    @Override
    public boolean tooDeep() {
      return memory.depthLeft() < 0;
    }

    @Override
    public void release() {
      memory.release();
    }

    @Override
    public MachineState state() {
      return new ChicoryState(instance, memory, hidden).read();
    }

    @Override
    public void restore(MachineState state, BitSet references) {
      new ChicoryState(instance, memory, hidden).restore(state, references);
    }
  }

  private static final String CALL_STACK_EXHAUSTED = "call stack exhausted";

  /** What traps are called, whoever reports them and with which numbers. */
  private static final List<String> REASONS =
      List.of(
          "unreachable",
          "out of bounds memory access",
          "out of bounds table access",
          "integer divide by zero",
          "integer overflow",
          "invalid conversion to integer",
          "indirect call type mismatch",
          "undefined element",
          "uninitialized element",
          "null function reference",
          CALL_STACK_EXHAUSTED);

  private interface Guest<T> {
    T run();
  }

  /** Runs guest code and tells of its end in our words. */
  private static <T> T guarded(Guest<T> guest) {
    try {
      return guest.run();
    } catch (GuestEnd e) {
      throw e;
    } catch (ChicoryInterruptedException e) {
      throw new GuestEnd.Stop("interrupted");
    } catch (StackOverflowError e) {
      throw stackTooSmall();
    } catch (ChicoryException e) {
      String reason = reason(String.valueOf(e.getMessage()));
      throw reason.equals(CALL_STACK_EXHAUSTED) ? stackTooSmall() : new GuestEnd.Trap(reason);
    } catch (ArithmeticException e) {
      throw new GuestEnd.Trap("integer divide by zero");
    } catch (IndexOutOfBoundsException | NullPointerException | NegativeArraySizeException e) {
      // Sizes that wrap around: the runtime looks outside of its own arrays.
      throw new GuestEnd.Trap("out of bounds memory access");
    } catch (RuntimeException | AssertionError e) {
      throw new GuestEnd.Trap("illegal state: " + e.getClass().getSimpleName());
    }
  }

  /** The guest counts how deep its calls are nested: what was too small is the host's. */
  static GuestEnd stackTooSmall() {
    return new GuestEnd.HostFailure(
        new EdgeBeatException(
            ErrorCode.EXECUTOR_FAILED,
            "the stack of the guest's thread is too small; threads for WebAssembly need "
                + (WasmExecutor.STACK_BYTES >> 20)
                + " MiB"));
  }

  /** The reason of a trap without numbers and addresses. */
  static String reason(String message) {
    for (String reason : REASONS) {
      if (message.contains(reason)) {
        return reason;
      }
    }
    return message;
  }
}

package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Compiled code that is defined in this JVM, by a class loader of its own; or none, and then an
 * interpreter does its work.
 */
public final class LoadedCode {
  private final HiddenParts hidden;
  private final int globals;
  private final long sizeBytes;
  private final @Nullable Constructor<? extends Machine> machine;

  /**
   * Defines and verifies all classes.
   *
   * @throws LinkageError when they are not what a JVM accepts
   */
  public LoadedCode(WasmModule module, CompiledCode code) {
    this.hidden = HiddenParts.of(module);
    this.globals = module.globalSection().globalCount();
    this.sizeBytes = code.sizeBytes();
    Loader loader = new Loader(code);
    try {
      for (String name : code.classes().keySet()) {
        Class.forName(name, true, loader);
      }
      machine =
          loader
              .loadClass(code.mainClass())
              .asSubclass(Machine.class)
              .getConstructor(Instance.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("compiled code has no machine", e);
    }
  }

  private LoadedCode(WasmModule module) {
    this.hidden = HiddenParts.of(module);
    this.globals = module.globalSection().globalCount();
    this.sizeBytes = 0;
    this.machine = null;
  }

  /** No code: all of the module is interpreted, on the same state. */
  public static LoadedCode interpreted(WasmModule module) {
    return new LoadedCode(module);
  }

  /** The counters that the guest does not see. */
  public HiddenParts hidden() {
    return hidden;
  }

  /** How many bytes the classes have. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** The machine that runs an instance. */
  public Machine machine(Instance instance) {
    if (machine == null) {
      return new Guarded(new InterpreterMachine(instance));
    }
    try {
      return new Guarded(machine.newInstance(instance));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("compiled code cannot be run", e);
    }
  }

  /** Turns what a missed memory makes the JVM throw into what the runtime throws. */
  private record Guarded(Machine machine) implements Machine {
    @Override
    public long[] call(int function, long[] arguments) {
      try {
        return machine.call(function, arguments);
      } catch (IndexOutOfBoundsException e) {
        throw StateCalls.outOfBounds();
      }
    }
  }

  /** The state of a fresh instance. */
  public GuestState state(MemoryLimits limits, ZeroedArrays arrays) {
    return new GuestState(limits, globals, arrays);
  }

  /** Makes the globals of one instance, in their order. */
  public final class Globals {
    private final GuestState state;
    private int next;

    public Globals(GuestState state) {
      this.state = state;
    }

    public GlobalInstance create(long low, long high, ValType type, MutabilityType mutability) {
      return new StateGlobal(state, hidden, next++, low, type, mutability);
    }
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(CompiledCode code) {
      super(LoadedCode.class.getClassLoader());
      classes = new ConcurrentHashMap<>(code.classes());
      LoadedCode.class
          .getModule()
          .addExports(LoadedCode.class.getPackageName(), getUnnamedModule());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] code = classes.remove(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, code, 0, code.length);
    }
  }
}

package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.code.GuestState;
import io.edgebeat.exec.wasm.code.LoadedCode;
import io.edgebeat.exec.wasm.code.ZeroedArrays;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Engine and meter without the executor, which lets guests import and do less than they can.
 *
 * <p>Of compiled guests the code is the one that the executor runs, where the memory, the globals
 * and the tables are their own; that of a guest which imports some is the engine's own.
 */
enum Rig {
  INTERPRETER,
  COMPILER;

  private static final ZeroedArrays ARRAYS = new ZeroedArrays(64 << 20);
  private static final MemoryLimits NO_MEMORY = new MemoryLimits(0, 0);

  /**
   * A module that instances can be made of.
   *
   * @param module as it is run
   * @param machines its code
   * @param own the code that the executor runs, or null
   * @param metered whether it counts its fuel
   */
  record Loaded(
      WasmModule module,
      Function<Instance, Machine> machines,
      @Nullable LoadedCode own,
      boolean metered) {

    /** An instance, whose start function has not run if it has one that is exported. */
    Instance instantiate(ImportValues imports, @Nullable ExecutionListener listener) {
      var builder =
          Instance.builder(module)
              .withStart(false)
              .withMachineFactory(machines)
              .withMemoryFactory(ByteArrayMemory::new)
              .withTableFactory(Loaded::table)
              .withImportValues(imports);
      if (listener != null) {
        builder.withUnsafeExecutionListener(listener);
      }
      if (own != null) {
        GuestState state = own.state(memory(), ARRAYS);
        builder
            .withMemoryFactory(limits -> state)
            .withGlobalFactory(own.new Globals(state)::create);
      }
      return builder.build();
    }

    private MemoryLimits memory() {
      return module
          .memorySection()
          .filter(section -> section.memoryCount() > 0)
          .map(section -> section.getMemory(0).limits())
          .orElse(NO_MEMORY);
    }

    /** Runs the start function, which is exported in one way or another. */
    void start(Instance instance) {
      String name = metered ? MeteredModule.START : Anatomy.STARTED;
      if (Exports.find(instance, name) != null) {
        instance.export(name).apply();
      }
    }

    /** A table of its own; else it would share its size with those of other instances. */
    private static TableInstance table(Table table, int initial) {
      TableLimits limits = table.limits();
      return new TableInstance(
          new Table(table.elementType(), new TableLimits(limits.min(), limits.max())), initial);
    }
  }

  /** Validates a module, meters it as the executor does, and compiles if this one does. */
  Loaded metered(byte[] image) {
    Parser.parse(image);
    return metered(Parser.parse(Differential.METER.apply(image)));
  }

  /** Takes a module that has been metered already. */
  Loaded metered(WasmModule module) {
    return load(module, true);
  }

  /** Validates, and compiles if this one does. */
  Loaded bare(byte[] image) {
    return load(Parser.parse(image), false);
  }

  private Loaded load(WasmModule module, boolean metered) {
    if (this == INTERPRETER) {
      return new Loaded(module, InterpreterMachine::new, null, metered);
    }
    ImportSection imports = module.importSection();
    if (imports.count(ExternalType.FUNCTION) == imports.importCount()) {
      LoadedCode code = new LoadedCode(module, CompiledCode.of(module));
      return new Loaded(module, code::machine, code, metered);
    }
    return new Loaded(
        module,
        MachineFactoryCompiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .compile(),
        null,
        metered);
  }
}

package io.edgebeat.benchmarks.guest;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import io.edgebeat.exec.wasm.code.CompiledCode;
import io.edgebeat.exec.wasm.code.GuestState;
import io.edgebeat.exec.wasm.code.LoadedCode;
import io.edgebeat.exec.wasm.code.ZeroedArrays;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;

/** A module compiled as the executor compiles it, without the executor. */
public final class Guest {
  private static final ZeroedArrays ARRAYS = new ZeroedArrays(64 << 20);

  private final WasmModule module;
  private final LoadedCode code;
  private final MemoryLimits limits;

  Guest(byte[] image, boolean metered) {
    this(metered ? MeteredModule.of(image, CostTable.CURRENT).bytes() : image);
  }

  /**
   * Compiles a module without imports, metered.
   *
   * @param image the module
   * @param costs what its instructions cost
   */
  public Guest(byte[] image, CostTable costs) {
    this(MeteredModule.of(image, costs).bytes());
  }

  private Guest(byte[] binary) {
    this.module = Parser.parse(binary);
    this.code = new LoadedCode(module, CompiledCode.of(module));
    this.limits =
        module
            .memorySection()
            .map(section -> section.getMemory(0).limits())
            .orElseGet(() -> new MemoryLimits(0, 0));
  }

  /** A fresh instance of it, with fuel that never ends. */
  public final class Fresh {
    private final GuestState state = code.state(limits, ARRAYS);
    private final ExportFunction run;

    private Fresh(String export) {
      Instance instance =
          Instance.builder(module)
              .withStart(false)
              .withMachineFactory(code::machine)
              .withMemoryFactory(declared -> state)
              .withMemoryLimits(limits)
              .withGlobalFactory(code.new Globals(state)::create)
              .build();
      state.fuelLeft(Long.MAX_VALUE);
      run = instance.export(export);
    }

    int run(int n) {
      return (int) run.apply(n)[0];
    }

    /**
     * Calls its export, which takes a number.
     *
     * @param n the number
     * @return the fuel that the call has used
     */
    public long fuel(int n) {
      long before = state.fuelLeft();
      long[] unused = run.apply(n);
      return before - state.fuelLeft();
    }

    /** Its memory may go to another. */
    public void end() {
      state.release();
    }
  }

  Fresh instance() {
    return instance("run");
  }

  /**
   * A fresh instance.
   *
   * @param export the function that is called
   */
  public Fresh instance(String export) {
    return new Fresh(export);
  }
}

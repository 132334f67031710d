package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.lower.Lowering;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;

/**
 * The way of a module from its author to an engine: its structure and what it imports are checked,
 * what no engine here runs is lowered, the outline of what will run is read, and it is made to
 * count its fuel.
 */
final class ModuleGate {

  /** A module that may be given to an engine. */
  static final class Admitted {
    private final byte[] image;
    private final ModuleShape shape;
    private final boolean lowered;

    private Admitted(byte[] image, ModuleShape shape, boolean lowered) {
      this.image = image;
      this.shape = shape;
      this.lowered = lowered;
    }

    /** What to compile; not a copy. */
    byte[] image() {
      return image;
    }

    /** The outline of what to compile. */
    ModuleShape shape() {
      return shape;
    }

    /** Whether it is another module than its author's. */
    boolean lowered() {
      return lowered;
    }
  }

  private ModuleGate() {}

  /**
   * Makes of an admitted module the one that is run: it counts its fuel.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}
   */
  static MeteredModule meter(Admitted module, WasmEngine engine) {
    engine.validate(module.image());
    return MeteredModule.of(module.image(), CostTable.CURRENT);
  }

  /**
   * Checks and, where need be, lowers.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}
   */
  static Admitted admit(byte[] bytes, WasmLimits limits) {
    ModuleReader.Outline source = ModuleReader.readSource(bytes, limits);
    Imports.check(source.shape(), source.word());
    if (!source.mustLower()) {
      return new Admitted(bytes, source.shape(), false);
    }
    byte[] lowered = Lowering.lower(bytes);
    try {
      return new Admitted(lowered, ModuleReader.read(lowered, limits), true);
    } catch (EdgeBeatException e) {
      throw new EdgeBeatException(
          e.code(), e.advice(), e.getMessage() + " (after it was lowered)", e);
    }
  }
}

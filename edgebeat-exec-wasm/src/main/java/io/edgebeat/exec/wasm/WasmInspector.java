package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.FuelEstimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Looks into a module without running it: what it wants of its host, what it offers, how much it
 * may take, what its exports cost at least, and why an executor would refuse it.
 *
 * <p>Threads: all methods are static and keep no state; a module is compiled, which takes time and
 * memory.
 */
public final class WasmInspector {
  /** What a module may have to be outlined at all, refused or not. */
  private static final WasmLimits ANY =
      new WasmLimits(
          (2L << 30) - ModuleShape.PAGE_BYTES,
          Duration.ofHours(1),
          1,
          1,
          1,
          1L << 30,
          1L << 30,
          1_000_000,
          10_000_000,
          1,
          1,
          WasmLimits.DEFAULTS.locals(),
          WasmLimits.DEFAULTS.compileTime(),
          1,
          1,
          1);

  private WasmInspector() {}

  /**
   * A value: a function that the module wants from its host.
   *
   * @param name such as {@code wasi_snapshot_preview1.fd_write}
   * @param type what it takes and gives, such as {@code (i32, i32) -> (i32)}
   * @param provided whether the executor has it, with this type, for the addresses of the module
   * @param missing when it is not provided, why, and what the module's author can do
   */
  public record Import(String name, String type, boolean provided, Optional<String> missing) {}

  /**
   * A value: a function that the module offers.
   *
   * @param name the name
   * @param type what it takes and gives
   * @param baseFuel what a call that returns costs at least; empty when it never returns, or when
   *     the module is refused
   */
  public record Export(String name, String type, OptionalLong baseFuel) {
    /**
     * How many ticks a call that returns costs at least, where ticks are made of fuel.
     *
     * @param unitsPerTick how many units of fuel make a tick, at least 1
     * @return the ticks; empty where there is no base fuel
     */
    public OptionalLong leastTicks(long unitsPerTick) {
      TickUnit unit = new TickUnit(TickUnit.Kind.FUEL, unitsPerTick);
      // A task costs the tick that it begins with.
      return baseFuel.isPresent()
          ? OptionalLong.of(Math.max(1, unit.ticks(baseFuel.getAsLong())))
          : OptionalLong.empty();
    }
  }

  /**
   * A value: what was found.
   *
   * @param outlined whether the module could be read at all; if not, all that follows is empty
   * @param lowered whether 64-bit memories, tables or exceptions are rewritten before it is run
   * @param addressBits how long its addresses are, and the addresses and sizes that it shares with
   *     the functions it imports: 32 or 64
   * @param imports the imported functions, in their order
   * @param exports the exported functions, by name
   * @param memoryBytes the memory it begins with; empty without a memory
   * @param memoryMaxBytes the memory it may grow to by its own declaration; empty when it says none
   * @param tableEntries entries that its tables begin with
   * @param functions how many functions it has, imported ones counted
   * @param codeBytes bytes of instructions
   * @param costsVersion the version of the table of prices that base fuel is computed with
   * @param refusal why the executor would refuse it: error code and reason
   */
  public record Report(
      boolean outlined,
      boolean lowered,
      int addressBits,
      List<Import> imports,
      List<Export> exports,
      OptionalLong memoryBytes,
      OptionalLong memoryMaxBytes,
      long tableEntries,
      int functions,
      long codeBytes,
      int costsVersion,
      Optional<String> refusal) {

    /** Checks nothing; lists are copied. */
    public Report {
      imports = List.copyOf(imports);
      exports = List.copyOf(exports);
    }

    /**
     * The report for people.
     *
     * @return lines, each with an end
     */
    public String text() {
      return new InspectionText(this).text();
    }
  }

  /**
   * Inspects a module.
   *
   * @param module its bytes
   * @param limits the limits of the executor that is asked about
   * @return what was found; also for bytes that are no module
   */
  public static Report inspect(byte[] module, WasmLimits limits) {
    Optional<String> refusal = Optional.empty();
    Map<String, OptionalLong> fuel = Map.of();
    try {
      if (module.length > limits.imageBytes()) {
        throw ModuleReader.refused(module.length + " bytes; the limit is " + limits.imageBytes());
      }
      ModuleGate.Admitted admitted = ModuleGate.admit(module, limits);
      WasmEngine engine = new ChicoryEngine(limits);
      engine.compile(ModuleGate.meter(admitted, engine).bytes(), admitted.shape());
      fuel = FuelEstimate.ofExports(admitted.image(), CostTable.CURRENT);
    } catch (EdgeBeatException e) {
      refusal = Optional.of(e.code() + ": " + e.getMessage());
    }
    return report(module, fuel, refusal);
  }

  private static Report report(
      byte[] module, Map<String, OptionalLong> fuel, Optional<String> refusal) {
    ModuleReader.Outline outline;
    try {
      outline = ModuleReader.readSource(module, ANY);
    } catch (EdgeBeatException e) {
      return new Report(
          false,
          false,
          Word.BITS_32.bits(),
          List.of(),
          List.of(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          0,
          0,
          0,
          CostTable.CURRENT.version(),
          refusal);
    }
    ModuleShape shape = outline.shape();
    List<Import> imports = new ArrayList<>();
    for (ModuleShape.ImportedFunction wanted : shape.imports()) {
      Optional<String> missing =
          Imports.missing(wanted, outline.word()).map(why -> wanted.fullName() + why);
      imports.add(
          new Import(wanted.fullName(), wanted.shape().toString(), missing.isEmpty(), missing));
    }
    List<Export> exports = new ArrayList<>();
    new TreeMap<>(shape.functionExports())
        .forEach(
            (name, index) ->
                exports.add(
                    new Export(
                        name,
                        shape.functions().get(index).toString(),
                        fuel.getOrDefault(name, OptionalLong.empty()))));
    OptionalLong memory = OptionalLong.empty();
    OptionalLong maximum = OptionalLong.empty();
    if (shape.memory().isPresent()) {
      ModuleShape.Limits size = shape.memory().get();
      memory = OptionalLong.of(size.min() * ModuleShape.PAGE_BYTES);
      if (size.isBounded()) {
        maximum = OptionalLong.of(size.max() * ModuleShape.PAGE_BYTES);
      }
    }
    return new Report(
        true,
        outline.mustLower(),
        outline.word().bits(),
        imports,
        exports,
        memory,
        maximum,
        shape.tables().stream().mapToLong(ModuleShape.Limits::min).sum(),
        shape.functions().size(),
        shape.codeBytes(),
        CostTable.CURRENT.version(),
        refusal);
  }
}

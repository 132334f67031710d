package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Runs one module in all ways and compares: metered in the interpreter and compiled, some also in
 * GraalWasm, all that is left of it and the fuel; and without the meter, all that is left of it and
 * what its instructions cost by the published prices. The latter with a module that makes NaNs
 * canonical itself, which says independently what the meter promises of them.
 */
final class Differential {
  /** What the executor does. */
  static final UnaryOperator<byte[]> METER =
      module -> MeteredModule.of(module, CostTable.CURRENT).bytes();

  /** A guest may go on for so long when it has no fuel left. */
  private static final long MOST_OWED = 8L * MeteredModule.MOST_UNSETTLED;

  /** What the executor does for GraalWasm, which does not compile here and has a share of them. */
  static final Hosting HOSTING = Graal::hosted;

  private static final int SHARE = 16;

  /** Makes of a metered module one for GraalWasm; says how many functions it had. */
  interface Hosting {
    byte[] host(byte[] metered, int functions);
  }

  private final UnaryOperator<byte[]> meter;
  private final Optional<Hosting> hosting;

  /** With this meter, which may be wrong. */
  Differential(UnaryOperator<byte[]> meter) {
    this(meter, Optional.empty());
  }

  /** With GraalWasm as well, and what hosts modules there, which may be wrong. */
  Differential(UnaryOperator<byte[]> meter, Optional<Hosting> hosting) {
    this.meter = meter;
    this.hosting = hosting;
  }

  /** Whether the module of a seed is one of those that run in GraalWasm, too. */
  boolean isHosted(Generated generated) {
    return hosting.isPresent() && generated.seed() % SHARE == 0;
  }

  /**
   * What came of a module.
   *
   * @param kind how the guest ended
   * @param toll what it executed
   * @param difference what is different in one of the ways
   */
  record Result(Ending.Kind kind, Toll toll, Optional<String> difference) {}

  /** Compares all ways of running what was made of a seed. */
  Result compare(Generated generated) {
    byte[] image = meter.apply(generated.module());
    WasmModule metered = Parser.parse(image);
    Ending interpreted = Ending.of(Rig.INTERPRETER.metered(metered), generated, null);
    Ending compiled = Ending.of(Rig.COMPILER.metered(metered), generated, null);
    Anatomy anatomy = Anatomy.of(generated.module()).exportStart().canonical();
    Toll toll = new Toll(anatomy.imported(), generated.fuel() + MOST_OWED);
    Ending bare =
        Ending.of(Rig.INTERPRETER.bare(anatomy.toBytes()), generated, new Corrected(toll));
    Optional<String> difference =
        interpreted.equals(compiled)
            ? againstBare(interpreted, bare, toll, generated.fuel())
            : Optional.of(interpreted.against(compiled, "interpreted", "compiled"));
    if (difference.isEmpty() && isHosted(generated)) {
      int functions = anatomy.imported() + anatomy.bodies.size();
      Ending other = GraalEnding.of(metered, hosting.get().host(image, functions), generated);
      Ending shown = interpreted.withoutTables();
      difference =
          shown.equals(other)
              ? Optional.empty()
              : Optional.of(shown.against(other, "interpreted", "GraalWasm"));
    }
    return new Result(interpreted.kind(), toll, difference);
  }

  private static Optional<String> againstBare(Ending metered, Ending bare, Toll toll, long fuel) {
    return switch (metered.kind()) {
      case OUT_OF_FUEL -> {
        // What is charged ahead is held as well while growth is tried.
        boolean held = toll.inVain() > 0 && toll.inVain() + MeteredModule.MOST_UNSETTLED > fuel;
        yield bare.kind() == Ending.Kind.RETURNED && toll.cost() <= fuel && !held
            ? Optional.of("is out of " + fuel + " units of fuel but needs " + toll.cost())
            : Optional.empty();
      }
      case TOO_DEEP ->
          bare.kind() == Ending.Kind.CUT_OFF || bare.kind() == Ending.Kind.TOO_DEEP
              ? Optional.empty()
              : Optional.of("calls nest too deeply, but without the meter it is " + bare.kind());
      default -> {
        Ending guest = metered.withoutFuel();
        if (!bare.equals(guest)) {
          yield Optional.of(guest.against(bare, "metered", "bare"));
        }
        long used = fuel - metered.fuel();
        yield metered.kind() == Ending.Kind.RETURNED && used != toll.cost()
            ? Optional.of("used " + used + " units of fuel but costs " + toll.cost())
            : Optional.empty();
      }
    };
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import io.edgebeat.exec.wasm.meter.RandomModules;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/**
 * Where a guest is given more fuel changes nothing of what it does and uses, compiled and
 * interpreted, in modules made of seeds.
 */
class FuelInPiecesTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_261_122L);
  private static final int COUNT =
      Integer.getInteger("edgebeat.count", Boolean.getBoolean("edgebeat.nightly") ? 500 : 50);
  private static final long LIMIT = 40_000_000;

  private record End(String results, long fuel, String state) {}

  @Test
  void aRunInPiecesIsTheSameRun() throws Exception {
    FutureTask<String> search = new FutureTask<>(this::differences);
    new Thread(null, search, "deep", 256L << 20).start();
    assertThat(search.get()).isEmpty();
  }

  private String differences() {
    StringBuilder found = new StringBuilder();
    int pieces = 0;
    for (long seed = SEED; seed < SEED + COUNT; seed++) {
      byte[] module = RandomModules.module(seed);
      byte[] metered = MeteredModule.of(module, CostTable.CURRENT).bytes();
      ModuleShape shape = ModuleReader.read(module, WasmLimits.DEFAULTS);
      for (WasmMode mode : List.of(WasmMode.COMPILED, WasmMode.INTERPRETED)) {
        WasmEngine.Compiled compiled =
            new ChicoryEngine(WasmLimits.DEFAULTS, mode).compile(metered, shape);
        List<Integer> parameters = RandomModules.parameters(seed);
        for (int f = 0; f < parameters.size(); f++) {
          long[] arguments = new long[parameters.get(f)];
          Arrays.setAll(arguments, i -> i * 3L + 1);
          End whole = run(compiled, "f" + f, arguments, LIMIT, new int[1]);
          SplittableRandom random = new SplittableRandom(seed);
          for (long piece : new long[] {1, 1 + random.nextLong(5_000), 300_000}) {
            int[] given = new int[1];
            End inPieces = run(compiled, "f" + f, arguments, piece, given);
            pieces += given[0];
            if (!whole.equals(inPieces)) {
              found.append(
                  "seed %d f%d %s, pieces of %d: %s, %s%n"
                      .formatted(seed, f, mode, piece, whole, inPieces));
            }
          }
        }
      }
    }
    return pieces > 100 ? found.toString() : "only " + pieces + " pieces were given";
  }

  private static End run(
      WasmEngine.Compiled compiled, String function, long[] arguments, long piece, int[] count) {
    WasmEngine.Instance instance = compiled.instantiate(List.of(), Guest.MEMORY_PAGES, () -> {});
    long[] given = {piece};
    instance.fuelLeft(piece);
    instance.shortOfFuel(
        wanted -> {
          long used = given[0] - instance.fuelLeft() - wanted;
          if (used > LIMIT - wanted) {
            throw new GuestEnd.OutOfFuel();
          }
          if (wanted == 0) {
            count[0]++;
            given[0] = Math.ceilDiv(used, piece) * piece;
            instance.fuelLeft(given[0] - used);
          }
        });
    String results;
    long used;
    try {
      results = Arrays.toString(instance.call(function, arguments));
      used = given[0] - instance.fuelLeft();
    } catch (GuestEnd.OutOfFuel e) {
      return new End("out of fuel", LIMIT, "");
    } catch (GuestEnd e) {
      results = String.valueOf(e.getMessage());
      used = given[0] - instance.fuelLeft();
    }
    if (used > LIMIT) {
      return new End("out of fuel", LIMIT, "");
    }
    MachineState state = instance.state();
    String held =
        state.pages()
            + " "
            + Arrays.hashCode(state.memory())
            + state.globals()
            + state.tables().stream().map(table -> Arrays.toString(table.entries())).toList();
    instance.release();
    return new End(results, used, held);
  }
}

package io.edgebeat.benchmarks.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.benchmarks.wasm.Anatomy.Instruction;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The differential proof finds meters that are wrong, and nothing wrong in the one there is. */
class DifferentialTest {
  private static final List<Long> SEEDS = LongStream.range(1, 60).boxed().toList();

  @Test
  void findsNothingInTheMeter() throws Exception {
    assertThat(differences(Differential.METER)).isEmpty();
  }

  @Test
  void findsAPriceThatIsNotThePublishedOne() throws Exception {
    int multiply = Objects.requireNonNull(CostTable.CURRENT.prices().get("multiply"));
    CostTable dearer = CostTable.trial(Map.of("multiply", multiply + 1));
    assertThat(differences(module -> MeteredModule.of(module, dearer).bytes()))
        .isPresent()
        .hasValueSatisfying(what -> assertThat(what).contains("units of fuel but costs"));
  }

  @Test
  void findsAMeterThatLeavesNansAsTheyAre() throws Exception {
    assertThat(differences(DifferentialTest::withoutNans)).isPresent();
  }

  @Test
  void findsAMeterThatChangesWhatIsComputed() throws Exception {
    assertThat(differences(DifferentialTest::withSubtractions)).isPresent();
  }

  /** An engine that differs is found by the modules that it runs. */
  @Test
  void findsAnEngineThatComputesAnotherResult() throws Exception {
    assertThat(differences(DifferentialTest::hostedWithSubtractions))
        .isPresent()
        .hasValueSatisfying(what -> assertThat(what).contains("interpreted / GraalWasm"));
    assertThat(differences(Differential.HOSTING)).isEmpty();
  }

  /** For GraalWasm alone, a subtraction for every multiplication. */
  private static byte[] hostedWithSubtractions(byte[] metered, int functions) {
    Anatomy anatomy = Anatomy.of(metered);
    for (Anatomy.Body body : anatomy.bodies) {
      for (int i = 0; i < body.instructions.size(); i++) {
        String name = body.instructions.get(i).op().name();
        if (name.endsWith(".mul")) {
          body.instructions.set(i, Instruction.of(new Code().op(name.replace(".mul", ".sub"))));
        }
      }
    }
    return Graal.hosted(anatomy.toBytes(), functions);
  }

  @Test
  void shrinksWhatItFinds() {
    byte[] module = ModuleGenerator.of(3).module();
    byte[] small =
        Shrinker.shrink(
            module,
            smaller -> {
              try {
                Rig.INTERPRETER.bare(smaller);
              } catch (RuntimeException | AssertionError e) {
                return false; // the parser asserts some of what is wrong
              }
              return Anatomy.of(smaller).bodies.stream()
                  .flatMap(body -> body.instructions.stream())
                  .anyMatch(each -> each.op().equals(Op.named("loop")));
            },
            20);
    assertThat(small.length).isLessThan(module.length / 2);
  }

  /** The metered module, with a subtraction for every addition of the program. */
  private static byte[] withSubtractions(byte[] module) {
    Anatomy anatomy = Anatomy.of(module);
    for (Anatomy.Body body : anatomy.bodies) {
      for (int i = 0; i < body.instructions.size(); i++) {
        String name = body.instructions.get(i).op().name();
        if (name.endsWith(".add")) {
          body.instructions.set(i, Instruction.of(new Code().op(name.replace(".add", ".sub"))));
        }
      }
    }
    return Differential.METER.apply(anatomy.toBytes());
  }

  /** The metered module with nothing in the place of what makes a NaN the canonical one. */
  private static byte[] withoutNans(byte[] module) {
    Anatomy anatomy = Anatomy.of(Differential.METER.apply(module));
    byte[] single = new Code().op("f32.const").f32Bits(0x7fc0_0000).toBytes();
    byte[] large = new Code().op("f64.const").f64Bits(0x7ff8_0000_0000_0000L).toBytes();
    for (Anatomy.Body body : anatomy.bodies) {
      // set, block, get, get, ge, br_if, NaN, set, end, get
      for (int i = 1; i + 1 < body.instructions.size(); i++) {
        byte[] bytes = body.instructions.get(i).bytes();
        boolean nan =
            java.util.Arrays.equals(bytes, single) || java.util.Arrays.equals(bytes, large);
        if (nan
            && body.instructions.get(i - 1).op().equals(Op.named("br_if"))
            && body.instructions.get(i + 1).op().equals(Op.named("local.set"))) {
          body.instructions.subList(i, i + 2).clear();
        }
      }
    }
    return anatomy.toBytes();
  }

  private static Optional<String> differences(UnaryOperator<byte[]> meter) throws Exception {
    return differences(new Differential(meter));
  }

  private static Optional<String> differences(Differential.Hosting hosting) throws Exception {
    return differences(new Differential(Differential.METER, Optional.of(hosting)));
  }

  private static Optional<String> differences(Differential differential) throws Exception {
    AtomicReference<Optional<String>> found = new AtomicReference<>(Optional.empty());
    DifferentialProof.onLargeStacks(
        1,
        () ->
            found.set(
                SEEDS.stream()
                    .map(seed -> differential.compare(ModuleGenerator.of(seed)).difference())
                    .flatMap(Optional::stream)
                    .findFirst()));
    return found.get();
  }
}

package io.edgebeat.benchmarks.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.WasmLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the proofs about WebAssembly are made of. */
class ProgramsOfWasmTest {

  /** Exceptions become others before they are metered, tail calls become calls by the meter. */
  private static final Set<Integer> LOWERED =
      Set.of(0x06, 0x07, 0x08, 0x09, 0x0a, 0x12, 0x13, 0x18, 0x19, 0x1f);

  /** Or a proof would not look at what guests may use. */
  @Test
  void theInstructionsAreThoseThatTheExecutorRuns() {
    Set<Integer> known = Op.all().stream().map(Op::code).collect(Collectors.toSet());
    try (Host host = new Host(WasmLimits.DEFAULTS)) {
      IntStream.concat(
              IntStream.range(0, 256).filter(code -> code < 0xfb), IntStream.range(0xfc00, 0xfc20))
          .filter(code -> !known.contains(code) && !LOWERED.contains(code))
          .forEach(
              code -> {
                Code body = new Code();
                if (code > 0xff) {
                  body.raw(0xfc).unsigned(code & 0xff);
                } else {
                  body.raw(code);
                }
                ModuleWriter writer = new ModuleWriter();
                writer.memory(1, 1);
                writer.function(":", "", body.raw(0).raw(0).raw(0x0b).raw(0x0b));
                assertThatThrownBy(() -> host.prepare(Host.command(host.put(writer.toBytes()))))
                    .as("instruction 0x%x", code)
                    .isInstanceOf(EdgeBeatException.class)
                    .hasMessageMatching(
                        "(?s).*(unknown instruction|vectors|atomics|typed"
                            + " references|exceptions|tail calls|garbage-collected).*");
              });
    }
  }

  @Test
  void aModuleIsTheSameAgain() {
    for (long seed = 1; seed < 50; seed++) {
      byte[] module = ModuleGenerator.of(seed).module();
      assertThat(ModuleGenerator.of(seed).module()).isEqualTo(module);
      assertThat(Anatomy.of(module).toBytes()).isEqualTo(module);
    }
  }

  @Test
  void spoiltModulesDiffer() {
    List<byte[]> corpus = List.of(ModuleGenerator.of(1).module(), ModuleGenerator.of(2).module());
    Mutator mutator = new Mutator(corpus);
    long changed =
        IntStream.range(0, 200)
            .mapToObj(mutator::mutate)
            .filter(module -> corpus.stream().noneMatch(each -> Arrays.equals(each, module)))
            .count();
    assertThat(changed).isGreaterThan(150);
    assertThat(mutator.mutate(7)).isEqualTo(new Mutator(corpus).mutate(7));
  }

  @Test
  void hostileProgramsHaveNamesOfTheirOwn() {
    List<Hostile> all = Hostile.all();
    assertThat(all).hasSizeGreaterThan(40);
    assertThat(all).extracting(Hostile::name).doesNotHaveDuplicates();
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.WasiProgramsTest.Case;
import io.edgebeat.exec.wasm.WasiRun.Mode;
import io.edgebeat.exec.wasm.WasiRun.Result;
import io.edgebeat.exec.wasm.wasi.Work;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The C programs of {@link WasiProgramsTest}, built for a memory with 64-bit addresses: each case
 * ends as it does with 32-bit addresses and gives the same output, in compiler, interpreter and
 * executor, with either engine, with equal fuel in all of them.
 */
@ResourceLock(Bench.CHILDREN)
class WideProgramsTest {
  private static final String WORD = "wasi64_word.wasm";
  private static final String WORD_32 = "wasi32_word.wasm";

  private static Bench bench;
  private static Bench graal;

  @BeforeAll
  static void open() {
    bench = new Bench();
    graal = Bench.of(WasmMode.GRAAL, WasmLimits.DEFAULTS);
  }

  @AfterAll
  static void close() {
    bench.close();
    graal.close();
  }

  /** The same case with 64-bit addresses. */
  private static Case wide(Case one) {
    String program = one.program().replace("wasi_", "wasi64_").replace("wasi32_", "wasi64_");
    return new Case(program, one.function(), one.what(), one.bare(), one.exitCode());
  }

  @TestFactory
  List<DynamicTest> everyCaseEndsAsItDoesWith32Bits() throws Exception {
    List<String> programs = new ArrayList<>(WasiProgramsTest.PROGRAMS);
    programs.add(WORD_32);
    return WasiProgramsTest.cases(programs).stream()
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> endsTheSame(one)))
        .toList();
  }

  private static void endsTheSame(Case narrow) throws Exception {
    Case wide = wide(narrow);
    Result expected = WasiProgramsTest.run(narrow, Mode.COMPILED);
    Result compiled = WasiProgramsTest.run(wide, Mode.COMPILED);
    assertThat(compiled.exitCode()).as(compiled.log()).isEqualTo(narrow.exitCode());
    assertThat(expected.exitCode()).as(expected.log()).isEqualTo(narrow.exitCode());
    assertThat(compiled.output()).isEqualTo(expected.output());
    assertThat(compiled.log()).isEqualTo(expected.log());
    assertThat(compiled.fileBytes()).isEqualTo(expected.fileBytes());
    assertThat(compiled.calls()).as("really called").containsKey(narrow.function());
    assertThat(WasiProgramsTest.run(wide, Mode.INTERPRETED)).isEqualTo(compiled);
    long fuel = WasiProgramsTest.executed(bench, wide, compiled);
    assertThat(WasiProgramsTest.executed(graal, wide, compiled)).isEqualTo(fuel);
  }

  /** Built with one C library, a program differs in nothing but the length of its words. */
  @Test
  void theHostHasTheSameWorkButForTheLengthOfWords() throws Exception {
    for (Case narrow : WasiProgramsTest.cases(List.of(WORD_32))) {
      Result less = WasiProgramsTest.run(narrow, Mode.COMPILED);
      Result more = WasiProgramsTest.run(wide(narrow), Mode.COMPILED);
      assertThat(more.calls()).as(narrow.toString()).isEqualTo(less.calls());
      for (Work work : Work.values()) {
        if (work != Work.BYTE) {
          assertThat(more.work().get(work))
              .as("%s: %s", narrow, work)
              .isEqualTo(less.work().get(work));
        }
      }
      assertThat(more.work().get(Work.BYTE)).isGreaterThan(less.work().get(Work.BYTE));
    }
  }

  /** What {@code docs/fuel.md} says: the bytes of words are copied like any other. */
  @ParameterizedTest
  @EnumSource(Word.class)
  void wordsCostTheirBytes(Word word) {
    WasiPlayer player = new WasiPlayer(1, word);
    player.view.putLong(2_000, 500).putLong(2_000 + word.bytes(), 1);
    FunctionShape shape = HostFunctions.find(HostFunctions.WASI, "fd_write").shape(word);
    var write = new ModuleShape.ImportedFunction(HostFunctions.WASI, "fd_write", shape);
    assertThat(player.host.call(write).call(player, new long[] {1, 2_000, 1, 3_000})).isZero();
    assertThat(player.control.work)
        .containsEntry(Work.CALL, 1L)
        .containsEntry(Work.BYTE, 3L * word.bytes() + 1);
  }

  @Test
  void everyProgramHasTheCasesOfItsTwin() throws Exception {
    for (String program : List.of("process", "fd", "path")) {
      assertThat(told("wasi64_" + program + ".wasm")).isEqualTo(told("wasi_" + program + ".wasm"));
    }
    assertThat(told(WORD)).isEqualTo(told(WORD_32)).hasSizeGreaterThan(15);
  }

  private static List<String> told(String program) throws Exception {
    return WasiProgramsTest.cases(List.of(program)).stream().map(Case::argument).sorted().toList();
  }

  @Test
  void childrenGiveTheSame() throws Exception {
    try (Bench children = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS)) {
      List<Case> some = WasiProgramsTest.cases(List.of(WORD));
      for (Case one : some.subList(0, 6)) {
        Result alone = WasiProgramsTest.run(one, Mode.COMPILED);
        assertThat(WasiProgramsTest.executed(children, one, alone))
            .as(one.toString())
            .isEqualTo(WasiProgramsTest.executed(bench, one, alone));
      }
    }
    Bench.noChildIsLeft();
  }
}

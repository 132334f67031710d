package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.WasiRun.Mode;
import io.edgebeat.exec.wasm.WasiRun.Result;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import io.edgebeat.exec.wasm.wasi.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every function of WASI preview 1 as C programs meet it, which are in {@code src/test/c}: each of
 * their cases is an execution, with the same output and the same work of the host in compiler,
 * interpreter and executor, with either engine.
 */
class WasiProgramsTest {
  static final List<String> PROGRAMS =
      List.of("wasi_process.wasm", "wasi_fd.wasm", "wasi_path.wasm");

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

  record Case(String program, String function, String what, boolean bare, int exitCode) {
    /** What the program is told to run. */
    String argument() {
      return function + " " + what;
    }

    @Override
    public String toString() {
      return function + ": " + what;
    }
  }

  static List<Case> cases() throws Exception {
    return cases(PROGRAMS);
  }

  static List<Case> cases(List<String> programs) throws Exception {
    List<Case> all = new ArrayList<>();
    for (String program : programs) {
      Result listed = WasiRun.run(program, Mode.COMPILED, false, FileCeiling.NONE, "list");
      for (String line : listed.output().lines().toList()) {
        String[] words = line.split("\t", -1);
        all.add(
            new Case(
                program, words[0], words[1], words[2].equals("1"), Integer.parseInt(words[3])));
      }
    }
    return all;
  }

  @TestFactory
  List<DynamicTest> everyCasePasses() throws Exception {
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> passes(one)))
        .toList();
  }

  private static void passes(Case one) throws Exception {
    Result compiled = run(one, Mode.COMPILED);
    assertThat(compiled.exitCode()).as(compiled.log()).isEqualTo(one.exitCode());
    assertThat(compiled.calls()).as("really called").containsKey(one.function());
    assertThat(compiled.fileBytes()).isLessThanOrEqualTo(WasiRun.MEMORY_BYTES / 4);
    assertThat(run(one, Mode.INTERPRETED)).isEqualTo(compiled);
    assertThat(compiled.work().get(Work.CALL))
        .isEqualTo(compiled.calls().values().stream().mapToLong(count -> count).sum());
    long fuel = executed(bench, one, compiled);
    assertThat(executed(graal, one, compiled)).isEqualTo(fuel);
  }

  /** Gives the fuel. */
  static long executed(Bench bench, Case one, Result compiled) throws Exception {
    try (Execution execution =
        bench
            .module(SameResult.resource(one.program()))
            .arguments(one.argument())
            .input(WasiRun.INPUT)
            .profile(WasiRun.profile(one.bare()))
            .limits(Bench.LIMITS.withMemoryBytes(WasiRun.MEMORY_BYTES))
            .start()) {
      TaskOutcome outcome = execution.await();
      assertThat(outcome.output()).as("%s", outcome).isPresent();
      assertThat(bench.text(outcome.output().orElseThrow())).isEqualTo(compiled.output());
      int code = outcome instanceof TaskOutcome.Exited exited ? exited.code() : 0;
      assertThat(code).isEqualTo(one.exitCode());
      return execution.usage().fuel();
    }
  }

  static Result run(Case one, Mode mode) throws Exception {
    return WasiRun.run(one.program(), mode, one.bare(), FileCeiling.NONE, one.argument());
  }

  @Test
  void everyFunctionHasTwoCases() throws Exception {
    Map<String, Integer> count = new TreeMap<>();
    for (Case one : cases()) {
      count.merge(one.function(), 1, Integer::sum);
    }
    List<String> wasi = new ArrayList<>();
    for (String name : HostFunctions.names()) {
      if (name.startsWith(HostFunctions.WASI + ".")) {
        wasi.add(name.substring(HostFunctions.WASI.length() + 1));
      }
    }
    assertThat(wasi).hasSize(46);
    assertThat(count.keySet()).containsExactlyInAnyOrderElementsOf(wasi);
    assertThat(count.values()).allMatch(cases -> cases >= 2, "two cases at least: " + count);
  }

  @Test
  void anUnknownCaseFails() throws Exception {
    assertThat(
            WasiRun.run(PROGRAMS.get(0), Mode.COMPILED, false, FileCeiling.NONE, "fd_read nothing")
                .exitCode())
        .isEqualTo(2);
  }
}

package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.task.TaskOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs as a C compiler makes them; sources and build script are in {@code src/test/c}. */
class CompiledProgramsTest {

  @Test
  void aCommandSeesOnlyWhatItWasGiven() throws Exception {
    try (Bench bench = new Bench()) {
      Bench.Start start =
          bench.module(SameResult.resource("report.wasm")).input("4 1 x 1.5 2").arguments("a b");
      Execution execution = start.start();
      TaskOutcome outcome = execution.await();
      assertThat(outcome)
          .isInstanceOfSatisfying(
              TaskOutcome.Exited.class, exited -> assertThat(exited.code()).isEqualTo(1));
      assertThat(bench.text(outcome.output().orElseThrow()))
          .isEqualTo(
              """
              argument 0 workload
              argument 1 a b
              clock: Not supported
              random: Not supported
              file: No such file or directory
              count 4
              median 2
              mean 2.125000
              deviation 1.138804197e+00
              """);
      assertThat(execution.channel().awaitLog(Duration.ofSeconds(10)))
          .hasValueSatisfying(
              log -> assertThat(new String(log.toBytes(), UTF_8)).isEqualTo("not a number: x\n"));

      String granted =
          bench.module(SameResult.resource("report.wasm")).profile(SameResult.profile()).output();
      assertThat(granted)
          .contains("environment A=1\nenvironment HOME=/\nenvironment LANG=de_DE\n")
          .contains("clock 1772600767.000000008\nsleep 0\nrandom ");
    }
  }

  @Test
  void aReactorIsCalledByName() throws Exception {
    try (Bench bench = new Bench()) {
      byte[] module = SameResult.resource("pixels.wasm");
      assertThat(bench.module(module).call("xorshift", "1").output()).isEqualTo("723471715\n");
      assertThat(bench.module(module).call("xorshift", "1").output()).isEqualTo("723471715\n");
      assertThat(bench.module(module).call("mandelbrot", "2", "0", "50").output())
          .isEqualTo("1.004\n");
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void otherMachinesGiveTheSameResults() throws Exception {
    List<String> expected = SameResult.results(Instant.EPOCH);
    assertThat(expected).hasSize(8);
    assertThat(
            results(
                "2038-01-19T03:14:08Z",
                "-Duser.timezone=Pacific/Kiritimati",
                "-Duser.language=ar",
                "-Duser.country=SA",
                "-Dfile.encoding=UTF-16",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2",
                "-XX:+UseSerialGC"))
        .isEqualTo(expected);
    assertThat(
            results(
                "1999-12-31T23:59:59Z",
                "-Duser.timezone=America/Los_Angeles",
                "-Duser.language=tr",
                "-Duser.country=TR",
                "-Dfile.encoding=ISO-8859-1",
                "-Xint"))
        .isEqualTo(expected);
  }

  private static List<String> results(String date, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-Dstdout.encoding=UTF-8");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SameResult.class.getName());
    command.add(date);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}

package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.storage.ContentId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frozen here and resumed in another JVM, of other habits, in both modes: all is the same. */
@Timeout(300)
class FrozenElsewhereTest {
  private static final int PROCESSES = 12;

  @TempDir Path directory;

  @Test
  void anotherJvmGoesOnAsThisOneWould() throws Exception {
    MemoryContent content = new MemoryContent();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Duser.timezone=Pacific/Kiritimati",
            "-Duser.language=ar",
            "-Dfile.encoding=UTF-16",
            "-Dstdout.encoding=UTF-8",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FrozenElsewhere.class.getName(),
            directory.toString()));
    List<String> expected = new ArrayList<>();
    try (WasmProcesses processes = FrozenTwins.processes(WasmMode.COMPILED, content)) {
      for (long seed = 1; seed <= PROCESSES; seed++) {
        byte[] module = FrozenTwins.of(seed).module();
        ContentId id = content.put(module);
        try (WasmProcess process = processes.open(id, FrozenTwins.LIMITS, FrozenTwins.profile())) {
          FrozenTwins.step(process, FrozenTwins.of(seed).calls().get(0));
          if (process.isOver()) {
            continue;
          }
          ContentId frozen = process.freeze();
          Files.write(directory.resolve(id.toString()), module);
          Files.write(directory.resolve(frozen.toString()), content.get(frozen));
          command.addAll(List.of(String.valueOf(seed), "1", frozen.toString()));
          List<String> rest = FrozenElsewhere.rest(process, seed, 1);
          for (int i = 0; i < FrozenElsewhere.MODES.size(); i++) {
            expected.addAll(rest);
          }
        }
      }
    }
    assertThat(expected).hasSizeGreaterThan(2 * PROCESSES);
    Process other =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(other.waitFor()).as(output).isZero();
    assertThat(output.lines().toList()).isEqualTo(expected);
  }
}

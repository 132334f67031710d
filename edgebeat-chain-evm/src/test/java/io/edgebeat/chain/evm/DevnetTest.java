package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain of one's own that does not come, and one that nobody closes. */
@Timeout(120)
class DevnetTest {
  @TempDir Path directory;

  private static EdgeBeatException refused(String given, String path) {
    EdgeBeatException failure =
        catchThrowableOfType(EdgeBeatException.class, () -> Devnet.program(given, path));
    assertThat(failure.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
    return failure;
  }

  @Test
  void aVariableThatNamesNoProgramIsSaidWithItsValue() throws Exception {
    Path file = Files.writeString(directory.resolve("anvil"), "#!/bin/sh\n");
    for (Path wrong : new Path[] {file, directory, directory.resolve("absent")}) {
      assertThat(refused(wrong.toString(), directory.toString()))
          .hasMessageContaining("EDGEBEAT_ANVIL")
          .hasMessageContaining(wrong.toString())
          .hasMessageNotContaining("not installed");
    }
    assertThat(refused(null, directory.toString())).hasMessageContaining("not installed");
    assertThat(refused(" ", null)).hasMessageContaining("not installed");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    assertThat(Devnet.program(file.toString(), null)).isEqualTo(file);
    assertThat(Devnet.program("", "/absent:" + directory)).isEqualTo(file);
  }

  @Test
  void whatAnvilSaysWhenItEndsIsSaid() {
    var unused = Anvil.here();
    EdgeBeatException failure =
        catchThrowableOfType(EdgeBeatException.class, () -> Devnet.start("--no-such-option"));
    assertThat(failure.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
    assertThat(failure)
        .hasMessageContaining("it has ended with 2: error:")
        .hasMessageContaining("--no-such-option");
  }

  /** What runs in a JVM of its own. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] args) {
      var unused = Devnet.start();
      ProcessHandle.current().children().forEach(anvil -> System.out.println(anvil.pid()));
    }
  }

  @Test
  void oneThatNobodyClosesEndsWithItsJvm() throws Exception {
    var unused = Anvil.here();
    Path errors = directory.resolve("errors");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Forgetful.class.getName())
            .redirectError(errors.toFile())
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jvm.waitFor()).as(() -> read(errors)).isZero();
    var anvil = ProcessHandle.of(Long.parseLong(printed.strip()));
    if (anvil.isPresent()) {
      // It was told to end before the JVM ended.
      anvil.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}

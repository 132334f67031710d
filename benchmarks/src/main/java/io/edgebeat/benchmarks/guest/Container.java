package io.edgebeat.benchmarks.guest;

import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A container with one small static program, made of nothing that has to be fetched. */
final class Container implements AutoCloseable {
  private static final String PROGRAM =
      """
      #include <stdio.h>
      #include <stdlib.h>
      int main(int argc, char **argv) {
        printf("%d\\n", argc > 1 ? atoi(argv[1]) + 1 : 0);
        return 0;
      }
      """;
  private static final long PATIENCE_SECONDS = 20;

  private final String image;

  private Container(String image) {
    this.image = image;
  }

  /** Builds the image; empty when no engine answers, or no compiler is there. */
  static Optional<Container> build(ProgramContext context)
      throws IOException, InterruptedException {
    Path directory = Rounds.directory(context, "container");
    try {
      if (!runs(List.of("docker", "version"))) {
        return Optional.empty();
      }
      Path source = Files.writeString(directory.resolve("add.c"), PROGRAM);
      Path root = Files.createDirectory(directory.resolve("root"));
      Path tar = directory.resolve("root.tar");
      String name = "edgebeat-bench-" + ProcessHandle.current().pid();
      boolean made =
          runs(List.of("gcc", "-O2", "-static", "-o", root.resolve("add").toString(), source + ""))
              && runs(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "add"))
              && runs(List.of("docker", "import", tar.toString(), name));
      return made ? Optional.of(new Container(name)) : Optional.empty();
    } finally {
      Rounds.remove(directory);
    }
  }

  private static boolean runs(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  /** Runs it once; how many nanoseconds that took. */
  long run() throws IOException, InterruptedException {
    long before = System.nanoTime();
    Process process =
        new ProcessBuilder("docker", "run", "--rm", "--network", "none", image, "/add", "41")
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int ended = process.waitFor();
    long nanos = System.nanoTime() - before;
    if (ended != 0 || !said.equals("42\n")) {
      throw new IllegalStateException("docker run ended with " + ended + " and said " + said);
    }
    return nanos;
  }

  @Override
  public void close() throws IOException {
    // Not waited for: it is no part of what is measured.
    new ProcessBuilder("docker", "rmi", image)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}

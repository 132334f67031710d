package io.edgebeat.benchmarks.guest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another program that runs kernels: one line in, one line out, its own processor time in it. */
final class Outside implements AutoCloseable {
  /** A result and the nanoseconds of processor time it took. */
  record Turn(int result, long nanos) {}

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private Outside(Process process) {
    this.process = process;
    this.requests = process.outputWriter();
    this.answers = process.inputReader();
  }

  /** Starts a program, or says that it is not there. */
  static Optional<Outside> start(String... command) {
    try {
      return Optional.of(
          new Outside(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Compiles the C source of a kernel, or says that there is no compiler. */
  static Optional<Outside> compiled(Kernel kernel, Path directory) throws InterruptedException {
    Path program = directory.resolve(kernel.file());
    Path source = directory.resolve(kernel.file() + ".c");
    List<String> command =
        new ArrayList<>(List.of("gcc", "-O2", "-o", program.toString(), source.toString(), "-lm"));
    try {
      int ended = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (ended != 0) {
        throw new IllegalStateException("gcc ended with " + ended + " on " + source);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return start(program.toString());
  }

  Turn turn(String request) throws IOException {
    requests.write(request);
    requests.newLine();
    requests.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("no answer to \"" + request + "\" from " + process.info().command());
    }
    int space = answer.indexOf(' ');
    return new Turn(
        Integer.parseInt(answer.substring(0, space)), Long.parseLong(answer.substring(space + 1)));
  }

  @Override
  public void close() throws IOException {
    requests.close();
    process.destroy();
  }
}

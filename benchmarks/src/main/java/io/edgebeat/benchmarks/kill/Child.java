package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The JVM of a node, as its parent knows it; it may be one that no node runs in yet. */
final class Child implements AutoCloseable {
  private static final int START_SECONDS = 60;

  final CompletableFuture<Line> line = new CompletableFuture<>();
  private final Process process;
  volatile @Nullable Party party;
  volatile @Nullable Ledger ledger;

  private Child(Process process) {
    this.process = process;
  }

  /**
   * Starts a JVM.
   *
   * @param port where its parent listens
   * @param number what it is to say there
   * @param directory for its messages
   * @param classes what it loads
   */
  static Child start(int port, int number, Path directory, ClassArchive classes)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx192m",
            classes.option(),
            "-Xlog:disable",
            "-cp",
            classes.classPath(),
            KillNode.class.getName(),
            Integer.toString(port),
            Integer.toString(number));
    return new Child(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("jvm-" + number + ".log").toFile())
            .start());
  }

  private Line open() {
    try {
      return line.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(ErrorCode.INTERRUPTED, "interrupted while a JVM starts");
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a JVM did not start, exit code " + exit(), e);
    }
  }

  private String exit() {
    return process.isAlive() ? "none" : Integer.toString(process.exitValue());
  }

  /** Asks and waits; {@code LEDGER_UNAVAILABLE} when it dies meanwhile. */
  <A extends Word.Answer> A ask(Class<A> kind, Word.Question question, Duration atMost) {
    return open().ask(kind, question, atMost);
  }

  void say(Word word) {
    if (line.isDone()) {
      line.join().say(word);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it from outside, with SIGKILL, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Lets it end by itself, and waits until it is gone. */
  void leave() {
    open().close();
    awaitEnd();
  }

  /** Waits until it is gone. */
  void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        var unused = process.waitFor();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}

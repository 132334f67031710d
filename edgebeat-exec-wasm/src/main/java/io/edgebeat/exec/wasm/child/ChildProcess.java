package io.edgebeat.exec.wasm.child;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/**
 * A child as its node sees it: a process that says frames on its output and is told frames on its
 * input. When this JVM ends, however it does, the child's input ends.
 *
 * <p>Threads: {@link #send} and {@link #kill} from any, {@link #receive} from one at a time.
 */
public final class ChildProcess {
  private static final int SIGNAL = 128;
  private static final int MOST_COMPLAINT = 2_000;

  private final Process process;
  private final DataInputStream in;
  private final OutputStream out;
  private final ReentrantLock sending = new ReentrantLock();

  private ChildProcess(Process process) {
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 64 << 10));
    this.out = process.getOutputStream();
  }

  /**
   * Starts a child.
   *
   * @param more options of the JVM beside its usual ones
   * @param directory where it works
   * @throws IOException when the operating system starts none
   */
  public static ChildProcess start(ChildCommand command, List<String> more, Path directory)
      throws IOException {
    return new ChildProcess(command.builder(more, directory).start());
  }

  /** The number that the operating system gave it. */
  public long pid() {
    return process.pid();
  }

  /** Says something; waits while the child does not listen. */
  public void send(FrameKind kind, FieldsWriter body) throws IOException {
    sending.lock();
    try {
      Frame.write(out, kind, body);
    } finally {
      sending.unlock();
    }
  }

  /**
   * Waits for what the child says next.
   *
   * @param most how long the body of a frame of each kind may be
   * @throws ProtocolException when it says what it may not say
   */
  public Frame receive(ToIntFunction<FrameKind> most) throws IOException {
    return Frame.read(in, true, most);
  }

  /** Ends it at once, whatever it does; idempotent, waits for nothing. */
  public void kill() {
    // Process.destroyForcibly() would also close the streams, which waits for who uses them.
    process.toHandle().destroyForcibly();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * How it ended; one that has stopped speaking and lives on is ended first.
   *
   * @return its exit code; more than 128 for a signal; -1 when it does not end
   */
  public int exitCode() {
    boolean interrupted = false;
    int code = -1;
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        kill();
      }
      code = process.waitFor(5, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      kill();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return code;
  }

  /** That exit code in words. */
  public static String words(int exitCode) {
    return exitCode == -1
        ? "does not end"
        : exitCode == ChildCommand.OUT_OF_HEAP
            ? "ran out of its heap"
            : exitCode > SIGNAL
                ? "was ended by signal " + (exitCode - SIGNAL)
                : "ended with code " + exitCode;
  }

  /** What the JVM itself has written to its error stream, for the operator. */
  public String complaint() {
    try {
      InputStream errors = process.getErrorStream();
      byte[] bytes = errors.readNBytes(Math.min(MOST_COMPLAINT, errors.available()));
      return new String(bytes, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}]+", " ").strip();
    } catch (IOException e) {
      return "";
    }
  }
}

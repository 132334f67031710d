package io.edgebeat.api.exec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Support for executors: the part of an execution that is the same in each. It has one end, which
 * is said once by {@link #end}; who waits for it and who listens to what it says is told.
 *
 * <p>Threads: calls may overlap.
 */
public abstract class AbstractExecution implements Execution {
  private final ExecutionRequest request;
  private final ExecutionLog log;
  private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
  private boolean begun; // by this

  /**
   * An execution that has not begun.
   *
   * @param request what it was asked for
   * @param also what its buyer can have beside its error stream: {@code OUTPUT} where {@link
   *     #write} is told, messages where the program can use the session of its buyer
   */
  protected AbstractExecution(ExecutionRequest request, TaskStream... also) {
    this.request = request;
    this.log = new ExecutionLog(also);
  }

  /**
   * Begins to run; called once, when no other execution of its id runs.
   *
   * @throws IOException when it cannot; it must hold nothing then
   */
  protected abstract void begin() throws IOException;

  /**
   * What it was asked for.
   *
   * @return the request
   */
  protected final ExecutionRequest request() {
    return request;
  }

  /**
   * Everything it is fed.
   *
   * @return the input, without a byte when there is none
   * @throws EdgeBeatException {@code CONTENT_TOO_LARGE} beyond the limit of the request, and what
   *     the content store throws
   */
  protected final byte[] input() {
    if (request.input().isEmpty()) {
      return new byte[0];
    }
    try (ContentReader reader = request.content().open(request.input().get())) {
      return reader.readAll(request.limits().inputBytes());
    }
  }

  /**
   * The workload says something.
   *
   * @param bytes what, not kept
   */
  protected final void say(byte[] bytes) {
    log.write(bytes);
  }

  /**
   * The workload writes to its output.
   *
   * @param bytes what, not kept
   */
  protected final void write(byte[] bytes) {
    log.writeOutput(bytes);
  }

  /**
   * Ends it, unless it has ended.
   *
   * @param how its end
   * @return whether that is its end: the first one counts
   */
  protected final boolean end(TaskOutcome how) {
    boolean first = outcome.complete(how);
    log.end();
    return first;
  }

  /**
   * Whether it has ended.
   *
   * @return true when {@link #await} would not wait
   */
  protected final boolean ended() {
    return outcome.isDone();
  }

  /** Begins, and tells when it has ended; nobody else reaches it meanwhile. */
  final synchronized void begin(Runnable whenEnded) throws IOException {
    begin();
    begun = true;
    var unused = outcome.thenRun(whenEnded);
  }

  /** Whether it has begun; waits while it is just beginning. */
  final synchronized boolean begun() {
    return begun;
  }

  @Override
  public final ExecutionId id() {
    return request.id();
  }

  @Override
  public final TaskOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an execution ends with an outcome", e);
    }
  }

  @Override
  public final WorkloadChannel channel() {
    return log;
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  @Override
  public String toString() {
    return "execution " + id();
  }
}

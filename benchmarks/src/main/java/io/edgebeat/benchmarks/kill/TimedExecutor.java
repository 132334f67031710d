package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.benchmarks.StandInExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs that do nothing but take their time and ask for units: {@code KIND MILLIS UNITS}.
 * They are held, stopped and ended by their lease as any; they end with the process.
 */
final class TimedExecutor implements StandInExecutor {
  private static final int STEP_MILLIS = 10;

  private final ContentId result;
  private final Map<ExecutionId, Run> runs = new ConcurrentHashMap<>();

  TimedExecutor(ContentId result) {
    this.result = result;
  }

  @Override
  public Execution start(ExecutionRequest request) {
    if (request.workload().arguments().getFirst().equals("unwilling")) {
      throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "it does not start");
    }
    Run run = new Run(request);
    runs.put(request.id(), run);
    Thread.ofVirtual().start(run);
    return run;
  }

  @Override
  public List<ExecutionId> running() {
    return runs.values().stream().filter(run -> !run.outcome.isDone()).map(Run::id).toList();
  }

  @Override
  public Optional<Execution> attach(ExecutionId id) {
    return Optional.ofNullable(runs.get(id));
  }

  @Override
  public void close() {
    runs.values().forEach(Run::close);
  }

  private final class Run implements Execution, Runnable {
    private final ExecutionRequest request;
    private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    private volatile boolean held;
    private volatile Instant lease;
    private long ranMillis;
    private volatile @Nullable Thread thread;

    Run(ExecutionRequest request) {
      this.request = request;
      this.lease = request.leaseUntil();
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      List<String> arguments = request.workload().arguments();
      long millis = Long.parseLong(arguments.get(1));
      int units = Integer.parseInt(arguments.get(2));
      long asked = 0;
      try {
        while (ranMillis < millis && !outcome.isDone()) {
          if (Instant.now().isAfter(lease)) {
            outcome.complete(new TaskOutcome.Stopped("the lease was not extended"));
          }
          Thread.sleep(STEP_MILLIS);
          if (!held) {
            ranMillis += STEP_MILLIS;
            if (asked < units && ranMillis >= (asked + 1) * millis / (units + 1)) {
              asked++;
              request.meter().use("unit", 1);
            }
          }
        }
        outcome.complete(
            arguments.getFirst().equals("trap")
                ? new TaskOutcome.Trapped("it trapped")
                : new TaskOutcome.Completed(
                    arguments.getFirst().equals("lost")
                        ? ContentId.ofRaw(new byte[] {1})
                        : result));
      } catch (InterruptedException e) {
        outcome.complete(new TaskOutcome.Stopped("it was told to stop"));
      }
    }

    @Override
    public ExecutionId id() {
      return request.id();
    }

    @Override
    public Usage usage() {
      return Usage.NONE;
    }

    @Override
    public void leaseUntil(Instant until) {
      lease = until;
    }

    @Override
    public void pause() {
      held = true;
    }

    @Override
    public void resume() {
      held = false;
    }

    @Override
    public void stop(Duration grace) {
      close();
    }

    @Override
    public TaskOutcome await() throws InterruptedException {
      try {
        return outcome.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a program of these proofs ends with an outcome", e);
      }
    }

    @Override
    public WorkloadChannel channel() {
      return timeout -> Optional.empty();
    }

    @Override
    public void close() {
      outcome.complete(new TaskOutcome.Stopped("it was closed"));
      Thread runs = thread;
      if (runs != null) {
        runs.interrupt();
      }
    }
  }
}

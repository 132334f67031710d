package io.edgebeat.benchmarks;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Runs nothing and is done at once, so that a benchmark measures the protocol alone. */
public final class InstantExecutor implements StandInExecutor {
  private final Function<ExecutionRequest, TaskOutcome> outcomes;

  /** Every task has this result. */
  public InstantExecutor(ContentId result) {
    this(request -> new TaskOutcome.Completed(result));
  }

  /** Tasks end as is said of each; whoever says it may use the request's meter. */
  public InstantExecutor(Function<ExecutionRequest, TaskOutcome> outcomes) {
    this.outcomes = outcomes;
  }

  @Override
  public Execution start(ExecutionRequest request) {
    return new Done(request.id(), outcomes.apply(request));
  }

  private static final class Done implements Execution {
    private final ExecutionId id;
    private final TaskOutcome outcome;

    Done(ExecutionId id, TaskOutcome outcome) {
      this.id = id;
      this.outcome = outcome;
    }

    @Override
    public ExecutionId id() {
      return id;
    }

    @Override
    public Usage usage() {
      return Usage.NONE;
    }

    @Override
    public void leaseUntil(Instant until) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void stop(Duration grace) {}

    @Override
    public TaskOutcome await() {
      return outcome;
    }

    @Override
    public WorkloadChannel channel() {
      return timeout -> Optional.empty();
    }

    @Override
    public void close() {}
  }
}

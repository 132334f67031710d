package io.edgebeat.benchmarks;

import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Runs nothing and is done at once, so that a benchmark measures the protocol alone. */
public final class InstantExecutor implements Executor {
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
  public ExecutorInfo info() {
    return new ExecutorInfo(Set.of(Workload.WASM), "none", true, true, "ok");
  }

  @Override
  public Admission admit(Workload workload, ExecutionLimits limits) {
    return new Admission.Admitted();
  }

  @Override
  public void prepare(Workload workload, ContentStore content, Progress progress) {}

  @Override
  public Execution start(ExecutionRequest request) {
    return new Done(request.id(), outcomes.apply(request));
  }

  @Override
  public List<ExecutionId> running() {
    return List.of();
  }

  @Override
  public Optional<Execution> attach(ExecutionId id) {
    return Optional.empty();
  }

  @Override
  public void close() {}

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

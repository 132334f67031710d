package io.edgebeat.benchmarks;

import io.edgebeat.api.exec.AbstractExecution;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** Runs nothing and is done at once, so that a benchmark measures the protocol alone. */
public final class InstantExecutor extends StandInExecutor {
  private final Function<ExecutionRequest, TaskOutcome> outcomes;
  private final String says;

  /** Every task has this result. */
  public InstantExecutor(ContentId result) {
    this(request -> new TaskOutcome.Completed(result));
  }

  /** Tasks end as is said of each; whoever says it may use the request's meter. */
  public InstantExecutor(Function<ExecutionRequest, TaskOutcome> outcomes) {
    this(outcomes, "");
  }

  /** They also have a log. */
  public InstantExecutor(Function<ExecutionRequest, TaskOutcome> outcomes, String says) {
    this.outcomes = outcomes;
    this.says = says;
  }

  @Override
  protected AbstractExecution create(ExecutionRequest request) {
    return new Done(request, outcomes.apply(request), says);
  }

  private static final class Done extends AbstractExecution {
    private final TaskOutcome outcome;
    private final String says;

    Done(ExecutionRequest request, TaskOutcome outcome, String says) {
      super(request);
      this.outcome = outcome;
      this.says = says;
    }

    @Override
    protected void begin() {
      if (!says.isEmpty()) {
        say(says.getBytes(StandardCharsets.UTF_8));
      }
      end(outcome);
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
  }
}

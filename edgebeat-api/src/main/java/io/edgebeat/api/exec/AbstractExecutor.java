package io.edgebeat.api.exec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Support for executors: the part that is the same in each. It refuses what it does not run, knows
 * what runs, and stops it when it is closed.
 *
 * <p>Threads: calls may overlap.
 */
public abstract class AbstractExecutor implements Executor {
  private final ExecutorInfo info;
  private final ExecutionLimits most;
  private final Map<ExecutionId, AbstractExecution> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * An executor that runs nothing yet.
   *
   * @param info what it is
   * @param most the most that it gives to an execution
   */
  protected AbstractExecutor(ExecutorInfo info, ExecutionLimits most) {
    this.info = info;
    this.most = most;
  }

  /**
   * Why a workload is refused although its type is run here and its limits can be given. Called by
   * {@link #admit} and {@link #start}.
   *
   * @param workload what to run
   * @param limits what it may use
   * @return an admission, unless this is overridden
   */
  protected Admission examine(Workload workload, ExecutionLimits limits) {
    return new Admission.Admitted();
  }

  /**
   * Makes an execution that does not run yet.
   *
   * @param request what to start, admitted
   * @return the execution
   * @throws EdgeBeatException as {@link #start}
   */
  protected abstract AbstractExecution create(ExecutionRequest request);

  /**
   * Fetches, verifies and keeps a workload, as {@link #prepare}.
   *
   * @param workload what to run, of a type that is run here
   * @param content where the image is
   * @param progress is told how far it has come
   */
  protected abstract void load(Workload workload, ContentStore content, Progress progress);

  @Override
  public final ExecutorInfo info() {
    return info;
  }

  @Override
  public final Admission admit(Workload workload, ExecutionLimits limits) {
    mustBeOpen();
    return typeRefused(workload)
        .or(() -> beyond("memory of", limits.memoryBytes(), most.memoryBytes(), "bytes"))
        .or(
            () ->
                beyond(
                    "wall time of", limits.wallTime().toMillis(), most.wallTime().toMillis(), "ms"))
        .or(() -> beyond("input of", limits.inputBytes(), most.inputBytes(), "bytes"))
        .or(() -> beyond("output of", limits.outputBytes(), most.outputBytes(), "bytes"))
        .orElseGet(() -> examine(workload, limits));
  }

  private Optional<Admission> typeRefused(Workload workload) {
    return info.workloadTypes().contains(workload.type())
        ? Optional.empty()
        : Optional.of(
            new Admission.Refused(
                ErrorCode.WORKLOAD_REFUSED,
                "workloads of type \""
                    + workload.type()
                    + "\" are not run here, only "
                    + String.join(", ", new TreeSet<>(info.workloadTypes()))));
  }

  private static Optional<Admission> beyond(String what, long wanted, long most, String unit) {
    return wanted <= most
        ? Optional.empty()
        : Optional.of(
            new Admission.Refused(
                ErrorCode.LIMIT_EXCEEDED,
                what + " " + wanted + " " + unit + "; at most " + most + " are given"));
  }

  @Override
  public final void prepare(Workload workload, ContentStore content, Progress progress) {
    mustBeOpen();
    typeRefused(workload).ifPresent(Admission::orThrow);
    load(workload, content, progress);
  }

  @Override
  public final Execution start(ExecutionRequest request) {
    admit(request.workload(), request.limits()).orThrow();
    AbstractExecution execution = create(request);
    if (running.putIfAbsent(request.id(), execution) != null) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "execution " + request.id() + " runs already");
    }
    boolean begun = false;
    try {
      mustBeOpen();
      execution.begin(() -> running.remove(request.id(), execution));
      begun = true;
      return execution;
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.EXECUTOR_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "execution " + request.id() + " cannot begin: " + e,
          e);
    } finally {
      if (!begun) {
        running.remove(request.id(), execution);
      } else if (closed) {
        execution.close();
      }
    }
  }

  @Override
  public final List<ExecutionId> running() {
    mustBeOpen();
    return List.copyOf(running.keySet());
  }

  @Override
  public final Optional<Execution> attach(ExecutionId id) {
    mustBeOpen();
    return Optional.ofNullable(running.get(id)).filter(AbstractExecution::begun).map(e -> e);
  }

  @Override
  public void close() {
    closed = true;
    running.values().stream().filter(AbstractExecution::begun).forEach(Execution::close);
  }

  private void mustBeOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the executor is closed");
    }
  }
}

package io.edgebeat.api.exec;

import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import java.util.List;
import java.util.Optional;

/**
 * SPI: runs workloads in a sandbox.
 *
 * <p>Threads: calls may overlap. Blocking: {@link #prepare} and {@link #start} may block and can be
 * interrupted. Errors: each method says. After close: {@code CLOSED}; every execution is stopped.
 */
public interface Executor extends AutoCloseable {

  /**
   * What it can do; the same for its whole life.
   *
   * @return types, isolation, lease, determinism
   */
  ExecutorInfo info();

  /**
   * Says whether it would run a workload, before any money moves and before its image is here.
   *
   * @param workload what to run
   * @param limits what it may use
   * @return yes, or no with a reason
   */
  Admission admit(Workload workload, ExecutionLimits limits);

  /**
   * Fetches, verifies, compiles and loads a workload; repeating it costs nothing.
   *
   * @param workload what to run
   * @param content where the image is
   * @param progress is told how far it has come
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND}, {@code
   *     CONTENT_MISMATCH}, {@code BAD_WORKLOAD} naming what is wrong and where, {@code
   *     WORKLOAD_REFUSED}
   */
  void prepare(Workload workload, ContentStore content, Progress progress);

  /**
   * Starts an execution.
   *
   * @param request what to start
   * @return the running execution
   * @throws io.edgebeat.api.error.EdgeBeatException {@code DUPLICATE} when one of that id runs,
   *     {@code LIMIT_EXCEEDED}, {@code EXECUTOR_FAILED}
   */
  Execution start(ExecutionRequest request);

  /**
   * What runs, for a node that restarted: it adopts or stops each.
   *
   * @return the ids of all executions that have not ended
   */
  List<ExecutionId> running();

  /**
   * Takes hold of an execution that runs.
   *
   * @param id which
   * @return the execution, empty when none of that id runs
   */
  Optional<Execution> attach(ExecutionId id);

  /** Stops every execution and closes; idempotent. */
  @Override
  void close();
}

package io.edgebeat.api.exec;

import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import java.util.List;
import java.util.Optional;

/** SPI: runs workloads in a sandbox. */
public interface Executor extends AutoCloseable {

  /**
   * What it can do; the same for its whole life.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return types, isolation, lease, determinism
   */
  ExecutorInfo info();

  /**
   * Says whether it would run a workload, before any money moves and before its image is here.
   *
   * <p>Threads: calls may overlap. Blocking: no, nothing is fetched. Errors: none but {@code
   * CLOSED}; a refusal is an answer. After close: {@code CLOSED}.
   *
   * @param workload what to run
   * @param limits what it may use
   * @return yes, or no with a reason
   */
  Admission admit(Workload workload, ExecutionLimits limits);

  /**
   * Fetches, verifies, compiles and loads a workload; repeating it costs nothing.
   *
   * <p>Threads: calls may overlap, with the same workload too. Blocking: may block; an interrupt
   * ends it with {@code INTERRUPTED} or lets it finish, and stays set. Errors: as listed below, and
   * what the content store throws; the call may be repeated after any. After close: {@code CLOSED}.
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
   * <p>Threads: calls may overlap; of two with one id one starts. Blocking: as {@link #prepare},
   * when the workload is not prepared yet. Errors: as listed below, and those of {@link #prepare};
   * after any nothing runs that did not run before. After close: {@code CLOSED}.
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
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code EXECUTOR_FAILED} when it cannot
   * find out. After close: {@code CLOSED}.
   *
   * @return the ids of all executions that have not ended
   */
  List<ExecutionId> running();

  /**
   * Takes hold of an execution that runs.
   *
   * <p>Threads: calls may overlap; all handles of one execution are equal in effect. Blocking: may
   * block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and stays set. Errors:
   * {@code EXECUTOR_FAILED} when it cannot find out. After close: {@code CLOSED}.
   *
   * @param id which
   * @return the execution, empty when none of that id runs
   */
  Optional<Execution> attach(ExecutionId id);

  /**
   * Stops every execution and closes; idempotent.
   *
   * <p>Threads: at any time. Blocking: waits a few seconds for executions to end and then leaves
   * them behind; an interrupt ends the waiting, not the stopping, and stays set. Errors: none.
   * After close: nothing happens.
   */
  @Override
  void close();
}

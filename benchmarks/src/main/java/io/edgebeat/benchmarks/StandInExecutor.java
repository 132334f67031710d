package io.edgebeat.benchmarks;

import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stands for an executor where programs do not matter: it takes every workload, reads no image, and
 * what a workload does is up to {@link #start}. Nothing runs in it that could be found again.
 */
public interface StandInExecutor extends Executor {
  @Override
  default ExecutorInfo info() {
    return new ExecutorInfo(Set.of(Workload.WASM), "none", true, true, "ok");
  }

  @Override
  default Admission admit(Workload workload, ExecutionLimits limits) {
    return new Admission.Admitted();
  }

  @Override
  default void prepare(Workload workload, ContentStore content, Progress progress) {}

  @Override
  default List<ExecutionId> running() {
    return List.of();
  }

  @Override
  default Optional<Execution> attach(ExecutionId id) {
    return Optional.empty();
  }

  @Override
  default void close() {}
}

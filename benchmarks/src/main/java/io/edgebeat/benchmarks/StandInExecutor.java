package io.edgebeat.benchmarks;

import io.edgebeat.api.exec.AbstractExecutor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.util.Set;

/**
 * Stands for an executor where programs do not matter: it takes every workload, reads no image, and
 * what a workload does is up to {@link #create}.
 */
public abstract class StandInExecutor extends AbstractExecutor {
  /** Promises a lease and determinism. */
  protected StandInExecutor() {
    super(
        new ExecutorInfo(Set.of(Workload.WASM), "none", true, true, "ok"),
        new ExecutionLimits(Long.MAX_VALUE, Duration.ofDays(1), Long.MAX_VALUE, Long.MAX_VALUE));
  }

  @Override
  protected void load(Workload workload, ContentStore content, Progress progress) {}
}

package io.edgebeat.testkit.fault;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * An executor that does not start, dies, or returns another result than the program's, when it was
 * told to.
 */
public final class FaultyExecutor implements Executor {
  private static final String NEVER_STARTS = "start failed";
  private static final String DIES = "executor died";
  private static final String LIES = "another result";

  private final Executor executor;
  private final Faults faults;
  private final Map<ExecutionId, Faulty> changed = new ConcurrentHashMap<>();

  /**
   * Wraps a sound executor.
   *
   * @param executor the sound one
   * @param seed what likelihoods are drawn from
   */
  public FaultyExecutor(Executor executor, long seed) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.faults = new Faults(seed);
  }

  /**
   * The nth start, from 1, ends with {@code EXECUTOR_FAILED}.
   *
   * @param nth which
   * @return this
   */
  public FaultyExecutor startFails(long nth) {
    faults.at(NEVER_STARTS, nth);
    return this;
  }

  /**
   * The nth execution, from 1, is ended at once and fails with {@code EXECUTOR_FAILED}.
   *
   * @param nth which
   * @return this
   */
  public FaultyExecutor dies(long nth) {
    faults.at(DIES, nth);
    return this;
  }

  /**
   * The nth execution, from 1, completes with a result that is not the program's.
   *
   * @param nth which
   * @return this
   */
  public FaultyExecutor returnsAnotherResult(long nth) {
    faults.at(LIES, nth);
    return this;
  }

  /**
   * What went wrong so far.
   *
   * @return one line for each fault, in order
   */
  public List<String> happened() {
    return faults.happened();
  }

  @Override
  public ExecutorInfo info() {
    return executor.info();
  }

  @Override
  public Admission admit(Workload workload, ExecutionLimits limits) {
    return executor.admit(workload, limits);
  }

  @Override
  public void prepare(Workload workload, ContentStore content, Progress progress) {
    executor.prepare(workload, content, progress);
  }

  @Override
  public Execution start(ExecutionRequest request) {
    if (faults.strike(NEVER_STARTS)) {
      throw new EdgeBeatException(
          ErrorCode.EXECUTOR_FAILED, NEVER_STARTS + ", as the test wants it: " + request.id());
    }
    boolean dies = faults.strike(DIES);
    boolean lies = faults.strike(LIES);
    Execution sound = executor.start(request);
    if (!dies && !lies) {
      return sound;
    }
    Faulty faulty = new Faulty(sound, dies ? outcome -> died() : outcome -> lie(request, outcome));
    changed.put(request.id(), faulty);
    if (dies) {
      sound.close();
    }
    return faulty;
  }

  private static TaskOutcome died() {
    return new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, DIES + ", as the test wants it");
  }

  private static TaskOutcome lie(ExecutionRequest request, TaskOutcome outcome) {
    if (!(outcome instanceof TaskOutcome.Completed)) {
      return outcome;
    }
    byte[] invented = ("invented for " + request.id()).getBytes(StandardCharsets.UTF_8);
    return new TaskOutcome.Completed(
        request.content().put(ContentSource.of(invented), Progress.NONE));
  }

  @Override
  public List<ExecutionId> running() {
    return executor.running();
  }

  @Override
  public Optional<Execution> attach(ExecutionId id) {
    return executor.attach(id).map(sound -> changed.containsKey(id) ? changed.get(id) : sound);
  }

  @Override
  public void close() {
    executor.close();
  }

  private record Faulty(Execution sound, Function<TaskOutcome, TaskOutcome> change)
      implements Execution {
    @Override
    public ExecutionId id() {
      return sound.id();
    }

    @Override
    public Usage usage() {
      return sound.usage();
    }

    @Override
    public void leaseUntil(Instant until) {
      sound.leaseUntil(until);
    }

    @Override
    public void pause() {
      sound.pause();
    }

    @Override
    public void resume() {
      sound.resume();
    }

    @Override
    public void stop(Duration grace) {
      sound.stop(grace);
    }

    @Override
    public TaskOutcome await() throws InterruptedException {
      return change.apply(sound.await());
    }

    @Override
    public WorkloadChannel channel() {
      return sound.channel();
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}

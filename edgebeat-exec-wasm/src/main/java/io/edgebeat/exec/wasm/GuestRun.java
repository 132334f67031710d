package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.task.TaskOutcome;

/**
 * Where and how the guest of one execution runs: in this JVM ({@link LocalRun}) or in a child
 * ({@link ChildRun}). Made for one execution, which decides when it ends.
 */
interface GuestRun {

  /**
   * Runs the guest to its end, on the current thread; called once. An interrupt is to end it.
   *
   * @param control asked at every call of the host
   * @param counters is told what is moved
   * @param log is told what the guest says
   * @return how it ended
   * @throws EdgeBeatException when the node failed; becomes the outcome
   */
  TaskOutcome run(GuestControl control, Counters counters, ExecutionLog log);

  /** It will never run: lets go of what it holds. */
  default void drop() {}

  /** After its end, on the same thread: gives back what another one can use. */
  default void release() {}

  /** Linear memory there is now; for any thread. */
  long memoryBytes();

  /** Time on a core so far; for any thread. */
  long cpuNanos();

  /** Fuel used so far; for any thread. */
  long fuel();

  /** What the execution wants has changed. For any thread; waits for nothing. */
  default void changed() {}

  /** Ends by force what did not end when it was told. For the watchdog; waits for nothing. */
  default void kill() {}
}

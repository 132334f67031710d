package io.edgebeat.api.exec;

import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.time.Instant;

/**
 * SPI: one running workload.
 *
 * <p>Threads: calls may overlap. Blocking: {@link #await} waits and can be interrupted, {@link
 * #stop} returns at once. After close: the execution is stopped; {@link #usage} and {@link #await}
 * still answer.
 */
public interface Execution extends AutoCloseable {

  /**
   * Names it.
   *
   * @return the id it was started with
   */
  ExecutionId id();

  /**
   * What it has used so far; no counter ever goes back.
   *
   * @return the usage
   */
  Usage usage();

  /**
   * Lets it run until some time. Not extended, it stops by itself, even when the node is dead.
   *
   * @param until the new end, which replaces the present one; it is earlier when a pause is over
   *     that was allowed to last longer than what is paid
   */
  void leaseUntil(Instant until);

  /** Holds it where it is as soon as it can be held; idempotent. */
  void pause();

  /** Lets it go on; idempotent. */
  void resume();

  /**
   * Stops it; idempotent.
   *
   * @param grace how long it may take to end by itself before it is ended by force
   */
  void stop(Duration grace);

  /**
   * Waits for its end.
   *
   * @return how it ended, the same at every call
   * @throws InterruptedException when the waiting thread is interrupted; the execution goes on
   */
  TaskOutcome await() throws InterruptedException;

  /**
   * What it says.
   *
   * @return the channel
   */
  WorkloadChannel channel();

  /** Stops it without grace and lets go of what it holds; idempotent. */
  @Override
  void close();
}

package io.edgebeat.api.exec;

import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.time.Instant;

/** SPI: one running workload. */
public interface Execution extends AutoCloseable {

  /**
   * Names it.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the id it was started with
   */
  ExecutionId id();

  /**
   * What it has used so far; no counter ever goes back.
   *
   * <p>Threads: calls may overlap. Blocking: no, it tells what was counted last. Errors: none.
   * After close: what it had used at its end.
   *
   * @return the usage
   */
  Usage usage();

  /**
   * Lets it run until some time. Not extended, it stops by itself, even when the node is dead.
   *
   * <p>Threads: calls may overlap; the last one counts. Blocking: no longer than an order to a
   * local engine takes. Errors: {@code EXECUTOR_FAILED} when it cannot be done; the engine then
   * closes the execution. After close: nothing happens.
   *
   * @param until the new end, which replaces the present one; it is earlier when a pause is over
   *     that was allowed to last longer than what is paid
   */
  void leaseUntil(Instant until);

  /**
   * Holds it where it is as soon as it can be held; idempotent.
   *
   * <p>Threads: calls may overlap. Blocking: no longer than an order to a local engine takes, and
   * not until it is held. Errors: {@code EXECUTOR_FAILED} when it cannot be done; the engine then
   * closes the execution. After close: nothing happens.
   */
  void pause();

  /**
   * Lets it go on; idempotent.
   *
   * <p>Threads: calls may overlap. Blocking: no longer than an order to a local engine takes.
   * Errors: {@code EXECUTOR_FAILED} when it cannot be done; the engine then closes the execution.
   * After close: nothing happens.
   */
  void resume();

  /**
   * Stops it; idempotent.
   *
   * <p>Threads: calls may overlap; of two graces the one that ends first counts. Blocking: returns
   * at once, {@link #await} tells the end. Errors: {@code EXECUTOR_FAILED} when it cannot be done;
   * the engine then closes the execution. After close: nothing happens.
   *
   * @param grace how long it may take to end by itself before it is ended by force
   */
  void stop(Duration grace);

  /**
   * Waits for its end.
   *
   * <p>Threads: calls may overlap. Blocking: until it has ended; an interrupt ends the waiting with
   * {@code InterruptedException}. Errors: none, a failure is an outcome. After close: answers at
   * once with how it ended.
   *
   * @return how it ended, the same at every call
   * @throws InterruptedException when the waiting thread is interrupted; the execution goes on
   */
  TaskOutcome await() throws InterruptedException;

  /**
   * What it says.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the channel
   */
  WorkloadChannel channel();

  /**
   * Stops it without grace and lets go of what it holds; idempotent.
   *
   * <p>Threads: at any time. Blocking: waits a few seconds for the end and then leaves it behind;
   * an interrupt ends the waiting, not the stopping, and stays set. Errors: none. After close:
   * nothing happens.
   */
  @Override
  void close();
}

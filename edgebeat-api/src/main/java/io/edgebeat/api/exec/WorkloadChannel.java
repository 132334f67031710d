package io.edgebeat.api.exec;

import io.edgebeat.api.identity.Blob;
import java.time.Duration;
import java.util.Optional;

/**
 * SPI: what an execution says while it runs.
 *
 * <p>Threads: calls may overlap. Blocking: {@link #awaitLog} waits and can be interrupted.
 */
public interface WorkloadChannel {

  /**
   * Waits for more of what the program writes to its error stream.
   *
   * @param timeout how long to wait
   * @return some bytes, or empty when there are none yet or the program has ended
   * @throws InterruptedException when the waiting thread is interrupted
   */
  Optional<Blob> awaitLog(Duration timeout) throws InterruptedException;
}

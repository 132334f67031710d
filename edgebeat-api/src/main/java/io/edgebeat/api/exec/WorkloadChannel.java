package io.edgebeat.api.exec;

import io.edgebeat.api.identity.Blob;
import java.time.Duration;
import java.util.Optional;

/** SPI: what an execution says while it runs. */
public interface WorkloadChannel {

  /**
   * Waits for more of what the program writes to its error stream.
   *
   * <p>Threads: calls may overlap; each byte is given to one of them. Blocking: until there are
   * bytes, the program has ended or the time is over; an interrupt ends it with {@code
   * InterruptedException}. Errors: none. After close: once the execution is closed: what is left,
   * then empty, at once.
   *
   * @param timeout how long to wait
   * @return some bytes, or empty when there are none yet or the program has ended
   * @throws InterruptedException when the waiting thread is interrupted
   */
  Optional<Blob> awaitLog(Duration timeout) throws InterruptedException;
}

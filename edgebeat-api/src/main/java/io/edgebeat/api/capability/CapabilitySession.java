package io.edgebeat.api.capability;

import io.edgebeat.api.identity.Blob;
import java.util.Optional;

/**
 * SPI: one task's use of one capability, as a stream of messages. The caller meters each message.
 *
 * <p>Threads: one at a time, except {@link #close}. After close: reads end with an empty message.
 */
public interface CapabilitySession extends AutoCloseable {

  /**
   * Waits for the next message, such as one reading of a sensor.
   *
   * @return the message, or empty at the end of the stream
   * @throws InterruptedException when the waiting thread is interrupted
   */
  Optional<Blob> read() throws InterruptedException;

  /**
   * Sends a message, such as a command to an actuator.
   *
   * @param message the message
   * @throws InterruptedException when the waiting thread is interrupted
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when it takes none
   */
  void write(Blob message) throws InterruptedException;

  /** Closes; idempotent. A blocked read ends. */
  @Override
  void close();
}

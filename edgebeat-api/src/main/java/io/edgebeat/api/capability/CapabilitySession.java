package io.edgebeat.api.capability;

import io.edgebeat.api.identity.Blob;
import java.util.Optional;

/**
 * SPI: one task's use of one capability, as a stream of messages. The caller meters each message.
 */
public interface CapabilitySession extends AutoCloseable {

  /**
   * Waits for the next message, such as one reading of a sensor.
   *
   * <p>Threads: one at a time. Blocking: until there is a message, the stream or the session ends;
   * an interrupt ends it with {@code InterruptedException} or stays set beside the message. Errors:
   * when the device fails, any {@code EdgeBeatException}, whose code becomes that of the task.
   * After close: empty, also for who waits.
   *
   * @return the message, or empty at the end of the stream
   * @throws InterruptedException when the waiting thread is interrupted
   */
  Optional<Blob> read() throws InterruptedException;

  /**
   * Sends a message, such as a command to an actuator.
   *
   * <p>Threads: one at a time, and not while {@link #read} waits. Blocking: may block; an interrupt
   * ends it with {@code InterruptedException} or stays set. Errors: {@code UNSUPPORTED} when it
   * takes no messages; when the device fails, any {@code EdgeBeatException}, whose code becomes
   * that of the task. After close: {@code CLOSED}, or {@code UNSUPPORTED} when it takes no
   * messages.
   *
   * @param message the message
   * @throws InterruptedException when the waiting thread is interrupted
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when it takes none
   */
  void write(Blob message) throws InterruptedException;

  /**
   * Closes; idempotent. A blocked read ends.
   *
   * <p>Threads: at any time. Blocking: no. Errors: none. After close: nothing happens.
   */
  @Override
  void close();
}

package io.edgebeat.api.capability;

import io.edgebeat.api.identity.Blob;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * SPI: a sensor, an actuator or an accelerator of a seller: priced, advertised, named in the terms,
 * granted per task, metered.
 */
public interface Capability extends AutoCloseable {

  /**
   * What it is.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the same for its whole life
   */
  CapabilityInfo info();

  /**
   * Opens it for one task.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LIMIT_EXCEEDED} naming the
   * capability; the call may be repeated once another session is closed. After close: {@code
   * CLOSED}.
   *
   * @param grant the right to do so
   * @return a session that the caller closes when the task ends or is paused for good
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LIMIT_EXCEEDED} when it is in use
   */
  CapabilitySession open(Grant grant);

  /**
   * Closes; idempotent.
   *
   * <p>Threads: at any time. Blocking: no. Errors: none. After close: nothing happens.
   */
  @Override
  void close();

  /**
   * A capability that is only read from. Each task gets readings of its own from the beginning, and
   * the end after the last; a message to it is refused with {@code UNSUPPORTED}.
   *
   * @param info what it is
   * @param readings makes the readings of one task, a message each; {@code hasNext} and {@code
   *     next} are called by one thread at a time and must not wait: nothing could let go of them
   *     when the session is closed
   * @return the capability
   */
  static Capability readings(CapabilityInfo info, Supplier<? extends Iterator<Blob>> readings) {
    return new Readings(info, readings);
  }
}

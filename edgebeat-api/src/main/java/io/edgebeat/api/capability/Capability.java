package io.edgebeat.api.capability;

import io.edgebeat.api.identity.Blob;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * SPI: a sensor, an actuator or an accelerator of a seller: priced, advertised, named in the terms,
 * granted per task, metered.
 *
 * <p>Threads: calls may overlap. Blocking: {@link #open} may block and can be interrupted. After
 * close: {@code CLOSED}.
 */
public interface Capability extends AutoCloseable {

  /**
   * What it is.
   *
   * @return the same for its whole life
   */
  CapabilityInfo info();

  /**
   * Opens it for one task.
   *
   * @param grant the right to do so
   * @return a session that the caller closes when the task ends or is paused for good
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LIMIT_EXCEEDED} when it is in use
   */
  CapabilitySession open(Grant grant);

  /** Closes; idempotent. */
  @Override
  void close();

  /**
   * A capability that is only read from. Each task gets readings of its own from the beginning, and
   * the end after the last; a message to it is refused with {@code UNSUPPORTED}.
   *
   * @param info what it is
   * @param readings makes the readings of one task, a message each; {@code next} may wait for the
   *     next one, and is called by one thread at a time
   * @return the capability
   */
  static Capability readings(CapabilityInfo info, Supplier<? extends Iterator<Blob>> readings) {
    return new Readings(info, readings);
  }
}

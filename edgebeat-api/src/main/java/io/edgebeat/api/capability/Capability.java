package io.edgebeat.api.capability;

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
}

package io.edgebeat.api.exec;

/**
 * What an execution asks before it uses something that is paid by the unit: a message of a
 * capability, a call, fuel. Implemented by the engine, which lets a unit be used only when its tick
 * may begin.
 *
 * <p>Threads: calls may overlap.
 */
@FunctionalInterface
public interface Meter {
  /** Lets everything pass. */
  Meter FREE = (kind, units) -> {};

  /**
   * Waits until some units may be used, and counts them.
   *
   * @param kind what is used, such as the name of a capability
   * @param units how many units, not negative
   * @throws InterruptedException when the execution is stopped while it waits
   */
  void use(String kind, long units) throws InterruptedException;
}

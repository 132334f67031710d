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

  /**
   * Waits until a program that counts its fuel itself may have used so much of it, and says how far
   * it may go before it has to ask again. Not further than the end of the tick that has begun: what
   * is not used up to there costs nothing more. The answer holds until the next call of either
   * method, so before other units are used what the fuel has come to is told here first. How much
   * was used in the end is what the execution's {@link io.edgebeat.api.task.Usage} says.
   *
   * @param total what was used since the program began; not more than it may use in all
   * @return how much may be used since the program began, at least {@code total}; {@link
   *     Long#MAX_VALUE} when fuel is not paid for, and then this need not be asked again
   * @throws InterruptedException when the execution is stopped while it waits
   */
  default long fuel(long total) throws InterruptedException {
    return Long.MAX_VALUE;
  }
}

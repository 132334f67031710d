package io.edgebeat.core.engine;

/**
 * Decides for one kind of partition. Reads no clock, no disk, no network; equal state and event
 * give equal facts.
 *
 * @param <S> the state
 */
public interface Decider<S extends Partition> {

  /** An empty state. */
  S create(PartitionKey key);

  /**
   * Decides.
   *
   * @param state the state; changed only through {@code step}
   * @param event what happened
   * @param step collects the facts
   * @throws io.edgebeat.api.error.EdgeBeatException when a command is refused; then there are no
   *     facts
   */
  void decide(S state, Event event, Step step);
}

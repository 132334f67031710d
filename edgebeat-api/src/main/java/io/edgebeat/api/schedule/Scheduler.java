package io.edgebeat.api.schedule;

import io.edgebeat.api.market.Candidates;

/**
 * SPI: chooses where a task runs. A pure function: no input or output, no clock, no state; equal
 * arguments give an equal placement.
 */
@FunctionalInterface
public interface Scheduler {

  /**
   * Filters, scores and places.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: {@code INVALID_ARGUMENT} for a request
   * that wants no placement, and what the candidates throw; that nothing fits is an answer. After
   * close: there is nothing to close.
   *
   * @param request what is to be placed
   * @param candidates a view over the live listings
   * @return the placements that fit, best first
   */
  Placement place(PlacementRequest request, Candidates candidates);
}

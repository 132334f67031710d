package io.edgebeat.api.schedule;

import io.edgebeat.api.market.Candidates;

/**
 * SPI: chooses where a task runs. A pure function: no input or output, no clock, no state; equal
 * arguments give an equal placement.
 *
 * <p>Threads: calls may overlap. Blocking: no call blocks. After close: there is nothing to close.
 */
@FunctionalInterface
public interface Scheduler {

  /**
   * Filters, scores and places.
   *
   * @param request what is to be placed
   * @param candidates a view over the live listings
   * @return the placements that fit, best first
   */
  Placement place(PlacementRequest request, Candidates candidates);
}

package io.edgebeat.benchmarks.crash;

import io.edgebeat.MarketFaults;

/**
 * Where a node loses its power.
 *
 * @param node which node
 * @param point at which of its points
 * @param nth the how manieth time it is reached, from 1
 * @param unsynced what becomes of what was not synced
 */
record Strike(String node, String point, int nth, MarketFaults.Unsynced unsynced) {
  @Override
  public String toString() {
    return node + " at " + point + " (" + nth + ".), unsynced " + unsynced;
  }
}

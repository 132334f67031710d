package io.edgebeat.api;

import java.util.List;

/**
 * A value: how a node is.
 *
 * @param serving whether it takes new work; not while its ledger does not answer, and never again
 *     after its journal has failed
 * @param problems what is wrong, one sentence each, for as long as it is; empty when all is well
 */
public record NodeHealth(boolean serving, List<String> problems) {
  /** Copies the list. */
  public NodeHealth {
    problems = List.copyOf(problems);
  }
}

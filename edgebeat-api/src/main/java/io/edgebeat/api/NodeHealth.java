package io.edgebeat.api;

import java.util.List;

/**
 * A value: how a node is.
 *
 * @param serving whether it takes new work
 * @param problems what is wrong, one sentence each; empty when all is well
 */
public record NodeHealth(boolean serving, List<String> problems) {
  /** Copies the list. */
  public NodeHealth {
    problems = List.copyOf(problems);
  }
}

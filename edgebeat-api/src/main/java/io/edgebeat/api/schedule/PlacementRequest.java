package io.edgebeat.api.schedule;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.task.TaskSpec;
import java.util.Objects;
import java.util.Set;

/**
 * A value: what is to be placed.
 *
 * @param task what is to run
 * @param budget what may be spent on the seller
 * @param strategy what makes one seller better
 * @param excluded listings that were tried and failed
 * @param alternatives how many placements are wanted at most, best first
 */
public record PlacementRequest(
    TaskSpec task, Amount budget, Strategy strategy, Set<ListingId> excluded, int alternatives) {
  /** Checks and copies. */
  public PlacementRequest {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(strategy, "strategy");
    excluded = Set.copyOf(excluded);
  }
}

package io.edgebeat.api.schedule;

import io.edgebeat.api.market.Candidate;
import java.util.List;

/**
 * A value: where a task should run.
 *
 * @param ranked the candidates that fit, best first; empty when none fits
 * @param reason why none fits, or in one sentence why the first is the best
 */
public record Placement(List<Candidate> ranked, String reason) {
  /** Copies the list. */
  public Placement {
    ranked = List.copyOf(ranked);
  }
}

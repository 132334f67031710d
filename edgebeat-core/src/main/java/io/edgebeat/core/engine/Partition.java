package io.edgebeat.core.engine;

import java.time.Instant;
import java.util.Map;

/**
 * The state of one partition. Changed by facts only; owned by one thread at a time.
 *
 * <p>What must happen outside is in the outbox, what must happen later in the timers; both are
 * functions of the facts, so that a restart goes on where the journal ends.
 */
public interface Partition {

  /** Folds a fact into the state. Never throws for a fact that was journaled. */
  void evolve(Fact fact);

  /** What is ordered and not concluded, in the order it was ordered. */
  Map<ActionKey, Action> outbox();

  /** When this partition wants to be woken, by key. */
  Map<String, Instant> timers();

  /** Whether every event from now on would be refused. */
  boolean finished();
}

package io.edgebeat.core.wallet;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;

/** Decides for a seller's capacity: nothing is promised twice. */
public final class CapacityDecider implements Decider<CapacityState> {

  @Override
  public CapacityState create(PartitionKey key) {
    return new CapacityState();
  }

  @Override
  public void decide(CapacityState s, Event event, Step step) {
    switch (event) {
      case Event.CapacityIs e -> {
        if (!e.total().equals(s.total)) {
          step.fact(new Fact.CapacitySet(e.total()));
        }
      }
      case Event.Claim e -> {
        ResourceSpec taken = s.taken();
        if (s.shares.containsKey(e.from())) {
          step.post(e.from(), new Event.Reserved(e.key()));
        } else if (s.total.covers(taken.plus(e.resources()))) {
          step.fact(new Fact.CapacityTaken(e.from(), e.buyer().toString(), e.resources()));
          step.post(e.from(), new Event.Reserved(e.key()));
        } else {
          step.post(
              e.from(),
              new Event.ReserveRefused(
                  e.key(),
                  ErrorCode.BUSY,
                  "the seller has "
                      + s.total
                      + ", of which "
                      + taken
                      + " is promised; "
                      + e.resources()
                      + " is wanted"));
        }
      }
      case Event.Free e -> {
        if (s.shares.containsKey(e.from())) {
          step.fact(new Fact.CapacityFreed(e.from()));
        }
        step.post(e.from(), new Event.Acknowledged(e.key()));
      }
      default ->
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE, event.getClass().getSimpleName() + " is not for the capacity");
    }
  }
}

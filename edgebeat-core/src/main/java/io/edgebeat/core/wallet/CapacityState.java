package io.edgebeat.core.wallet;

import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The resources a seller has, and to whom they are promised. */
public final class CapacityState implements Partition {
  /** What one agreement holds. */
  record Share(String buyer, ResourceSpec resources) {}

  final Map<PartitionKey, Share> shares = new LinkedHashMap<>();
  ResourceSpec total = ResourceSpec.NONE;

  @Override
  public void evolve(Fact fact) {
    switch (fact) {
      case Fact.CapacitySet f -> total = f.total();
      case Fact.CapacityTaken f -> shares.put(f.from(), new Share(f.buyer(), f.resources()));
      case Fact.CapacityFreed f -> shares.remove(f.from());
      default -> {}
    }
  }

  /** To whom something is promised. */
  public Set<PartitionKey> takenBy() {
    return Set.copyOf(shares.keySet());
  }

  /** What is promised in all. */
  public ResourceSpec taken() {
    ResourceSpec sum = ResourceSpec.NONE;
    for (Share share : shares.values()) {
      sum = sum.plus(share.resources);
    }
    return sum;
  }

  /** What the node has in all. */
  public ResourceSpec total() {
    return total;
  }

  @Override
  public Map<ActionKey, Action> outbox() {
    return Map.of();
  }

  @Override
  public Map<String, Instant> timers() {
    return Map.of();
  }

  @Override
  public boolean finished() {
    return false;
  }
}

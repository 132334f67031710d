package io.edgebeat.core.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One decision: collects its facts, each of which changes the state at once, and what is to be told
 * to other partitions when they are durable.
 */
public final class Step {
  /** Something for another partition of this node, released when the facts are durable. */
  public record Post(PartitionKey to, Event event) {}

  private final Partition state;
  private final Instant at;
  private final List<Fact> facts = new ArrayList<>();
  private final List<Post> posts = new ArrayList<>();

  /**
   * Begins a decision.
   *
   * @param state what the facts change
   * @param at when the event was stamped
   */
  public Step(Partition state, Instant at) {
    this.state = state;
    this.at = at;
  }

  /** When the event happened; never decreases within a partition. */
  public Instant at() {
    return at;
  }

  /** Adds a fact and lets it change the state. */
  public void fact(Fact fact) {
    state.evolve(fact);
    facts.add(fact);
  }

  /** Tells another partition, which must take the same event twice without harm. */
  public void post(PartitionKey to, Event event) {
    posts.add(new Post(to, event));
  }

  /** What was decided. */
  public List<Fact> facts() {
    return facts;
  }

  /** What is to be told. */
  public List<Post> posts() {
    return posts;
  }
}

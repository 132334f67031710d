package io.edgebeat.core.node;

import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One partition at run time: its state, its mailbox, and what was released of it. */
final class Cell<S extends Partition> {
  /** What waits for its facts to be durable; released in the order of the decisions. */
  static final class Batch {
    final Runnable release;
    boolean durable;

    Batch(Runnable release) {
      this.release = release;
    }
  }

  final PartitionKey key;
  final Decider<S> decider;
  final S state;
  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  final Mailbox mailbox = new Mailbox();
  final Set<ActionKey> issued = new HashSet<>();
  final Map<String, Instant> armed = new HashMap<>();
  final Deque<Batch> batches = new ArrayDeque<>();

  boolean scheduled;
  boolean releasing;
  Instant lastAt = Instant.EPOCH;
  long decided;
  long durable;
  @Nullable Throwable broken;

  Cell(PartitionKey key, Decider<S> decider) {
    this.key = key;
    this.decider = decider;
    this.state = decider.create(key);
  }

  void decide(Event event, Step step) {
    decider.decide(state, event, step);
  }
}

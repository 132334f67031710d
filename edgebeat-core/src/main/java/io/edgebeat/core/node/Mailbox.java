package io.edgebeat.core.node;

import io.edgebeat.core.engine.Event;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * The events that wait for one partition. Taken in this order: that the node was restarted, the
 * ledger, expiry, stop or fault, unpaid, then as they came. Not thread-safe: its owner locks.
 */
final class Mailbox {
  /** How many events may wait before messages of peers are turned away. */
  static final int CAPACITY = 1024;

  /** An event and who waits for it. */
  record Item(int rank, long number, Event event, CompletableFuture<Void> done)
      implements Comparable<Item> {
    @Override
    public int compareTo(Item other) {
      int byRank = Integer.compare(rank, other.rank);
      return byRank != 0 ? byRank : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Item> queue = new PriorityQueue<>();
  private long count;

  CompletableFuture<Void> add(Event event) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    queue.add(new Item(rank(event), count++, event, done));
    return done;
  }

  Optional<Item> poll() {
    return Optional.ofNullable(queue.poll());
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  boolean isFull() {
    return queue.size() >= CAPACITY;
  }

  static int rank(Event event) {
    return switch (event) {
      // Whatever the ledger makes a side sign, it must have asked before what it has signed
      // already.
      case Event.Reopened e -> -1;
      // In the ledger's order among themselves: a block's end is not told before its beginning.
      case Event.OnLedger e -> 0;
      case Event.TimerFired e when e.key().equals("expiry") -> 3;
      case Event.Terminate e -> 4;
      case Event.CancelTask e -> 4;
      case Event.ExecutionEnded e -> 4;
      case Event.TimerFired e when e.key().equals("tick") || e.key().equals("grace") -> 5;
      default -> 6;
    };
  }
}

package io.edgebeat.core.talk;

/** What the buyer's side of a talk needs of its node. */
public interface BuyerHost extends TalkHost {
  /**
   * Where the task is.
   *
   * @param taskNo its number in its agreement
   * @param started whether the seller has said that it runs
   * @param over whether it is over, or will never run
   */
  record Place(int taskNo, boolean started, boolean over) {}

  /** How a thread waits. */
  @FunctionalInterface
  interface Wait {
    /** Waits at most so many nanoseconds. */
    void await(long nanos) throws InterruptedException;
  }

  /** Where the task is now, as far as that is durable or not. */
  Place place();

  /** A count of nanoseconds that timeouts are measured by. */
  long nanos();

  /** Lets time pass for a caller that waits; returns when something may have changed. */
  void pause(long nanos, Wait wait) throws InterruptedException;

  /** Throws {@code CLOSED} when the node is. */
  void requireOpen();
}

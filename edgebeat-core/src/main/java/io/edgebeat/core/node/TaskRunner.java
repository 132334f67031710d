package io.edgebeat.core.node;

import io.edgebeat.api.exec.Execution;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;

/**
 * Where work runs and when, and how a caller waits. In production threads, in a simulation one
 * queue under virtual time: the engine and its shell know neither.
 */
public interface TaskRunner extends AutoCloseable {

  /** Runs something short soon; keeps no order. */
  void soon(Runnable task);

  /** Runs something that may block. */
  void blocking(String name, Runnable task);

  /** Runs something short after a while. */
  void after(Duration delay, Runnable task);

  /**
   * Runs something again and again until it says that it is over.
   *
   * @param name names it
   * @param step is told how long it may wait for news; false when it is over
   */
  void follow(String name, Predicate<Duration> step);

  /**
   * The same for one of many things that are followed at the same time.
   *
   * @param name names it
   * @param step as in {@link #follow}
   */
  default void listen(String name, Predicate<Duration> step) {
    follow(name, step);
  }

  /** Runs something in which {@link Execution#await} waits for nothing but its execution's end. */
  void whenEnded(Execution execution, Runnable task);

  /** A count of nanoseconds that timeouts are measured by; only differences mean something. */
  long nanos();

  /**
   * Lets time pass for a caller that waits; returns when something may have changed.
   *
   * @param nanos at most so long
   * @param wait how a thread waits
   * @throws InterruptedException if the thread was interrupted
   */
  void pause(long nanos, Wait wait) throws InterruptedException;

  /** Makes the threads that backends are lent. */
  ThreadFactory threads();

  /** Nothing runs any more once this returns, but what does not end when it is interrupted. */
  @Override
  void close();

  /** How a thread waits. */
  @FunctionalInterface
  interface Wait {
    /** Waits at most so many nanoseconds. */
    void await(long nanos) throws InterruptedException;
  }
}

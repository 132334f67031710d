package io.edgebeat.core.node;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * Where work runs and when. In production threads, in a simulation one queue under virtual time:
 * the engine and its shell know neither.
 */
public interface TaskRunner {

  /** Runs something short soon; keeps no order. */
  void soon(Runnable task);

  /** Runs something that may block. */
  void blocking(String name, Runnable task);

  /** Runs something short after a while. */
  void after(Duration delay, Runnable task);

  /** Makes the threads that backends are lent. */
  ThreadFactory threads();
}

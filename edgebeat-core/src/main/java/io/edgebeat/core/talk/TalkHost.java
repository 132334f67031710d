package io.edgebeat.core.talk;

import io.edgebeat.api.net.PeerMessage;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What a talk needs of the node it belongs to. Nothing here waits, and locks are held meanwhile.
 */
public interface TalkHost {
  /** Sends a message to the other side, perhaps in vain. */
  void say(PeerMessage message);

  /** Runs something short after a while. */
  void after(Duration delay, Runnable task);

  /**
   * Runs something again and again until it says that it is over.
   *
   * @param name names it
   * @param step is told how long it may wait for news; false when it is over
   */
  void listen(String name, Predicate<Duration> step);
}

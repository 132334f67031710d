package io.edgebeat.core.talk;

import io.edgebeat.api.task.TaskStream;
import java.time.Duration;

/** How much of a talk is kept, and how often it is repeated. */
final class Limits {
  /** How many messages a side keeps of a stream of messages. */
  static final int MESSAGES = 16;

  /** How many bytes a side keeps of a stream of bytes. */
  static final int BYTES = 64 << 10;

  /** How many bytes of such a stream are said at once. */
  static final int CHUNK = 16 << 10;

  /** How many pieces of such a stream are kept, however few bytes they have. */
  static final int PIECES = 1024;

  /** After what time without an answer something is said again; at most eight times as long. */
  static final Duration AGAIN = Duration.ofMillis(500);

  /** How often something is said again to who does not answer when the task is over. */
  static final int LAST_TRIES = 20;

  private Limits() {}

  static long capacity(TaskStream stream) {
    return stream.isMessages() ? MESSAGES : BYTES;
  }

  static Duration again(int tries) {
    return AGAIN.multipliedBy(1L << Math.min(tries / 2, 3));
  }
}

package io.edgebeat.api.task;

import io.edgebeat.api.identity.Blob;
import java.time.Duration;
import java.util.Optional;

/**
 * A handle on what a task's program and its buyer say to one another while it runs; not for
 * implementation. There is one for each task: what it has given once, to whichever thread, it does
 * not give again.
 *
 * <p>Messages come whole, in order and once, also across broken connections. A program that sends
 * more than its buyer takes waits, and so does a buyer. Log and output hold up nobody: of what
 * nobody takes the oldest bytes are left out, and counted by {@link #missed}. What has come and is
 * not taken is kept, at most 16 messages or 64 KiB of a stream, until this node is closed.
 *
 * <p>All of it lives in the memory of the two nodes. When one of them is restarted, what was on its
 * way is lost, and {@link #state} or {@link #missed} says so. Nothing of it is the result that is
 * paid for and proven: that is {@link Task#result}.
 *
 * <p>Calls may overlap. A call that waits can be interrupted or time out: that ends the waiting,
 * never the task.
 */
public interface TaskChannel {
  /** How many bytes a message may have. */
  int MESSAGE_BYTES = 64 << 10;

  /** Where a stream is. */
  enum State {
    /** The program does not run yet, or nothing was asked of the stream so far. */
    WAITING,
    /** It goes on. */
    OPEN,
    /**
     * It is over, and everything came through that was not counted as missed: messages to the
     * program as far as the seller's node, whether or not the program has read them.
     */
    ENDED,
    /** It is over, and nobody can say any more what did not come through. */
    BROKEN,
    /** The seller's executor does not carry it. */
    UNSUPPORTED
  }

  /**
   * Sends a message to the program; waits while the program leaves too many of them unread. That it
   * returns does not say that the program has read it.
   *
   * @param message at least one byte, at most {@value #MESSAGE_BYTES}
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LIMIT_EXCEEDED} or {@code
   *     INVALID_ARGUMENT} naming its size, {@code WRONG_STATE} when the task is over or after
   *     {@link #finish}, {@code UNSUPPORTED} when the seller's executor takes none, {@code
   *     INTERRUPTED}, {@code CLOSED}
   */
  void send(Blob message);

  /**
   * No more messages: when the program has read them all it reads the end of the stream.
   * Idempotent; does not wait.
   */
  void finish();

  /**
   * Waits for the program's next message.
   *
   * @param timeout how long to wait
   * @return the message, empty when there is none yet or no more will come
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NO_ANSWER} when the stream is broken and
   *     messages may be lost, {@code UNSUPPORTED} when the seller's executor takes none, {@code
   *     INTERRUPTED}, {@code CLOSED}
   */
  Optional<Blob> await(Duration timeout);

  /**
   * Waits for more of what the program writes to its error stream.
   *
   * @param timeout how long to wait
   * @return some bytes, empty when there are none yet or no more will come
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when the seller's executor
   *     does not tell, {@code INTERRUPTED}, {@code CLOSED}
   */
  Optional<Blob> awaitLog(Duration timeout);

  /**
   * Waits for more of what the program writes to its standard output. A convenience: nothing proves
   * these bytes, and the result is the whole of them.
   *
   * @param timeout how long to wait
   * @return some bytes, empty when there are none yet or no more will come
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when the seller's executor
   *     does not tell, {@code INTERRUPTED}, {@code CLOSED}
   */
  Optional<Blob> awaitOutput(Duration timeout);

  /**
   * How much of a stream was left out before what it has given last, and after it once the stream
   * has ended.
   *
   * @param stream {@code FROM_PROGRAM}, {@code LOG} or {@code OUTPUT}; 0 for the other
   * @return messages or bytes; messages only after a restart of this node
   */
  long missed(TaskStream stream);

  /**
   * Where a stream is.
   *
   * @param stream which
   * @return its state now; one that is over may still have something to give
   */
  State state(TaskStream stream);
}

package io.edgebeat.api.exec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.TaskStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * SPI: what an execution says while it runs. Messages with the buyer do not pass here: they are a
 * capability session of the request, {@link #BUYER}.
 */
public interface WorkloadChannel {
  /**
   * The name under which a request carries the session that is the buyer: what a program reads from
   * it the buyer has sent, what it writes to it the buyer gets. No capability may have this name.
   */
  String BUYER = "buyer";

  /**
   * Some bytes that a program has written.
   *
   * @param position how many it had written before them, with those that were lost; -1 when that is
   *     not known
   * @param bytes at least one
   */
  record Written(long position, Blob bytes) {}

  /**
   * Waits for more of what the program writes to its error stream.
   *
   * <p>Threads: calls may overlap; each byte is given to one of them. Blocking: until there are
   * bytes, the program has ended or the time is over; an interrupt ends it with {@code
   * InterruptedException}. Errors: none. After close: once the execution is closed: what is left,
   * then empty, at once.
   *
   * @param timeout how long to wait
   * @return some bytes, or empty when there are none yet or the program has ended
   * @throws InterruptedException when the waiting thread is interrupted
   */
  Optional<Blob> awaitLog(Duration timeout) throws InterruptedException;

  /**
   * What this execution lets its buyer have.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return {@code LOG} and {@code OUTPUT} where {@link #await} gives them; {@code TO_PROGRAM} and
   *     {@code FROM_PROGRAM} where the program can use the session {@link #BUYER}
   */
  default Set<TaskStream> carries() {
    return Set.of(TaskStream.LOG);
  }

  /**
   * Waits for more of what the program writes, and says where it stands.
   *
   * <p>Threads: calls may overlap; each byte is given to one of them. Blocking: until there are
   * bytes, the program has ended or the time is over; an interrupt ends it with {@code
   * InterruptedException}. Errors: {@code UNSUPPORTED} naming the stream, for one that {@link
   * #carries} does not name or that carries messages. After close: once the execution is closed:
   * what is left, then empty, at once.
   *
   * @param stream {@code LOG} or {@code OUTPUT}
   * @param timeout how long to wait
   * @return some bytes, or empty when there are none yet or the program has ended
   * @throws InterruptedException when the waiting thread is interrupted
   */
  default Optional<Written> await(TaskStream stream, Duration timeout) throws InterruptedException {
    if (stream != TaskStream.LOG) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED, "this execution does not tell its " + stream);
    }
    return awaitLog(timeout).map(bytes -> new Written(-1, bytes));
  }
}

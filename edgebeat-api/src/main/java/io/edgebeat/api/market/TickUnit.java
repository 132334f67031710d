package io.edgebeat.api.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Objects;

/**
 * A value: what one tick pays for: so many units of one kind. A tick begins when its first unit is
 * asked for and is delivered when its last is used or the task ends.
 *
 * @param kind what is counted
 * @param count how many units make a tick, at least 1
 */
public record TickUnit(Kind kind, long count) {
  /** What is counted. */
  public enum Kind {
    /** Seconds in which the program runs; pauses do not count. */
    SECONDS,
    /** Messages of capabilities and between program and buyer. */
    MESSAGES,
    /** Calls of the program: a task is one. */
    CALLS,
    /** Deterministic instructions. */
    FUEL
  }

  /**
   * Checks the range.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the count
   */
  public TickUnit {
    Objects.requireNonNull(kind, "kind");
    if (count < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a tick has at least one unit, found " + count);
    }
  }

  /**
   * Ticks of so many seconds.
   *
   * @param count seconds a tick
   * @return the unit
   */
  public static TickUnit seconds(long count) {
    return new TickUnit(Kind.SECONDS, count);
  }

  /**
   * How many ticks have begun when so many units were asked for.
   *
   * @param units units, not negative
   * @return units / count, rounded up
   */
  public long ticks(long units) {
    return Math.ceilDiv(units, count);
  }
}

package io.edgebeat.api.task;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Duration;

/**
 * A value: what one execution may use at most.
 *
 * @param memoryBytes linear or resident memory
 * @param wallTime from start to end, kept by a clock that never jumps; pauses included
 * @param inputBytes input
 * @param outputBytes output
 * @param fuel deterministic instructions; {@link #NO_FUEL_LIMIT} for as many as time allows.
 *     Executors that do not count them take no notice.
 */
public record ExecutionLimits(
    long memoryBytes, Duration wallTime, long inputBytes, long outputBytes, long fuel) {
  /** As much fuel as time allows. */
  public static final long NO_FUEL_LIMIT = Long.MAX_VALUE;

  /** 64 MiB of memory, one minute, 16 MiB of input, 4 MiB of output, no limit of fuel. */
  public static final ExecutionLimits DEFAULTS =
      new ExecutionLimits(64L << 20, Duration.ofMinutes(1), 16L << 20, 4L << 20);

  /**
   * Checks that every limit is positive.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the values
   */
  public ExecutionLimits {
    if (memoryBytes <= 0
        || wallTime.isNegative()
        || wallTime.isZero()
        || inputBytes < 0
        || outputBytes < 0
        || fuel <= 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "limits must be positive, found memoryBytes "
              + memoryBytes
              + ", wallTime "
              + wallTime
              + ", inputBytes "
              + inputBytes
              + ", outputBytes "
              + outputBytes
              + ", fuel "
              + fuel);
    }
  }

  /**
   * Limits without one of fuel.
   *
   * @param memoryBytes linear or resident memory
   * @param wallTime from start to end
   * @param inputBytes input
   * @param outputBytes output
   */
  public ExecutionLimits(long memoryBytes, Duration wallTime, long inputBytes, long outputBytes) {
    this(memoryBytes, wallTime, inputBytes, outputBytes, NO_FUEL_LIMIT);
  }

  /**
   * Whether these limits allow all that others do.
   *
   * @param others the others
   * @return whether none of the others is larger
   */
  public boolean cover(ExecutionLimits others) {
    return others.memoryBytes <= memoryBytes
        && others.wallTime.compareTo(wallTime) <= 0
        && others.inputBytes <= inputBytes
        && others.outputBytes <= outputBytes
        && others.fuel <= fuel;
  }

  /**
   * The same limits with another wall time.
   *
   * @param time the wall time
   * @return the changed limits
   */
  public ExecutionLimits withWallTime(Duration time) {
    return new ExecutionLimits(memoryBytes, time, inputBytes, outputBytes, fuel);
  }

  /**
   * The same limits with another memory limit.
   *
   * @param bytes the memory
   * @return the changed limits
   */
  public ExecutionLimits withMemoryBytes(long bytes) {
    return new ExecutionLimits(bytes, wallTime, inputBytes, outputBytes, fuel);
  }

  /**
   * The same limits with another limit of fuel.
   *
   * @param units the fuel
   * @return the changed limits
   */
  public ExecutionLimits withFuel(long units) {
    return new ExecutionLimits(memoryBytes, wallTime, inputBytes, outputBytes, units);
  }
}

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
 */
public record ExecutionLimits(
    long memoryBytes, Duration wallTime, long inputBytes, long outputBytes) {
  /** 64 MiB of memory, one minute, 16 MiB of input, 4 MiB of output. */
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
        || outputBytes < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "limits must be positive, found memoryBytes "
              + memoryBytes
              + ", wallTime "
              + wallTime
              + ", inputBytes "
              + inputBytes
              + ", outputBytes "
              + outputBytes);
    }
  }

  /**
   * The same limits with another wall time.
   *
   * @param time the wall time
   * @return the changed limits
   */
  public ExecutionLimits withWallTime(Duration time) {
    return new ExecutionLimits(memoryBytes, time, inputBytes, outputBytes);
  }

  /**
   * The same limits with another memory limit.
   *
   * @param bytes the memory
   * @return the changed limits
   */
  public ExecutionLimits withMemoryBytes(long bytes) {
    return new ExecutionLimits(bytes, wallTime, inputBytes, outputBytes);
  }
}

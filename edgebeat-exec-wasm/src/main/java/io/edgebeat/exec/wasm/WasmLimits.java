package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Duration;
import java.util.Objects;

/**
 * A value: the most a {@link WasmExecutor} gives to one execution, to one module and to all
 * together. What an execution asks for itself ({@link io.edgebeat.api.task.ExecutionLimits}) can
 * only be less.
 *
 * @param memoryBytes linear memory of one execution; at most 2 GiB less one page
 * @param wallTime time of one execution
 * @param inputBytes input of one execution
 * @param outputBytes output of one execution, held in memory while it runs
 * @param executions how many run at the same time
 * @param imageBytes size of a module
 * @param codeBytes instructions of a module; compiling needs a few hundred times as much memory for
 *     a moment
 * @param functions functions of a module
 * @param tableEntries entries of all tables of a module
 * @param messageBytes one message to a capability
 * @param cacheBytes images of all modules that are kept compiled
 */
public record WasmLimits(
    long memoryBytes,
    Duration wallTime,
    long inputBytes,
    long outputBytes,
    int executions,
    long imageBytes,
    long codeBytes,
    int functions,
    int tableEntries,
    int messageBytes,
    long cacheBytes) {

  /**
   * 256 MiB of memory, one hour, 64 MiB of input, 16 MiB of output, 16 executions; images of 8 MiB
   * with 2 MiB of code, 20 000 functions and 100 000 table entries; messages of 1 MiB; 32 MiB of
   * cached images.
   */
  public static final WasmLimits DEFAULTS =
      new WasmLimits(
          256L << 20,
          Duration.ofHours(1),
          64L << 20,
          16L << 20,
          16,
          8L << 20,
          2L << 20,
          20_000,
          100_000,
          1 << 20,
          32L << 20);

  private static final long MOST_MEMORY = (2L << 30) - ModuleShape.PAGE_BYTES;

  /**
   * Checks the range.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
   */
  public WasmLimits {
    Objects.requireNonNull(wallTime, "wallTime");
    check("memoryBytes", memoryBytes, MOST_MEMORY);
    check("inputBytes", inputBytes, Long.MAX_VALUE);
    check("outputBytes", outputBytes, Integer.MAX_VALUE - 8);
    check("executions", executions, 10_000);
    check("imageBytes", imageBytes, 1L << 30);
    check("codeBytes", codeBytes, 1L << 30);
    check("functions", functions, 1_000_000);
    check("tableEntries", tableEntries, 10_000_000);
    check("messageBytes", messageBytes, 1L << 30);
    check("cacheBytes", cacheBytes, Long.MAX_VALUE);
    if (wallTime.isNegative()
        || wallTime.isZero()
        || wallTime.compareTo(Duration.ofDays(36_500)) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "wallTime must lie in 1 ns to 100 years, found " + wallTime);
    }
  }

  private static void check(String name, long value, long most) {
    if (value <= 0 || value > most) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, name + " must lie in 1 to " + most + ", found " + value);
    }
  }

  /**
   * The same limits with another number of executions.
   *
   * @param count how many run at the same time
   * @return the changed limits
   */
  public WasmLimits withExecutions(int count) {
    return new WasmLimits(
        memoryBytes,
        wallTime,
        inputBytes,
        outputBytes,
        count,
        imageBytes,
        codeBytes,
        functions,
        tableEntries,
        messageBytes,
        cacheBytes);
  }

  /**
   * The same limits with another memory.
   *
   * @param bytes linear memory of one execution
   * @return the changed limits
   */
  public WasmLimits withMemoryBytes(long bytes) {
    return new WasmLimits(
        bytes,
        wallTime,
        inputBytes,
        outputBytes,
        executions,
        imageBytes,
        codeBytes,
        functions,
        tableEntries,
        messageBytes,
        cacheBytes);
  }

  /**
   * The same limits with other sizes of a module.
   *
   * @param image size of a module
   * @param code instructions of a module
   * @return the changed limits
   */
  public WasmLimits withModuleBytes(long image, long code) {
    return new WasmLimits(
        memoryBytes,
        wallTime,
        inputBytes,
        outputBytes,
        executions,
        image,
        code,
        functions,
        tableEntries,
        messageBytes,
        cacheBytes);
  }
}

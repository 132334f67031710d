package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

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
 * @param tableEntries entries of all tables of a module; tables grow to 100 000 everywhere, and an
 *     execution that needs more than this and less than that fails
 * @param messageBytes one message to a capability
 * @param cacheBytes images and compiled code of all modules that are kept in memory; memories of
 *     ended executions, kept for the next, take as much again, but 64 MiB at most
 * @param locals local variables of one function; 4 000 are the most
 * @param compileTime time to compile a module; one that takes longer is refused
 * @param fileBytes files of one execution, in memory; its quota, a quarter of its memory limit, is
 *     the same everywhere, and an execution that needs more than this and less than that fails
 * @param fileNames names of files and directories of one execution
 * @param descriptors files, directories and streams that one execution has open
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
    long cacheBytes,
    int locals,
    Duration compileTime,
    long fileBytes,
    int fileNames,
    int descriptors) {

  /** More of them are held per call than the stack of a thread can bear. */
  private static final int MOST_LOCALS = 4_000;

  /**
   * 256 MiB of memory, one hour, 64 MiB of input, 16 MiB of output, 16 executions; images of 8 MiB
   * with 2 MiB of code, 20 000 functions and 100 000 table entries; messages of 1 MiB; 64 MiB of
   * modules in memory; 4 000 local variables, 30 s to compile; 64 MiB of files, 16 384 names, 1 024
   * descriptors.
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
          64L << 20,
          MOST_LOCALS,
          Duration.ofSeconds(30),
          64L << 20,
          16_384,
          1_024);

  private static final long MOST_MEMORY = (2L << 30) - ModuleShape.PAGE_BYTES;

  /**
   * Checks the range.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
   */
  public WasmLimits {
    Objects.requireNonNull(wallTime, "wallTime");
    Objects.requireNonNull(compileTime, "compileTime");
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
    check("locals", locals, MOST_LOCALS);
    check("fileBytes", fileBytes, Long.MAX_VALUE);
    check("fileNames", fileNames, Integer.MAX_VALUE);
    check("descriptors", descriptors, Integer.MAX_VALUE);
    check("wallTime", wallTime);
    check("compileTime", compileTime);
  }

  private static void check(String name, Duration time) {
    if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofDays(36_500)) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, name + " must lie in 1 ns to 100 years, found " + time);
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
    return with(draft -> draft.executions = count);
  }

  /**
   * The same limits with another memory.
   *
   * @param bytes linear memory of one execution
   * @return the changed limits
   */
  public WasmLimits withMemoryBytes(long bytes) {
    return with(draft -> draft.memoryBytes = bytes);
  }

  /**
   * The same limits with other sizes of a module.
   *
   * @param image size of a module
   * @param code instructions of a module
   * @return the changed limits
   */
  public WasmLimits withModuleBytes(long image, long code) {
    return with(
        draft -> {
          draft.imageBytes = image;
          draft.codeBytes = code;
        });
  }

  /**
   * The same limits with other files.
   *
   * @param bytes files of one execution
   * @param names names of files and directories of one execution
   * @param open files, directories and streams that one execution has open
   * @return the changed limits
   */
  public WasmLimits withFiles(long bytes, int names, int open) {
    return with(
        draft -> {
          draft.fileBytes = bytes;
          draft.fileNames = names;
          draft.descriptors = open;
        });
  }

  /**
   * The same limits with other bounds on what is compiled.
   *
   * @param most local variables of one function
   * @param time time to compile a module
   * @return the changed limits
   */
  public WasmLimits withCompiling(int most, Duration time) {
    return with(
        draft -> {
          draft.locals = most;
          draft.compileTime = time;
        });
  }

  FileCeiling files() {
    return new FileCeiling(fileBytes, fileNames, descriptors);
  }

  /**
   * The same limits with other tables.
   *
   * @param entries entries of all tables of a module
   * @return the changed limits
   */
  public WasmLimits withTableEntries(int entries) {
    return with(draft -> draft.tableEntries = entries);
  }

  /**
   * The same limits with another cache.
   *
   * @param bytes images and compiled code of all modules that are kept in memory, and memories as
   *     {@code cacheBytes} says
   * @return the changed limits
   */
  public WasmLimits withCacheBytes(long bytes) {
    return with(draft -> draft.cacheBytes = bytes);
  }

  private WasmLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /** All of them, to be changed. */
  private static final class Draft {
    private long memoryBytes;
    private Duration wallTime;
    private long inputBytes;
    private long outputBytes;
    private int executions;
    private long imageBytes;
    private long codeBytes;
    private int functions;
    private int tableEntries;
    private int messageBytes;
    private long cacheBytes;
    private int locals;
    private Duration compileTime;
    private long fileBytes;
    private int fileNames;
    private int descriptors;

    Draft(WasmLimits limits) {
      memoryBytes = limits.memoryBytes;
      wallTime = limits.wallTime;
      inputBytes = limits.inputBytes;
      outputBytes = limits.outputBytes;
      executions = limits.executions;
      imageBytes = limits.imageBytes;
      codeBytes = limits.codeBytes;
      functions = limits.functions;
      tableEntries = limits.tableEntries;
      messageBytes = limits.messageBytes;
      cacheBytes = limits.cacheBytes;
      locals = limits.locals;
      compileTime = limits.compileTime;
      fileBytes = limits.fileBytes;
      fileNames = limits.fileNames;
      descriptors = limits.descriptors;
    }

    WasmLimits limits() {
      return new WasmLimits(
          memoryBytes,
          wallTime,
          inputBytes,
          outputBytes,
          executions,
          imageBytes,
          codeBytes,
          functions,
          tableEntries,
          messageBytes,
          cacheBytes,
          locals,
          compileTime,
          fileBytes,
          fileNames,
          descriptors);
    }
  }
}

package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A value: how a {@link WasmExecutor} keeps its child JVMs.
 *
 * @param spare how many children that have run nothing are kept ready while there is work, 0 to 1
 *     000; with 0 each first execution of an agreement waits for the start of a JVM
 * @param heapBytes the heap of one child, at least 16 MiB; 0 for what the executor's limits need
 * @param idle how long a child waits for the next execution of its agreement, and a spare one for
 *     any, before it is ended; 1 s to 1 day
 * @param classPath where a child finds the jars of this module and what it needs; empty for where
 *     this JVM has them from
 * @param directory where what makes the start of children quick is kept; empty for nowhere
 */
public record ChildOptions(
    int spare,
    long heapBytes,
    Duration idle,
    Optional<String> classPath,
    Optional<Path> directory) {
  /** One spare child, the heap that the limits need, 30 s, the class path of this JVM. */
  public static final ChildOptions DEFAULTS =
      new ChildOptions(1, 0, Duration.ofSeconds(30), Optional.empty(), Optional.empty());

  private static final long LEAST_HEAP = 16L << 20;
  private static final int MOST_SPARE = 1_000;

  /** What a JVM, the runtime and a small module need. */
  private static final long BASE = 64L << 20;

  /** Heap for each byte of instructions while it is compiled. */
  private static final long PER_CODE_BYTE = 256;

  /**
   * Checks every value.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value and its range
   */
  public ChildOptions {
    if (spare < 0 || spare > MOST_SPARE) {
      throw bad("children must lie in 0 to " + MOST_SPARE + ", found " + spare);
    }
    if (heapBytes != 0 && heapBytes < LEAST_HEAP) {
      throw bad("childHeapBytes must be 0 or at least " + LEAST_HEAP + ", found " + heapBytes);
    }
    if (idle.compareTo(Duration.ofSeconds(1)) < 0 || idle.compareTo(Duration.ofDays(1)) > 0) {
      throw bad("childIdle must lie in PT1S to PT24H, found " + idle);
    }
  }

  private static EdgeBeatException bad(String what) {
    return new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, what);
  }

  /**
   * The same with another number of spare children.
   *
   * @param count how many
   * @return the changed options
   */
  public ChildOptions withSpare(int count) {
    return new ChildOptions(count, heapBytes, idle, classPath, directory);
  }

  /**
   * The same with another heap.
   *
   * @param bytes the heap of one child
   * @return the changed options
   */
  public ChildOptions withHeapBytes(long bytes) {
    return new ChildOptions(spare, bytes, idle, classPath, directory);
  }

  /**
   * The same with a directory.
   *
   * @param where an absolute path
   * @return the changed options
   */
  public ChildOptions withDirectory(Path where) {
    return new ChildOptions(spare, heapBytes, idle, classPath, Optional.of(where));
  }

  /** The heap of a child: guests' memories are copied when they grow, so each counts twice. */
  long heapBytes(WasmLimits limits) {
    return heapBytes != 0
        ? heapBytes
        : BASE
            + 2 * limits.memoryBytes()
            + 2 * Math.min(limits.fileBytes(), limits.memoryBytes())
            + 4 * limits.outputBytes()
            + 4L * limits.messageBytes()
            + 2 * limits.imageBytes()
            + PER_CODE_BYTE * limits.codeBytes();
  }
}

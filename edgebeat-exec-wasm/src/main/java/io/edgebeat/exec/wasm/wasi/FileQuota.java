package io.edgebeat.exec.wasm.wasi;

/**
 * How much of files a guest gets. What it is refused by a quota it can see, so equal executions
 * have equal quotas on every machine: only {@code bytes} differs, and follows from the order.
 *
 * @param bytes all files, counted in blocks of {@value #BLOCK} bytes: those of their contents, and
 *     one for each name
 * @param names names in all directories
 * @param nameBytes one name, in UTF-8
 * @param pathBytes one path, and what a symbolic link holds
 * @param depth directories inside of one another
 * @param links symbolic links that are followed on the way to one file
 * @param descriptors open at once, the three of input, output and log included
 */
public record FileQuota(
    long bytes, int names, int nameBytes, int pathBytes, int depth, int links, int descriptors) {
  /** The unit in which space is counted. */
  public static final int BLOCK = 4_096;

  /** Of the memory that was ordered, a quarter is given for files as well. */
  public static final int MEMORY_PER_FILES = 4;

  private static final int NAMES = 16_384;
  private static final int NAME_BYTES = 255;
  private static final int PATH_BYTES = 4_096;
  private static final int DEPTH = 64;
  private static final int LINKS = 32;
  private static final int DESCRIPTORS = 1_024;

  /**
   * The quota of an execution.
   *
   * @param memoryBytes the memory that was ordered for it
   * @return its quota
   */
  public static FileQuota of(long memoryBytes) {
    return new FileQuota(
        memoryBytes / MEMORY_PER_FILES, NAMES, NAME_BYTES, PATH_BYTES, DEPTH, LINKS, DESCRIPTORS);
  }
}

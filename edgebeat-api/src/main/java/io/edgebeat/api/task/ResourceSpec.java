package io.edgebeat.api.task;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;

/**
 * A value: an amount of capacity, offered, wanted or reserved.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes memory
 * @param storageBytes room for image, input and result
 */
public record ResourceSpec(long cpuMillis, long memoryBytes, long storageBytes) {
  /** Nothing. */
  public static final ResourceSpec NONE = new ResourceSpec(0, 0, 0);

  /**
   * Checks the range.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the values when one is negative
   */
  public ResourceSpec {
    if (cpuMillis < 0 || memoryBytes < 0 || storageBytes < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "resources are not negative, found cpuMillis "
              + cpuMillis
              + ", memoryBytes "
              + memoryBytes
              + ", storageBytes "
              + storageBytes);
    }
  }

  /**
   * Whether this is enough.
   *
   * @param wanted what is wanted
   * @return true when no part of {@code wanted} is larger
   */
  public boolean covers(ResourceSpec wanted) {
    return cpuMillis >= wanted.cpuMillis
        && memoryBytes >= wanted.memoryBytes
        && storageBytes >= wanted.storageBytes;
  }

  /**
   * The sum.
   *
   * @param other what is added
   * @return both together
   */
  public ResourceSpec plus(ResourceSpec other) {
    return new ResourceSpec(
        cpuMillis + other.cpuMillis,
        memoryBytes + other.memoryBytes,
        storageBytes + other.storageBytes);
  }

  /**
   * The rest.
   *
   * @param other what is taken away; covered by this
   * @return what is left
   */
  public ResourceSpec minus(ResourceSpec other) {
    return new ResourceSpec(
        cpuMillis - other.cpuMillis,
        memoryBytes - other.memoryBytes,
        storageBytes - other.storageBytes);
  }
}

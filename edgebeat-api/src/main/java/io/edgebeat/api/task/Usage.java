package io.edgebeat.api.task;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value: what an execution has used. Every counter only grows.
 *
 * @param fuel deterministic instructions; 0 when the executor does not count them
 * @param cpuNanos time on a core
 * @param memoryByteSeconds memory held, times the seconds it was held
 * @param bytesIn bytes of input, messages and readings
 * @param bytesOut bytes of output and messages
 * @param messages how many messages each capability gave or took
 */
public record Usage(
    long fuel,
    long cpuNanos,
    long memoryByteSeconds,
    long bytesIn,
    long bytesOut,
    Map<String, Long> messages) {
  /** Nothing yet. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, Map.of());

  /** Copies the map in the order of its keys. */
  public Usage {
    SortedMap<String, Long> sorted = new TreeMap<>(messages);
    messages = Collections.unmodifiableSortedMap(sorted);
  }

  /**
   * The sum of two executions.
   *
   * @param other the other's usage
   * @return both together
   */
  public Usage plus(Usage other) {
    Map<String, Long> sum = new TreeMap<>(messages);
    other.messages.forEach((name, count) -> sum.merge(name, count, Long::sum));
    return new Usage(
        fuel + other.fuel,
        cpuNanos + other.cpuNanos,
        memoryByteSeconds + other.memoryByteSeconds,
        bytesIn + other.bytesIn,
        bytesOut + other.bytesOut,
        sum);
  }
}

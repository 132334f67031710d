package io.edgebeat.api.task;

import io.edgebeat.api.identity.Bytes32;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value: what a workload may see of its host. Part of the terms, because the result depends on
 * it: equal profile and input give an equal result on every machine.
 *
 * @param clock what every clock shows, standing still; empty when there is no clock
 * @param randomSeed what pseudo-random bytes are derived from; empty when there are none
 * @param environment environment variables
 */
public record HostProfile(
    Optional<Instant> clock, Optional<Bytes32> randomSeed, Map<String, String> environment) {
  /** Nothing: no clock, no randomness, an empty environment. */
  public static final HostProfile NOTHING =
      new HostProfile(Optional.empty(), Optional.empty(), Map.of());

  /** Copies the map in the order of its keys. */
  public HostProfile {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(randomSeed, "randomSeed");
    SortedMap<String, String> sorted = new TreeMap<>(environment);
    environment = java.util.Collections.unmodifiableSortedMap(sorted);
  }
}

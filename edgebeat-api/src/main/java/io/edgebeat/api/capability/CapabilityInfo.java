package io.edgebeat.api.capability;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Objects;

/**
 * A value: something a seller sells beside computing time.
 *
 * @param name how terms and workloads name it: lower-case letters, digits and hyphens
 * @param kind what it is, such as {@code sensor/temperature}
 * @param description one sentence for people
 * @param unitsPerMessage how many units of the agreement's tick one message counts; 0 when messages
 *     are free
 */
public record CapabilityInfo(String name, String kind, String description, long unitsPerMessage) {
  /**
   * Checks the components.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
   */
  public CapabilityInfo {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(description, "description");
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a capability's name has lower-case letters, digits and hyphens, found \"" + name + "\"");
    }
    if (unitsPerMessage < 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "unitsPerMessage of capability " + name + " is negative: " + unitsPerMessage);
    }
  }
}

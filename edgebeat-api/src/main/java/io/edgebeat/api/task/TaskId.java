package io.edgebeat.api.task;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A value: names a task of one buyer, 16 random bytes in hexadecimal.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record TaskId(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * Checks the form.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the text
   */
  public TaskId {
    Objects.requireNonNull(hex, "hex");
    if (!FORM.matcher(hex).matches()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a task id has 32 hexadecimal digits, found \"" + hex + "\"");
    }
  }

  /**
   * Makes an id of 16 random bytes.
   *
   * @param random exactly 16 bytes
   * @return the id
   */
  public static TaskId of(byte[] random) {
    return new TaskId(HexFormat.of().formatHex(random));
  }

  @Override
  public String toString() {
    return hex;
  }
}

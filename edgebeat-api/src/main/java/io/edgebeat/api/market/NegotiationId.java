package io.edgebeat.api.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A value: names everything between one buyer and one seller about one agreement, from the first
 * offer to the invoice. Sixteen random bytes minted by the buyer; the agreement's own id changes
 * with every counter-offer, this one does not.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record NegotiationId(String hex) implements Comparable<NegotiationId> {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * Checks the form.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the text
   */
  public NegotiationId {
    Objects.requireNonNull(hex, "hex");
    if (!FORM.matcher(hex).matches()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a negotiation id has 32 hexadecimal digits, found \"" + hex + "\"");
    }
  }

  /**
   * Makes an id of 16 random bytes.
   *
   * @param random exactly 16 bytes
   * @return the id
   */
  public static NegotiationId of(byte[] random) {
    return new NegotiationId(HexFormat.of().formatHex(random));
  }

  @Override
  public int compareTo(NegotiationId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}

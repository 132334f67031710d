package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.HexFormat;

/** Reads hexadecimal text of a known length with an error that names the text. */
final class Hex {
  private Hex() {}

  static byte[] parse(String hex, int length) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (digits.length() != 2 * length) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "expected " + 2 * length + " hexadecimal digits, found \"" + hex + "\"");
    }
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "not hexadecimal: \"" + hex + "\" (" + e.getMessage() + ")");
    }
  }
}

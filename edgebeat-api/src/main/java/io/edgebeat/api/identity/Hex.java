package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.HexFormat;

/**
 * Reads hexadecimal text of a known length. The error never repeats the text: what was pasted into
 * the place of an address may be a private key.
 */
final class Hex {
  private Hex() {}

  static byte[] parse(String hex, int length) {
    int start = hex.startsWith("0x") ? 2 : 0;
    if (hex.length() - start != 2 * length) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "expected " + 2 * length + " hexadecimal digits, found " + (hex.length() - start));
    }
    for (int i = start; i < hex.length(); i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "expected " + 2 * length + " hexadecimal digits, but character " + i + " is none");
      }
    }
    return HexFormat.of().parseHex(hex, start, hex.length());
  }
}

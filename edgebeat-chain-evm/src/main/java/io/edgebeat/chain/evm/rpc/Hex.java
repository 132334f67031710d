package io.edgebeat.chain.evm.rpc;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import java.math.BigInteger;
import java.util.HexFormat;

/** Numbers and bytes as JSON-RPC writes them: quantities without, data with leading zeros. */
public final class Hex {
  private Hex() {}

  /** A quantity. */
  public static String of(long value) {
    return "0x" + Long.toHexString(value);
  }

  /** A quantity. */
  public static String of(BigInteger value) {
    return "0x" + value.toString(16);
  }

  /** Data. */
  public static String of(byte[] data) {
    return "0x" + HexFormat.of().formatHex(data);
  }

  /** A quantity that fits 63 bits. */
  public static long number(Json quantity) {
    BigInteger value = big(quantity);
    if (value.bitLength() > 63) {
      throw new BadAnswerException("a quantity of " + value.bitLength() + " bits");
    }
    return value.longValue();
  }

  /** The number of a block: below 2^53, which no chain reaches, so that sums do not overflow. */
  public static long block(Json quantity) {
    long number = number(quantity);
    if (number >= 1L << 53) {
      throw new BadAnswerException("a block number of " + number);
    }
    return number;
  }

  /** A quantity of up to 256 bits. */
  public static BigInteger big(Json quantity) {
    String text = digits(quantity);
    if (text.isEmpty() || text.length() > 64) {
      throw new BadAnswerException("a quantity of " + text.length() + " digits");
    }
    return new BigInteger(text, 16);
  }

  /** Data of any length. */
  public static byte[] bytes(Json data) {
    String text = digits(data);
    if (text.length() % 2 != 0) {
      throw new BadAnswerException("data of half a byte");
    }
    return HexFormat.of().parseHex(text);
  }

  /** Data of 32 bytes. */
  public static Bytes32 bytes32(Json data) {
    byte[] bytes = bytes(data);
    if (bytes.length != 32) {
      throw new BadAnswerException(bytes.length + " bytes instead of 32");
    }
    return Bytes32.of(bytes);
  }

  /** Data of 20 bytes. */
  public static Address address(Json data) {
    byte[] bytes = bytes(data);
    if (bytes.length != 20) {
      throw new BadAnswerException(bytes.length + " bytes instead of 20");
    }
    return Address.of(bytes);
  }

  private static String digits(Json value) {
    String text = value.text();
    if (!text.startsWith("0x")) {
      throw new BadAnswerException("a text without 0x");
    }
    for (int i = 2; i < text.length(); i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        throw new BadAnswerException("a text that is not hexadecimal");
      }
    }
    return text.substring(2);
  }
}

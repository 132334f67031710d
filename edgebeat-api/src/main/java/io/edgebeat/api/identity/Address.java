package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value: an account of 20 bytes, the last 20 of the keccak-256 of a public key (Ethereum yellow
 * paper, appendix F). Printed in lower case; read in any case.
 */
public final class Address implements Comparable<Address> {
  /** Twenty zero bytes: no account. */
  public static final Address ZERO = new Address(new byte[20]);

  private final byte[] bytes;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy of 20 bytes.
   *
   * @param bytes exactly 20 bytes
   * @return the address
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when the length is another
   */
  public static Address of(byte[] bytes) {
    if (bytes.length != 20) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "an address has 20 bytes, found " + bytes.length);
    }
    return new Address(bytes.clone());
  }

  /**
   * Reads 40 hexadecimal digits with or without {@code 0x} in front.
   *
   * @param hex the text; its case is not a checksum (ERC-55) here
   * @return the address
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when it is anything else
   */
  public static Address parse(String hex) {
    return new Address(Hex.parse(hex, 20));
  }

  /**
   * The bytes.
   *
   * @return a copy, 20 bytes
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Writes the bytes into an array without an intermediate copy.
   *
   * @param target the array to write to
   * @param offset where the first of 20 bytes goes
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, 20);
  }

  /**
   * Whether this is no account at all.
   *
   * @return true when this equals {@link #ZERO}
   */
  public boolean isZero() {
    return equals(ZERO);
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}

package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** A value of 32 bytes: a hash, a digest, an id. Immutable; printed as {@code 0x} and 64 digits. */
public final class Bytes32 implements Comparable<Bytes32> {
  /** Thirty-two zero bytes. */
  public static final Bytes32 ZERO = new Bytes32(new byte[32]);

  private final byte[] bytes;

  private Bytes32(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy of 32 bytes.
   *
   * @param bytes exactly 32 bytes
   * @return the value
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when the length is another
   */
  public static Bytes32 of(byte[] bytes) {
    if (bytes.length != 32) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "expected 32 bytes, found " + bytes.length);
    }
    return new Bytes32(bytes.clone());
  }

  /**
   * Copies 32 bytes out of a longer array.
   *
   * @param bytes the array
   * @param offset where the 32 bytes begin
   * @return the value
   * @throws IndexOutOfBoundsException when the array ends before them
   */
  public static Bytes32 of(byte[] bytes, int offset) {
    // copyOfRange would fill what is missing with zeros.
    Objects.checkFromIndexSize(offset, 32, bytes.length);
    return new Bytes32(Arrays.copyOfRange(bytes, offset, offset + 32));
  }

  /**
   * Reads 64 hexadecimal digits with or without {@code 0x} in front.
   *
   * @param hex the text
   * @return the value
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when it is anything else
   */
  public static Bytes32 parse(String hex) {
    return of(Hex.parse(hex, 32));
  }

  /**
   * The bytes.
   *
   * @return a copy, 32 bytes
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Writes the bytes into an array without an intermediate copy.
   *
   * @param target the array to write to
   * @param offset where the first of 32 bytes goes
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, 32);
  }

  /**
   * Whether all bytes are zero.
   *
   * @return true when this equals {@link #ZERO}
   */
  public boolean isZero() {
    return equals(ZERO);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes32 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}

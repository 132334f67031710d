package io.edgebeat.api.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the fields of one EIP-712 struct in their declared order ({@code hashStruct} of the EIP).
 * One word of 32 bytes a field; not thread-safe, used once. A field more than announced is an
 * {@link IndexOutOfBoundsException}, a field less an {@link IllegalStateException} in {@link
 * #hash}.
 */
public final class StructWriter {
  private final byte[] words;
  private int at = 32;

  /**
   * Starts a struct.
   *
   * @param typeHash keccak-256 of the encoded type
   * @param fields how many fields will be written
   */
  public StructWriter(Bytes32 typeHash, int fields) {
    words = new byte[32 * (fields + 1)];
    typeHash.copyTo(words, 0);
  }

  /**
   * Writes a non-negative number.
   *
   * @param value the number, not negative
   * @return this
   */
  public StructWriter uint(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    for (int i = 0; i < 8; i++) {
      words[at + 31 - i] = (byte) (value >>> (8 * i));
    }
    at += 32;
    return this;
  }

  /**
   * Writes a non-negative number of up to 256 bits.
   *
   * @param value the number
   * @return this
   */
  public StructWriter uint(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 256) {
      throw new IllegalArgumentException("does not fit uint256: " + value);
    }
    byte[] big = value.toByteArray();
    int from = big.length > 32 ? 1 : 0;
    System.arraycopy(big, from, words, at + 32 - (big.length - from), big.length - from);
    at += 32;
    return this;
  }

  /**
   * Writes a flag.
   *
   * @param value the flag
   * @return this
   */
  public StructWriter bool(boolean value) {
    return uint(value ? 1 : 0);
  }

  /**
   * Writes an address.
   *
   * @param value the address
   * @return this
   */
  public StructWriter address(Address value) {
    value.copyTo(words, at + 12);
    at += 32;
    return this;
  }

  /**
   * Writes 32 bytes.
   *
   * @param value the bytes
   * @return this
   */
  public StructWriter bytes32(Bytes32 value) {
    value.copyTo(words, at);
    at += 32;
    return this;
  }

  /**
   * Writes a string: the keccak-256 of its UTF-8 bytes.
   *
   * @param value the string
   * @return this
   * @throws IllegalArgumentException when the string has half of a surrogate pair: it has no UTF-8
   *     form, and its usual replacement would give two strings one signature
   */
  public StructWriter string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (!new String(utf8, StandardCharsets.UTF_8).equals(value)) {
      throw new IllegalArgumentException("not a Unicode text: half of a surrogate pair");
    }
    return bytes(utf8);
  }

  /**
   * Writes bytes of any length: their keccak-256.
   *
   * @param value the bytes
   * @return this
   */
  public StructWriter bytes(byte[] value) {
    System.arraycopy(Keccak256.hash(value), 0, words, at, 32);
    at += 32;
    return this;
  }

  /**
   * Ends the struct.
   *
   * @return keccak-256 of type hash and fields
   * @throws IllegalStateException when fewer fields were written than announced
   */
  public Bytes32 hash() {
    if (at != words.length) {
      throw new IllegalStateException(
          "wrote " + (at / 32 - 1) + " fields of " + (words.length / 32 - 1));
    }
    return Bytes32.of(Keccak256.hash(words));
  }
}

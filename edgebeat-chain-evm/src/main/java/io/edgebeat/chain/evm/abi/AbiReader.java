package io.edgebeat.chain.evm.abi;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what a contract returns, logs or reverts with. Every value must fit its type: a word with
 * other bits set is an error. Not thread-safe.
 */
public final class AbiReader {
  private final byte[] data;
  private final int start;
  private int at;

  /** Reads from an offset on, such as 4 behind a selector. */
  public AbiReader(byte[] data, int start) {
    this.data = data;
    this.start = start;
    this.at = start;
  }

  /** A number of so many bits. */
  public BigInteger uint(int bits) {
    BigInteger value = new BigInteger(1, word());
    if (value.bitLength() > bits) {
      throw new IllegalArgumentException("a number does not fit uint" + bits);
    }
    return value;
  }

  /** A number of up to 63 bits. */
  public long number(int bits) {
    return uint(bits).longValueExact();
  }

  /** A flag. */
  public boolean bool() {
    return number(1) == 1;
  }

  /** An account. */
  public Address address() {
    byte[] word = word();
    for (int i = 0; i < 12; i++) {
      if (word[i] != 0) {
        throw new IllegalArgumentException("an address is longer than 20 bytes");
      }
    }
    return Address.of(Arrays.copyOfRange(word, 12, 32));
  }

  /** 32 bytes. */
  public Bytes32 bytes32() {
    return Bytes32.of(word());
  }

  /** The first four of 32 bytes. */
  public byte[] bytes4() {
    return Arrays.copyOf(word(), 4);
  }

  /**
   * A text behind the words. A contract takes any bytes for one, so what is not UTF-8 is replaced:
   * if it were an error, anybody could write what nobody can read past.
   */
  public String string() {
    long offset = number(31);
    long length = new AbiReader(data, checked(start + offset, 32)).number(31);
    int from = checked(start + offset + 32, length);
    return new String(data, from, (int) length, StandardCharsets.UTF_8);
  }

  private byte[] word() {
    int from = checked(at, 32);
    at += 32;
    return Arrays.copyOfRange(data, from, from + 32);
  }

  private int checked(long from, long length) {
    if (from < 0 || from + length > data.length) {
      throw new IllegalArgumentException("the data ends too early");
    }
    return (int) from;
  }
}

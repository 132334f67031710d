package io.edgebeat.chain.evm.abi;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the arguments of one call (Solidity, contract ABI specification): one word each, static
 * structs word by word, and what has a length behind them. Not thread-safe, used once.
 */
public final class AbiWriter {
  /** One word, or the place where the offset of a tail goes. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Part(byte[] word, byte[] tail) {}

  private static final byte[] NONE = new byte[0];

  private final byte[] selector;
  private final List<Part> parts = new ArrayList<>();

  private AbiWriter(byte[] selector) {
    this.selector = selector;
  }

  /** A call of the function with this signature, such as {@code transfer(address,uint256)}. */
  public static AbiWriter call(String signature) {
    return new AbiWriter(selector(signature));
  }

  /** Arguments without a function: those of a constructor. */
  public static AbiWriter arguments() {
    return new AbiWriter(NONE);
  }

  /** The first four bytes of the hash of a signature. */
  public static byte[] selector(String signature) {
    return Arrays.copyOf(Keccak256.hash(signature.getBytes(StandardCharsets.US_ASCII)), 4);
  }

  /** The hash of a signature: the first topic of an event. */
  public static Bytes32 topic(String signature) {
    return Bytes32.of(Keccak256.hash(signature.getBytes(StandardCharsets.US_ASCII)));
  }

  /** A number. */
  public AbiWriter uint(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 256) {
      throw new IllegalArgumentException("does not fit uint256: " + value);
    }
    byte[] big = value.toByteArray();
    int from = big.length > 32 ? 1 : 0;
    byte[] word = new byte[32];
    System.arraycopy(big, from, word, 32 - (big.length - from), big.length - from);
    return word(word);
  }

  /** A number. */
  public AbiWriter uint(long value) {
    return uint(BigInteger.valueOf(value));
  }

  /** A flag. */
  public AbiWriter bool(boolean value) {
    return uint(value ? 1 : 0);
  }

  /** An account. */
  public AbiWriter address(Address value) {
    byte[] word = new byte[32];
    value.copyTo(word, 12);
    return word(word);
  }

  /** 32 bytes. */
  public AbiWriter bytes32(Bytes32 value) {
    return word(value.toBytes());
  }

  /** Bytes of any length. */
  public AbiWriter bytes(byte[] value) {
    byte[] tail = new byte[32 + (value.length + 31) / 32 * 32];
    byte[] length = new AbiWriter(NONE).uint(value.length).toBytes();
    System.arraycopy(length, 0, tail, 0, 32);
    System.arraycopy(value, 0, tail, 32, value.length);
    parts.add(new Part(NONE, tail));
    return this;
  }

  /** A text. */
  public AbiWriter string(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private AbiWriter word(byte[] word) {
    parts.add(new Part(word, NONE));
    return this;
  }

  /** Selector and arguments. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(selector);
    int tail = 32 * parts.size();
    for (Part part : parts) {
      if (part.word().length == 32) {
        out.writeBytes(part.word());
      } else {
        out.writeBytes(new AbiWriter(NONE).uint(tail).toBytes());
        tail += part.tail().length;
      }
    }
    for (Part part : parts) {
      out.writeBytes(part.tail());
    }
    return out.toByteArray();
  }
}

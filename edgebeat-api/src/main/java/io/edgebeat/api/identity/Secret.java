package io.edgebeat.api.identity;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A value that must not be seen: a private key or a preimage. {@code toString} is {@code ***}, so
 * that it cannot reach a log by accident; equality takes the same time for every content.
 */
public final class Secret {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy of some bytes.
   *
   * @param bytes the secret
   * @return the wrapped secret
   */
  public static Secret of(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /**
   * The bytes, for the code that has to use them.
   *
   * @return a copy
   */
  public byte[] reveal() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "***";
  }
}

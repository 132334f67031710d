package io.edgebeat.api.identity;

import java.util.Arrays;
import java.util.HexFormat;

/** A value: bytes of any length that nobody can change. */
public final class Blob {
  /** No bytes. */
  public static final Blob EMPTY = new Blob(new byte[0]);

  private final byte[] bytes;

  private Blob(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy.
   *
   * @param bytes the bytes
   * @return the value
   */
  public static Blob of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Blob(bytes.clone());
  }

  /**
   * The bytes.
   *
   * @return a copy
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * How many bytes.
   *
   * @return the length
   */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Blob that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The length and the first bytes in hexadecimal. */
  @Override
  public String toString() {
    return bytes.length
        + " bytes 0x"
        + HexFormat.of().formatHex(bytes, 0, Math.min(16, bytes.length))
        + (bytes.length > 16 ? ".." : "");
  }
}

package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;

/** A value: a point of secp256k1 as 64 bytes, x and y, each big-endian. */
public final class PublicKey {
  private static final byte UNCOMPRESSED = 0x04;

  /** In the form of SEC 1, because that is what the libraries want on every call. */
  private final byte[] sec1;

  private final Address address;

  private PublicKey(byte[] sec1) {
    this.sec1 = sec1;
    byte[] hash = Keccak256.hash(sec1, 1, 64);
    this.address = Address.of(Arrays.copyOfRange(hash, 12, 32));
  }

  /**
   * Wraps a copy of the coordinates. Whether the point lies on the curve is the business of the
   * {@link SignatureBackend} that uses it.
   *
   * @param xy 64 bytes: x, then y
   * @return the key
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when the length is another
   */
  public static PublicKey of(byte[] xy) {
    if (xy.length != 64) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a public key has 64 bytes, found " + xy.length);
    }
    byte[] sec1 = new byte[65];
    sec1[0] = UNCOMPRESSED;
    System.arraycopy(xy, 0, sec1, 1, 64);
    return new PublicKey(sec1);
  }

  /**
   * Wraps a copy of the uncompressed form (SEC 1, section 2.3.3). As with {@link #of}, the point is
   * not checked.
   *
   * @param sec1 65 bytes: 0x04, x, y
   * @return the key
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when length or first byte is another
   */
  public static PublicKey ofUncompressed(byte[] sec1) {
    if (sec1.length != 65 || sec1[0] != UNCOMPRESSED) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "an uncompressed public key has 65 bytes that begin with 04, found " + sec1.length);
    }
    return new PublicKey(sec1.clone());
  }

  /**
   * The coordinates.
   *
   * @return a copy, 64 bytes: x, then y
   */
  public byte[] toBytes() {
    return Arrays.copyOfRange(sec1, 1, 65);
  }

  /**
   * The uncompressed form (SEC 1, section 2.3.3).
   *
   * @return a copy, 65 bytes: 0x04, x, y
   */
  public byte[] uncompressed() {
    return sec1.clone();
  }

  /**
   * The account of this key.
   *
   * @return the last 20 bytes of the keccak-256 of the coordinates
   */
  public Address address() {
    return address;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(sec1, that.sec1);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sec1);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(sec1, 1, 65);
  }
}

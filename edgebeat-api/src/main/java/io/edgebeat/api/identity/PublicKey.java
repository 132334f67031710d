package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;

/** A value: a point of secp256k1 as 64 bytes, x and y, each big-endian. */
public final class PublicKey {
  private final byte[] xy;
  private final Address address;

  private PublicKey(byte[] xy) {
    this.xy = xy;
    byte[] hash = Keccak256.hash(xy);
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
    return new PublicKey(xy.clone());
  }

  /**
   * The coordinates.
   *
   * @return a copy, 64 bytes: x, then y
   */
  public byte[] toBytes() {
    return xy.clone();
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
    return other instanceof PublicKey that && Arrays.equals(xy, that.xy);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(xy);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(xy);
  }
}

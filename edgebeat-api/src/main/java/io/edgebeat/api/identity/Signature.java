package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value: an ECDSA signature over secp256k1 with its recovery id, 65 bytes r, s, v with v = 27 or
 * 28. Only low-s signatures (EIP-2) count as well formed; a 64-byte compact form does not exist
 * here.
 */
public final class Signature {
  /** The order of the group, SEC 2 section 2.4.1. */
  public static final BigInteger GROUP_ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private static final byte[] ZERO = new byte[32];
  private static final byte[] HALF_ORDER =
      HexFormat.of().parseHex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
  private static final byte[] ORDER =
      HexFormat.of().parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

  private final byte[] rsv;

  private Signature(byte[] rsv) {
    this.rsv = rsv;
  }

  /**
   * Wraps a copy of 65 bytes; nothing but the length is checked, see {@link #isWellFormed()}.
   *
   * @param rsv 65 bytes: r, s, v
   * @return the signature
   * @throws EdgeBeatException {@code BAD_SIGNATURE} when the length is another
   */
  public static Signature of(byte[] rsv) {
    if (rsv.length != 65) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE, "a signature has 65 bytes (r, s, v), found " + rsv.length);
    }
    return new Signature(rsv.clone());
  }

  /**
   * Joins the compact form and a recovery id.
   *
   * @param rs 64 bytes: r, s
   * @param recoveryId 0 or 1
   * @return the signature
   * @throws EdgeBeatException {@code BAD_SIGNATURE} when length or id is another
   */
  public static Signature of(byte[] rs, int recoveryId) {
    if (rs.length != 64 || (recoveryId & ~1) != 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "expected 64 bytes (r, s) and a recovery id of 0 or 1, found "
              + rs.length
              + " bytes and "
              + recoveryId);
    }
    byte[] rsv = Arrays.copyOf(rs, 65);
    rsv[64] = (byte) (27 + recoveryId);
    return new Signature(rsv);
  }

  /**
   * The 65 bytes.
   *
   * @return a copy: r, s, v
   */
  public byte[] toBytes() {
    return rsv.clone();
  }

  /**
   * The compact form.
   *
   * @return a copy of 64 bytes: r, s
   */
  public byte[] compact() {
    return Arrays.copyOf(rsv, 64);
  }

  /**
   * The recovery id.
   *
   * @return v - 27: 0 or 1 when well formed
   */
  public int recoveryId() {
    return (rsv[64] & 0xff) - 27;
  }

  /**
   * Whether 0 &lt; r &lt; n, 0 &lt; s &lt;= n/2 and v is 27 or 28. Everything else is refused
   * before any curve arithmetic.
   *
   * @return true when all three hold
   */
  public boolean isWellFormed() {
    return (rsv[64] == 27 || rsv[64] == 28)
        && Arrays.compareUnsigned(rsv, 0, 32, ZERO, 0, 32) > 0
        && Arrays.compareUnsigned(rsv, 0, 32, ORDER, 0, 32) < 0
        && Arrays.compareUnsigned(rsv, 32, 64, ZERO, 0, 32) > 0
        && Arrays.compareUnsigned(rsv, 32, 64, HALF_ORDER, 0, 32) <= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that && Arrays.equals(rsv, that.rsv);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(rsv);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(rsv);
  }
}

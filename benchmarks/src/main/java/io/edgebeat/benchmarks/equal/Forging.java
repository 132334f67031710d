package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Draws signatures: genuine ones, and every way in which one may not be. */
enum Forging {
  /** As it was signed. */
  GENUINE,
  /** As it was signed, asked of another digest: somebody unknown has signed that. */
  OTHER_DIGEST,
  /** n - s, which is as good to a curve. */
  HIGH_S,
  /** n - s and the other v: exactly as good. */
  HIGH_S_OTHER_V,
  /** The other of 27 and 28. */
  OTHER_V,
  /** 0 or 1. */
  LOW_V,
  /** 29, which some write for a large r. */
  V_29,
  /** Any v but the two. */
  ANY_V,
  /** No number of the group. */
  ZERO_R,
  /** No number of the group. */
  ZERO_S,
  /** The order, or a little more. */
  ORDER_R,
  /** The order, or a little more. */
  ORDER_S,
  /** The largest s that is low, or the smallest that is high. */
  MIDDLE_S,
  /** One bit of r, s or v. */
  BIT,
  /** Noise with a v that could be. */
  NOISE,
  /** r and s from 1 on, which few points have. */
  SMALL,
  /** Made so that the key would be the point at infinity, which is nobody's. */
  INFINITY,
  /** 64 bytes: r, and s with v in its highest bit (ERC-2098). */
  COMPACT,
  /** One byte too few or too many. */
  WRONG_LENGTH;

  private static final BigInteger N = Signature.GROUP_ORDER;

  /** A digest, and bytes that are said to be a signature of it. */
  record Sample(Forging kind, Bytes32 digest, Blob signature) {
    byte[] bytes() {
      return signature.toBytes();
    }
  }

  static Sample draw(Random random) {
    List<Forging> all = List.of(values());
    // Half of them are genuine.
    Forging kind = random.nextBoolean() ? GENUINE : all.get(random.nextInt(all.size()));
    return kind.draw(random, scalar(random));
  }

  private Sample draw(Random random, BigInteger key) {
    Bytes32 digest = Bytes32.of(noise(random, 32));
    byte[] rsv = Keys.SIGNATURES.sign(digest, Secret.of(word(key))).toBytes();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(rsv, 32, 64));
    switch (this) {
      case GENUINE -> {}
      case OTHER_DIGEST -> digest = Bytes32.of(noise(random, 32));
      case HIGH_S -> put(rsv, 32, N.subtract(s));
      case HIGH_S_OTHER_V -> {
        put(rsv, 32, N.subtract(s));
        rsv[64] ^= 27 ^ 28;
      }
      case OTHER_V -> rsv[64] ^= 27 ^ 28;
      case LOW_V -> rsv[64] = (byte) (rsv[64] - 27);
      case V_29 -> rsv[64] = (byte) (29 + random.nextInt(2));
      case ANY_V -> rsv[64] = (byte) random.nextInt(256);
      case ZERO_R -> put(rsv, 0, BigInteger.ZERO);
      case ZERO_S -> put(rsv, 32, BigInteger.ZERO);
      case ORDER_R -> put(rsv, 0, N.add(BigInteger.valueOf(random.nextInt(3))));
      case ORDER_S -> put(rsv, 32, N.add(BigInteger.valueOf(random.nextInt(3))));
      case MIDDLE_S -> put(rsv, 32, N.shiftRight(1).add(BigInteger.valueOf(random.nextInt(3) - 1)));
      case BIT -> rsv[random.nextInt(65)] ^= (byte) (1 << random.nextInt(8));
      case NOISE -> {
        byte[] noise = noise(random, 64);
        System.arraycopy(noise, 0, rsv, 0, 64);
        // Else half of them would fall at the first check.
        rsv[32] &= 0x7f;
      }
      case SMALL -> {
        put(rsv, 0, BigInteger.valueOf(1 + random.nextInt(50)));
        put(rsv, 32, BigInteger.valueOf(1 + random.nextInt(50)));
      }
      case INFINITY -> rsv = infinity(digest, random);
      case COMPACT -> {
        byte[] compact = Arrays.copyOf(rsv, 64);
        compact[32] |= (byte) (rsv[64] == 28 ? 0x80 : 0);
        rsv = compact;
      }
      case WRONG_LENGTH -> rsv = Arrays.copyOf(rsv, random.nextBoolean() ? 66 : random.nextInt(65));
    }
    return new Sample(this, digest, Blob.of(rsv));
  }

  /** Q = (s R - z G) / r with R = k G and s = z / k. */
  private static byte[] infinity(Bytes32 digest, Random random) {
    BigInteger k = scalar(random);
    PublicKey point = Keys.SIGNATURES.publicKey(Secret.of(word(k)));
    byte[] xy = point.uncompressed();
    byte[] rsv = new byte[65];
    System.arraycopy(xy, 1, rsv, 0, 32);
    BigInteger s = new BigInteger(1, digest.toBytes()).multiply(k.modInverse(N)).mod(N);
    boolean odd = (xy[64] & 1) == 1;
    if (s.compareTo(N.shiftRight(1)) > 0) {
      s = N.subtract(s);
      odd = !odd;
    }
    put(rsv, 32, s);
    rsv[64] = (byte) (odd ? 28 : 27);
    return rsv;
  }

  private static BigInteger scalar(Random random) {
    return new BigInteger(250, random).add(BigInteger.ONE);
  }

  private static byte[] noise(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] word(BigInteger value) {
    byte[] word = new byte[32];
    put(word, 0, value);
    return word;
  }

  /** Writes 32 bytes. */
  static void put(byte[] to, int at, BigInteger value) {
    byte[] big = value.toByteArray();
    Arrays.fill(to, at, at + 32, (byte) 0);
    int length = Math.min(32, big.length);
    System.arraycopy(big, big.length - length, to, at + 32 - length, length);
  }
}

package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Signature;
import java.math.BigInteger;
import java.util.Arrays;

/** What is wrong with a signature. */
enum Twist {
  /** Nothing. */
  NONE,
  /** The other s, that is as good to a curve. */
  HIGH_S,
  /** Points at the other key. */
  OTHER_V,
  /** 0 or 1, as some write it. */
  LOW_V,
  /** No number of the group. */
  ZERO_R,
  /** Not below the order. */
  ORDER_S,
  /** One bit of it. */
  BIT,
  /** Signed for another chain. */
  OTHER_CHAIN;

  Signature apply(Signature signature) {
    byte[] rsv = signature.toBytes();
    switch (this) {
      case NONE, OTHER_CHAIN -> {}
      case HIGH_S -> {
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(rsv, 32, 64));
        Forging.put(rsv, 32, Signature.GROUP_ORDER.subtract(s));
        rsv[64] ^= 27 ^ 28;
      }
      case OTHER_V -> rsv[64] ^= 27 ^ 28;
      case LOW_V -> rsv[64] = (byte) (rsv[64] - 27);
      case ZERO_R -> Arrays.fill(rsv, 0, 32, (byte) 0);
      case ORDER_S -> Forging.put(rsv, 32, Signature.GROUP_ORDER);
      case BIT -> rsv[40] ^= 16;
    }
    return Signature.of(rsv);
  }
}

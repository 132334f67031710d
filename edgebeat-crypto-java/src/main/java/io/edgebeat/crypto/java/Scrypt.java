package io.edgebeat.crypto.java;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * scrypt (RFC 7914) from BouncyCastle's PBKDF2 and Salsa20. BouncyCastle's own scrypt refuses n of
 * 65536 and more when r is 1, as the RFC says; the published test vector and files in the wild have
 * 262144 and 1.
 */
final class Scrypt {
  private Scrypt() {}

  /** Needs {@code 128 * n * r} bytes of memory; the caller has checked the parameters. */
  static byte[] derive(byte[] password, byte[] salt, int n, int r, int p, int length) {
    byte[] blocks = pbkdf2(password, salt, 1, 128 * r * p);
    int[][] table = new int[n][32 * r];
    for (int i = 0; i < p; i++) {
      mix(
          ByteBuffer.wrap(blocks, 128 * r * i, 128 * r)
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN)
              .asIntBuffer(),
          table);
    }
    return pbkdf2(password, blocks, 1, length);
  }

  static byte[] pbkdf2(byte[] password, byte[] salt, int iterations, int length) {
    PKCS5S2ParametersGenerator generator =
        new PKCS5S2ParametersGenerator(SHA256Digest.newInstance());
    generator.init(password, salt, iterations);
    return ((KeyParameter) generator.generateDerivedMacParameters(8 * length)).getKey();
  }

  /** scryptROMix, section 5: fills the table, then reads it in an order nobody can foresee. */
  private static void mix(IntBuffer block, int[][] table) {
    int words = block.remaining();
    int[] x = new int[words];
    int[] y = new int[words];
    int[] t = new int[16];
    block.get(0, x);
    for (int[] row : table) {
      System.arraycopy(x, 0, row, 0, words);
      mixBlock(x, y, t);
      int[] swap = x;
      x = y;
      y = swap;
    }
    for (int i = 0; i < table.length; i++) {
      int[] row = table[x[words - 16] & (table.length - 1)];
      for (int w = 0; w < words; w++) {
        x[w] ^= row[w];
      }
      mixBlock(x, y, t);
      int[] swap = x;
      x = y;
      y = swap;
    }
    block.put(0, x);
  }

  /** scryptBlockMix, section 4: even results into the first half of y, odd ones into the second. */
  private static void mixBlock(int[] x, int[] y, int[] t) {
    int words = x.length;
    System.arraycopy(x, words - 16, t, 0, 16);
    for (int at = 0; at < words; at += 16) {
      for (int w = 0; w < 16; w++) {
        t[w] ^= x[at + w];
      }
      Salsa20Engine.salsaCore(8, t, t);
      int half = (at & 16) == 0 ? 0 : words / 2;
      System.arraycopy(t, 0, y, half + (at >> 5 << 4), 16);
    }
  }
}

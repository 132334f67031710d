package io.edgebeat.crypto.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Keccak256;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

/** The API's keccak-256 against BouncyCastle's, on every length up to some blocks and on others. */
class Keccak256DifferentialTest {

  @Test
  void equalsBouncyCastle() {
    long seed = Long.getLong("edgebeat.seed", new SecureRandom().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      int length = i < 1000 ? i : random.nextInt(20_000);
      byte[] input = new byte[length + 20];
      random.nextBytes(input);
      int offset = random.nextInt(20);
      assertThat(Keccak256.hash(input, offset, length))
          .as("%d bytes", length)
          .isEqualTo(bouncyCastle(Arrays.copyOfRange(input, offset, offset + length)));
    }
  }

  private static byte[] bouncyCastle(byte[] input) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(input, 0, input.length);
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return hash;
  }
}

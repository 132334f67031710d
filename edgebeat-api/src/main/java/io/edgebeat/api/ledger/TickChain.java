package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Hash-chain ticks (PayWord, Rivest and Shamir 1996): {@code x_(i-1) = SHA-256(x_i || first 16
 * bytes of agreementId)}; 48 bytes are one block of SHA-256. The anchor is x_0, tick k is x_k.
 */
public final class TickChain {
  private TickChain() {}

  /**
   * Hashes a link some steps towards the anchor.
   *
   * @param agreementId the agreement the chain belongs to
   * @param link x_i
   * @param steps how many steps, not negative
   * @return x_(i - steps)
   */
  public static Bytes32 back(AgreementId agreementId, Bytes32 link, int steps) {
    if (steps == 0) {
      return link;
    }
    MessageDigest sha = sha256();
    byte[] block = block(agreementId, link);
    for (int i = 0; i < steps; i++) {
      step(sha, block);
    }
    return Bytes32.of(block, 0);
  }

  /**
   * Computes a whole chain from its seed.
   *
   * @param agreementId the agreement the chain belongs to
   * @param seed x_n, 32 random bytes that are never used again
   * @param length n
   * @return x_0 .. x_n, n + 1 links
   */
  public static Bytes32[] links(AgreementId agreementId, Bytes32 seed, int length) {
    Bytes32[] links = new Bytes32[length + 1];
    MessageDigest sha = sha256();
    byte[] block = block(agreementId, seed);
    links[length] = seed;
    for (int i = length - 1; i >= 0; i--) {
      step(sha, block);
      links[i] = Bytes32.of(block, 0);
    }
    return links;
  }

  private static byte[] block(AgreementId agreementId, Bytes32 link) {
    byte[] block = Arrays.copyOf(link.toBytes(), 48);
    System.arraycopy(agreementId.digest().toBytes(), 0, block, 32, 16);
    return block;
  }

  private static void step(MessageDigest sha, byte[] block) {
    sha.update(block);
    try {
      sha.digest(block, 0, 32);
    } catch (java.security.DigestException e) {
      throw new IllegalStateException("48 bytes hold a digest of 32", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

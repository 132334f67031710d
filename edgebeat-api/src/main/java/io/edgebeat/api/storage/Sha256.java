package io.edgebeat.api.storage;

import io.edgebeat.api.identity.Bytes32;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One reused digest on heap arrays, which is the fast path of the JDK. For one thread at a time.
 */
final class Sha256 {
  private final MessageDigest digest;
  private final byte[] hash = new byte[32];

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Bytes32 hash(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
    try {
      digest.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes hold a SHA-256", e);
    }
    return Bytes32.of(hash);
  }
}

package io.edgebeat.exec.wasm;

import io.edgebeat.api.identity.Bytes32;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The bytes a seed stands for: SHA-256(seed || 0), SHA-256(seed || 1) and so on, the counter being
 * 8 bytes, the most significant first. Equal on every machine.
 */
final class RandomStream {
  private final MessageDigest digest;
  private final byte[] block = new byte[40];
  private final byte[] bytes = new byte[32];
  private long counter;
  private int used = 32;

  RandomStream(Bytes32 seed) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    seed.copyTo(block, 0);
  }

  /** How many bytes were given. */
  long position() {
    return counter * 32 - (32 - used);
  }

  /** Goes on as after so many bytes. */
  void position(long given) {
    counter = given / 32;
    used = 32;
    fill(new byte[(int) (given % 32)]);
  }

  void fill(byte[] target) {
    for (int at = 0; at < target.length; ) {
      if (used == 32) {
        ByteBuffer.wrap(block).putLong(32, counter++);
        digest.update(block);
        try {
          digest.digest(bytes, 0, 32);
        } catch (DigestException e) {
          throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        used = 0;
      }
      int count = Math.min(32 - used, target.length - at);
      System.arraycopy(bytes, used, target, at, count);
      used += count;
      at += count;
    }
  }
}

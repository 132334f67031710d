package io.edgebeat.api.identity;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * A {@link Signer} with its private key in memory. It signs whatever it is asked to: a signer with
 * a policy wraps it and refuses.
 */
public final class KeySigner implements Signer {
  private final SignatureBackend backend;
  private final Secret privateKey;
  private final PublicKey publicKey;

  private KeySigner(SignatureBackend backend, Secret privateKey) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.privateKey = Objects.requireNonNull(privateKey, "privateKey");
    this.publicKey = backend.publicKey(privateKey);
  }

  /**
   * A signer for a key that exists.
   *
   * @param backend does the arithmetic
   * @param privateKey 32 bytes, a scalar in 1 .. n-1
   * @return the signer
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when the scalar is out
   *     of range; the message never contains it
   */
  public static KeySigner of(SignatureBackend backend, Secret privateKey) {
    return new KeySigner(backend, privateKey);
  }

  /**
   * A signer for a new key that exists nowhere else and is gone with the signer.
   *
   * @param backend does the arithmetic
   * @param random where the key comes from
   * @return the signer
   */
  public static KeySigner generate(SignatureBackend backend, SecureRandom random) {
    return new KeySigner(backend, generateKey(random));
  }

  /**
   * A new private key: every scalar in 1 .. n-1 is equally likely.
   *
   * @param random where the key comes from
   * @return 32 bytes
   */
  public static Secret generateKey(SecureRandom random) {
    byte[] bytes = new byte[32];
    try {
      // To draw again is unbiased; a remainder modulo n would not be.
      BigInteger scalar;
      do {
        random.nextBytes(bytes);
        scalar = new BigInteger(1, bytes);
      } while (scalar.signum() == 0 || scalar.compareTo(Signature.GROUP_ORDER) >= 0);
      return Secret.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public Address address() {
    return publicKey.address();
  }

  /**
   * The key that verifies what this signs.
   *
   * @return the public key
   */
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public Signature sign(SigningRequest request) {
    return backend.sign(request.digest(), privateKey);
  }

  /** The address; never the key. */
  @Override
  public String toString() {
    return "KeySigner " + address();
  }
}

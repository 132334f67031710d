package io.edgebeat.crypto.natives;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link SignatureBackend} on libsecp256k1, through the JNI binding of ACINQ. */
public final class NativeSignatureBackend implements SignatureBackend {
  private final Secp256k1 library;

  /**
   * Uses the library of this process, loading it first if nobody has.
   *
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} for the reason that {@link
   *     #unavailable()} gives
   */
  public NativeSignatureBackend() {
    if (Library.loaded == null) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          RetryAdvice.NEVER,
          unavailable().orElseThrow(),
          Library.failure);
    }
    this.library = Library.loaded;
  }

  /**
   * Why this cannot work on this machine. Never throws.
   *
   * @return the reason, or empty when it works
   */
  public static Optional<String> unavailable() {
    return Library.loaded != null
        ? Optional.empty()
        : Optional.of(
            "libsecp256k1 does not load on "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + " ("
                + Library.failure
                + "); add edgebeat-crypto-java to the class path, or see the README of"
                + " edgebeat-crypto-native");
  }

  @Override
  public String name() {
    return "libsecp256k1";
  }

  @Override
  public PublicKey publicKey(Secret privateKey) {
    byte[] key = scalar(privateKey);
    try {
      return PublicKey.ofUncompressed(library.pubkeyCreate(key));
    } finally {
      wipe(key);
    }
  }

  @Override
  public Signature sign(Bytes32 digest, Secret privateKey) {
    byte[] key = scalar(privateKey);
    try {
      byte[] message = digest.toBytes();
      return RecoverableSigning.sign(message, key).orElseGet(() -> signAndRecover(message, key));
    } finally {
      wipe(key);
    }
  }

  /** What the binding offers is enough, but takes about twice as long. */
  Signature signAndRecover(byte[] message, byte[] key) {
    byte[] rs = library.sign(message, key, null);
    return Signature.of(rs, recoveryId(rs, message, key));
  }

  /**
   * The parity of y of the nonce's point R = kG, which the binding computes but does not hand out.
   *
   * <p>The nonce follows from the signature and the private key: k = (z + r d) / s. One
   * multiplication kG then gives the point, which takes half the time of recovering a public key
   * and computing the true one to compare with. Whatever is secret stays inside the library's
   * constant-time arithmetic; only s, which is public, is inverted here. A low s that the library
   * has negated gives the negated k, and so the parity that fits.
   */
  private int recoveryId(byte[] rs, byte[] message, byte[] key) {
    byte[] r = Arrays.copyOf(rs, 32);
    BigInteger s = new BigInteger(1, rs, 32, 32);
    BigInteger z = new BigInteger(1, message);
    byte[] product = library.privKeyTweakMul(key, r);
    byte[] sum = library.privKeyTweakAdd(product, word(z.mod(Signature.GROUP_ORDER)));
    byte[] nonce = library.privKeyTweakMul(sum, word(s.modInverse(Signature.GROUP_ORDER)));
    byte[] point = library.pubkeyCreate(nonce);
    wipe(product);
    wipe(sum);
    wipe(nonce);
    if (!Arrays.equals(point, 1, 33, r, 0, 32)) {
      // Either x of the point is not below n, which one in 2^127 is and v cannot express, or the
      // machine has computed a wrong signature, which would betray the private key.
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, "libsecp256k1 made a signature that does not check; it is discarded");
    }
    return point[64] & 1;
  }

  @Override
  public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
    if (!signature.isWellFormed()) {
      return false;
    }
    try {
      return library.verify(signature.compact(), digest.toBytes(), key.uncompressed());
    } catch (Secp256k1Exception notOnTheCurve) {
      return false;
    }
  }

  @Override
  public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
    if (!signature.isWellFormed()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          PublicKey.ofUncompressed(
              library.ecdsaRecover(signature.compact(), digest.toBytes(), signature.recoveryId())));
    } catch (Secp256k1Exception noKeyMadeIt) {
      return Optional.empty();
    }
  }

  private byte[] scalar(Secret privateKey) {
    byte[] key = privateKey.reveal();
    if (!library.secKeyVerify(key)) {
      wipe(key);
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a private key is a number of 32 bytes from 1 to the order of secp256k1 less 1;"
              + " this one is not");
    }
    return key;
  }

  /** As 32 bytes, big-endian. */
  private static byte[] word(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] word = new byte[32];
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
    return word;
  }

  private static void wipe(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }

  /** Loaded once a process, on first use, and asked for its failure ever after. */
  private static final class Library {
    static final @Nullable Secp256k1 loaded;
    static final @Nullable Throwable failure;

    static {
      Secp256k1 library = null;
      Throwable reason = null;
      try {
        library = Secp256k1.get();
        // The symbols are bound by the first call only.
        library.secKeyVerify(new byte[32]);
      } catch (Exception | LinkageError e) {
        library = null;
        reason = e;
      }
      loaded = library;
      failure = reason;
    }

    private Library() {}
  }
}

package io.edgebeat.api.identity;

import java.util.Optional;

/**
 * SPI: ECDSA over secp256k1. Two implementations exist, on a native library and in pure Java, and
 * give equal results for every input. Signatures are deterministic (RFC 6979) and low-s.
 */
public interface SignatureBackend {

  /**
   * What this is, for the line a node logs at start.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: there is nothing to
   * close.
   *
   * @return a short name such as {@code libsecp256k1}
   */
  String name();

  /**
   * The public key of a private key.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: {@code INVALID_ARGUMENT} as below. After
   * close: there is nothing to close.
   *
   * @param privateKey 32 bytes, a scalar in 1 .. n-1
   * @return the key
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when the scalar is out
   *     of range; the message never contains it
   */
  PublicKey publicKey(Secret privateKey);

  /**
   * Signs a digest: RFC 6979 with SHA-256, low-s, with recovery id.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: {@code INVALID_ARGUMENT} as below. After
   * close: there is nothing to close.
   *
   * @param digest what is signed
   * @param privateKey 32 bytes, a scalar in 1 .. n-1
   * @return a well-formed signature
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when the scalar is out
   *     of range; the message never contains it
   */
  Signature sign(Bytes32 digest, Secret privateKey);

  /**
   * Verifies a signature by a known key, which is faster than recovering it. Which of 27 and 28 the
   * signature carries as v does not matter here: v only helps to find a key, and who already knows
   * the key would have to pay for a recovery to learn whether it is the right one. Whoever passes
   * the signature on to somebody who recovers (a ledger) checks with {@link #recover} instead.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none, whatever the arguments hold. After
   * close: there is nothing to close.
   *
   * @param digest what was signed
   * @param signature the signature; anything not well formed is refused
   * @param key the key
   * @return true only for a well-formed signature of the digest whose r and s are by this key;
   *     false, and no exception, for a key that is no point of the curve
   */
  boolean verify(Bytes32 digest, Signature signature, PublicKey key);

  /**
   * Recovers the key that made a signature.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none, whatever the arguments hold. After
   * close: there is nothing to close.
   *
   * @param digest what was signed
   * @param signature the signature; anything not well formed is refused
   * @return the key, or empty when the signature is not well formed or no key can have made it
   */
  Optional<PublicKey> recover(Bytes32 digest, Signature signature);
}

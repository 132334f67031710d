package io.edgebeat.crypto.java;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * {@link SignatureBackend} in pure Java, on BouncyCastle's arithmetic. Private keys pass through
 * {@link BigInteger}, whose time depends on its values: on a machine shared with strangers prefer
 * the native one.
 */
public final class JavaSignatureBackend implements SignatureBackend {
  private static final X9ECParameters PARAMETERS = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(PARAMETERS);
  private static final ECCurve CURVE = DOMAIN.getCurve();
  private static final ECPoint G = DOMAIN.getG();
  private static final BigInteger N = DOMAIN.getN();
  private static final BigInteger HALF_N = N.shiftRight(1);

  /** Needs nothing. */
  public JavaSignatureBackend() {}

  @Override
  public String name() {
    return "BouncyCastle";
  }

  @Override
  public PublicKey publicKey(Secret privateKey) {
    return publicKey(multiplyG(scalar(privateKey)));
  }

  @Override
  public Signature sign(Bytes32 digest, Secret privateKey) {
    BigInteger d = scalar(privateKey);
    byte[] message = digest.toBytes();
    BigInteger z = new BigInteger(1, message);
    HMacDSAKCalculator nonces = new HMacDSAKCalculator(SHA256Digest.newInstance());
    nonces.init(N, d, message);
    while (true) {
      BigInteger k = nonces.nextK();
      // BouncyCastle's own signer keeps this point to itself, and then the recovery id costs as
      // much as three more signatures.
      ECPoint point = multiplyG(k).normalize();
      BigInteger x = point.getAffineXCoord().toBigInteger();
      BigInteger r = x.mod(N);
      BigInteger s = BigIntegers.modOddInverse(N, k).multiply(z.add(d.multiply(r))).mod(N);
      if (r.signum() == 0 || s.signum() == 0) {
        continue;
      }
      if (!r.equals(x)) {
        // One in 2^127; the native backend refuses it as well.
        throw new EdgeBeatException(
            ErrorCode.INTERNAL, "x of the nonce's point is not below n, which v cannot express");
      }
      boolean odd = point.getAffineYCoord().testBitZero();
      if (s.compareTo(HALF_N) > 0) {
        s = N.subtract(s);
        odd = !odd;
      }
      byte[] rs = new byte[64];
      BigIntegers.asUnsignedByteArray(r, rs, 0, 32);
      BigIntegers.asUnsignedByteArray(s, rs, 32, 32);
      return Signature.of(rs, odd ? 1 : 0);
    }
  }

  @Override
  public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
    if (!signature.isWellFormed()) {
      return false;
    }
    ECPublicKeyParameters point;
    try {
      // Both refuse a point that is not on the curve; the first also a coordinate that is no
      // element of the field.
      point = new ECPublicKeyParameters(CURVE.decodePoint(key.uncompressed()), DOMAIN);
    } catch (IllegalArgumentException notOnTheCurve) {
      return false;
    }
    byte[] rs = signature.compact();
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, point);
    return verifier.verifySignature(
        digest.toBytes(), new BigInteger(1, rs, 0, 32), new BigInteger(1, rs, 32, 32));
  }

  @Override
  public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
    if (!signature.isWellFormed()) {
      return Optional.empty();
    }
    byte[] rs = signature.compact();
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (2 + signature.recoveryId());
    System.arraycopy(rs, 0, compressed, 1, 32);
    ECPoint point;
    try {
      point = CURVE.decodePoint(compressed);
    } catch (IllegalArgumentException noPointHasThisX) {
      return Optional.empty();
    }
    // SEC 1, section 4.1.6: Q = (s R - z G) / r.
    BigInteger s = new BigInteger(1, rs, 32, 32);
    BigInteger z = new BigInteger(1, digest.toBytes());
    BigInteger overR = BigIntegers.modOddInverseVar(N, new BigInteger(1, rs, 0, 32));
    ECPoint key =
        ECAlgorithms.sumOfTwoMultiplies(
            G, z.negate().multiply(overR).mod(N), point, s.multiply(overR).mod(N));
    return key.isInfinity() ? Optional.empty() : Optional.of(publicKey(key));
  }

  private static ECPoint multiplyG(BigInteger scalar) {
    return new FixedPointCombMultiplier().multiply(G, scalar);
  }

  private static PublicKey publicKey(ECPoint point) {
    return PublicKey.ofUncompressed(point.getEncoded(false));
  }

  private static BigInteger scalar(Secret privateKey) {
    byte[] bytes = privateKey.reveal();
    BigInteger scalar = new BigInteger(1, bytes);
    boolean wellFormed = bytes.length == 32 && scalar.signum() > 0 && scalar.compareTo(N) < 0;
    Arrays.fill(bytes, (byte) 0);
    if (!wellFormed) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a private key is a number of 32 bytes from 1 to the order of secp256k1 less 1;"
              + " this one is not");
    }
    return scalar;
  }
}

package io.edgebeat.crypto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Asks two backends the same questions and demands equal answers, and the true one wherever it is
 * known without asking. Half of the questions would never come up in an honest market.
 */
final class BackendComparison {
  private static final BigInteger N = Signature.GROUP_ORDER;
  private static final BigInteger P =
      BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));

  /** What is done to an honest signature, its digest and its key before they are checked. */
  enum Mutation {
    NONE,
    OTHER_V,
    BAD_V,
    BIT_IN_R,
    BIT_IN_S,
    BIT_IN_DIGEST,
    BIT_IN_KEY,
    OTHER_KEY,
    NEGATED_KEY,
    KEY_OFF_CURVE,
    KEY_OUTSIDE_OF_FIELD,
    KEY_ZERO,
    HIGH_S,
    ZERO_R,
    ZERO_S,
    R_FROM_N,
    S_FROM_N,
    RANDOM_R_AND_S,
    RECOVERS_INFINITY
  }

  private final SignatureBackend reference;
  private final SignatureBackend candidate;
  private final Random random;

  BackendComparison(SignatureBackend reference, SignatureBackend candidate, long seed) {
    this.reference = reference;
    this.candidate = candidate;
    this.random = new Random(seed);
  }

  /** Throws on the first disagreement; otherwise says how often each mutation came up. */
  Map<Mutation, Integer> run(int cases) {
    Map<Mutation, Integer> histogram = new EnumMap<>(Mutation.class);
    Mutation[] mutations = Mutation.values();
    for (int i = 0; i < cases; i++) {
      Mutation mutation = mutations[random.nextInt(mutations.length)];
      check(mutation);
      histogram.merge(mutation, 1, Integer::sum);
    }
    return histogram;
  }

  private void check(Mutation mutation) {
    Secret secret = Secret.of(bytes32(scalar()));
    Bytes32 digest = digest();
    PublicKey key = reference.publicKey(secret);
    Signature signature = reference.sign(digest, secret);
    assertThat(candidate.publicKey(secret)).isEqualTo(key);
    assertThat(candidate.sign(digest, secret)).as("signature of %s", digest).isEqualTo(signature);
    assertThat(signature.isWellFormed()).isTrue();

    PublicKey honest = key;
    byte[] rsv = signature.toBytes();
    switch (mutation) {
      case NONE -> {}
      case OTHER_V -> rsv[64] ^= 27 ^ 28;
      case BAD_V -> {
        do {
          rsv[64] = (byte) random.nextInt(256);
        } while (rsv[64] == 27 || rsv[64] == 28);
      }
      case BIT_IN_R -> flip(rsv, 0, 32);
      case BIT_IN_S -> flip(rsv, 32, 32);
      case BIT_IN_DIGEST -> {
        byte[] flipped = digest.toBytes();
        // n and 0 are one digest to ECDSA, and so on; no two such are one bit apart.
        flip(flipped, 0, 32);
        digest = Bytes32.of(flipped);
      }
      case BIT_IN_KEY -> {
        byte[] flipped = key.toBytes();
        flip(flipped, 0, 64);
        key = PublicKey.of(flipped);
      }
      case OTHER_KEY -> {
        PublicKey other = reference.publicKey(Secret.of(bytes32(scalarInRange())));
        // The scalars at the edges are few and come again.
        key = other.equals(key) ? PublicKey.of(new byte[64]) : other;
      }
      case NEGATED_KEY -> {
        BigInteger y = new BigInteger(1, key.toBytes(), 32, 32);
        key = point(new BigInteger(1, key.toBytes(), 0, 32), P.subtract(y));
      }
      case KEY_OFF_CURVE -> key = point(new BigInteger(255, random), new BigInteger(255, random));
      case KEY_OUTSIDE_OF_FIELD -> {
        BigInteger tooLarge = P.add(BigInteger.valueOf(random.nextInt(977)));
        BigInteger y = new BigInteger(1, key.toBytes(), 32, 32);
        key = random.nextBoolean() ? point(tooLarge, y) : point(y.min(P), tooLarge);
      }
      case KEY_ZERO -> key = PublicKey.of(new byte[64]);
      case HIGH_S -> {
        // Just as valid to ECDSA; the other v goes with it.
        put(N.subtract(new BigInteger(1, rsv, 32, 32)), rsv, 32);
        if (random.nextBoolean()) {
          rsv[64] ^= 27 ^ 28;
        }
      }
      case ZERO_R -> put(BigInteger.ZERO, rsv, 0);
      case ZERO_S -> put(BigInteger.ZERO, rsv, 32);
      case R_FROM_N -> put(fromOrder(), rsv, 0);
      case S_FROM_N -> put(fromOrder(), rsv, 32);
      case RANDOM_R_AND_S -> {
        put(scalarInRange(), rsv, 0);
        put(scalarInRange().shiftRight(1).max(BigInteger.ONE), rsv, 32);
      }
      case RECOVERS_INFINITY -> recoversInfinity(digest, rsv);
    }
    ask(mutation, digest, Signature.of(rsv), key, honest);
  }

  private void ask(
      Mutation mutation, Bytes32 digest, Signature signature, PublicKey key, PublicKey honest) {
    String question = mutation + ": digest " + digest + ", signature " + signature + ", key " + key;
    // A digest of zero, and n is zero as well, cannot tell a key from its negative: R and -R have
    // one x. No hash function will be caught giving it.
    boolean zeroDigest = new BigInteger(1, digest.toBytes()).mod(N).signum() == 0;
    boolean valid =
        mutation == Mutation.NONE
            || mutation == Mutation.OTHER_V
            || (mutation == Mutation.NEGATED_KEY && zeroDigest);
    assertThat(reference.verify(digest, signature, key)).as(question).isEqualTo(valid);
    assertThat(candidate.verify(digest, signature, key)).as(question).isEqualTo(valid);

    Optional<PublicKey> recovered = reference.recover(digest, signature);
    assertThat(candidate.recover(digest, signature)).as(question).isEqualTo(recovered);
    switch (mutation) {
      case NONE,
          BIT_IN_KEY,
          OTHER_KEY,
          NEGATED_KEY,
          KEY_OFF_CURVE,
          KEY_OUTSIDE_OF_FIELD,
          KEY_ZERO ->
          assertThat(recovered).as(question).contains(honest);
      case BAD_V, HIGH_S, ZERO_R, ZERO_S, R_FROM_N, S_FROM_N, RECOVERS_INFINITY ->
          assertThat(recovered).as(question).isEmpty();
      case OTHER_V, BIT_IN_R, BIT_IN_S, BIT_IN_DIGEST, RANDOM_R_AND_S ->
          assertThat(recovered).as(question).isNotEqualTo(Optional.of(honest));
    }
    if (recovered.isPresent()) {
      assertThat(reference.verify(digest, signature, recovered.get())).as(question).isTrue();
      assertThat(candidate.verify(digest, signature, recovered.get())).as(question).isTrue();
    }
  }

  /** With k R for R and z / k for s, the sum whose multiple is the key is zero. */
  private void recoversInfinity(Bytes32 digest, byte[] rsv) {
    BigInteger z = new BigInteger(1, digest.toBytes()).mod(N);
    if (z.signum() == 0) {
      // No s but zero would do.
      put(BigInteger.ZERO, rsv, 32);
      return;
    }
    BigInteger k = scalarInRange();
    byte[] point = reference.publicKey(Secret.of(bytes32(k))).toBytes();
    BigInteger s = z.multiply(k.modInverse(N)).mod(N);
    int parity = point[63] & 1;
    if (s.compareTo(N.shiftRight(1)) > 0) {
      s = N.subtract(s);
      parity ^= 1;
    }
    System.arraycopy(point, 0, rsv, 0, 32);
    put(s, rsv, 32);
    rsv[64] = (byte) (27 + parity);
  }

  /** Both refuse it, with one code and without its digits. */
  void refuseAsPrivateKey(BigInteger scalar) {
    Secret secret = Secret.of(bytes32(scalar));
    for (SignatureBackend backend : new SignatureBackend[] {reference, candidate}) {
      for (Throwable refusal :
          new Throwable[] {
            catchThrowable(() -> backend.publicKey(secret)),
            catchThrowable(() -> backend.sign(Bytes32.ZERO, secret))
          }) {
        assertThat(refusal)
            .isInstanceOfSatisfying(
                EdgeBeatException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                  assertThat(e.getMessage()).doesNotContain(scalar.toString(16));
                });
      }
    }
  }

  private BigInteger scalar() {
    return random.nextInt(8) == 0
        ? edge(N.subtract(BigInteger.ONE)).max(BigInteger.ONE)
        : scalarInRange();
  }

  private BigInteger scalarInRange() {
    while (true) {
      BigInteger scalar = new BigInteger(256, random);
      if (scalar.signum() > 0 && scalar.compareTo(N) < 0) {
        return scalar;
      }
    }
  }

  private Bytes32 digest() {
    BigInteger digest =
        switch (random.nextInt(16)) {
          case 0 -> edge(N);
          case 1 -> edge(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
          case 2 -> N.add(BigInteger.valueOf(random.nextInt(3)));
          default -> new BigInteger(256, random);
        };
    return Bytes32.of(bytes32(digest));
  }

  /** Near zero or near the largest. */
  private BigInteger edge(BigInteger largest) {
    BigInteger small = BigInteger.valueOf(random.nextInt(3));
    return random.nextBoolean() ? small : largest.subtract(small);
  }

  private BigInteger fromOrder() {
    BigInteger room = BigInteger.TWO.pow(256).subtract(N);
    return N.add(
        random.nextBoolean() ? edge(room.subtract(BigInteger.ONE)) : new BigInteger(120, random));
  }

  private void flip(byte[] bytes, int from, int length) {
    bytes[from + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
  }

  private static PublicKey point(BigInteger x, BigInteger y) {
    byte[] xy = new byte[64];
    put(x, xy, 0);
    put(y, xy, 32);
    return PublicKey.of(xy);
  }

  private static void put(BigInteger value, byte[] target, int at) {
    System.arraycopy(bytes32(value), 0, target, at, 32);
  }

  private static byte[] bytes32(BigInteger value) {
    return HexFormat.of().parseHex(String.format("%064x", value));
  }
}

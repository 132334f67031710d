package io.edgebeat.crypto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.crypto.natives.BackendComparison.Mutation;
import io.edgebeat.spi.SignatureBackendProvider;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The two backends give equal answers to random and to mutated questions: more of them with
 * -Dedgebeat.nightly=true, the same again with -Dedgebeat.seed=...
 */
class BackendsAgreeTest {
  private static final BigInteger N = Signature.GROUP_ORDER;
  private static final SignatureBackend JAVA = new JavaSignatureBackend();

  @BeforeEach
  void needsTheLibrary() {
    assumeThat(NativeSignatureBackend.unavailable()).isEmpty();
  }

  @Test
  void onRandomAndMutatedInputs() {
    long seed = Long.getLong("edgebeat.seed", new SecureRandom().nextLong());
    int cases = Boolean.getBoolean("edgebeat.nightly") ? 100_000 : 10_000;
    System.out.println("seed " + seed);
    Map<Mutation, Integer> histogram =
        new BackendComparison(JAVA, new NativeSignatureBackend(), seed).run(cases);
    System.out.println(cases + " cases " + histogram);
    assertThat(histogram.keySet()).containsExactlyInAnyOrder(Mutation.values());
    // Each is drawn with the same probability; a tenth of its share would be no accident.
    assertThat(histogram.values())
        .allSatisfy(
            count -> assertThat(count).isGreaterThan(cases / Mutation.values().length / 10));
  }

  @Test
  void onPrivateKeysOutOfRange() {
    BackendComparison comparison = new BackendComparison(JAVA, new NativeSignatureBackend(), 1);
    comparison.refuseAsPrivateKey(BigInteger.ZERO);
    comparison.refuseAsPrivateKey(N);
    comparison.refuseAsPrivateKey(N.add(BigInteger.ONE));
    comparison.refuseAsPrivateKey(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
    for (SignatureBackend backend : new SignatureBackend[] {JAVA, new NativeSignatureBackend()}) {
      for (int length : new int[] {0, 31, 33}) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 1);
        assertThatThrownBy(() -> backend.publicKey(Secret.of(ones)))
            .hasMessageContaining("32 bytes");
        assertThatThrownBy(() -> backend.sign(Bytes32.ZERO, Secret.of(ones)))
            .hasMessageContaining("32 bytes");
      }
    }
  }

  /** What the comparison would say if a backend took both s of a signature for good. */
  @Test
  void theComparisonFindsABackendThatAcceptsHighS() {
    SignatureBackend lenient = new AcceptsHighS(new NativeSignatureBackend());
    assertThatThrownBy(() -> new BackendComparison(JAVA, lenient, 1).run(1_000))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HIGH_S");
  }

  /** The way that older JDKs go gives the same signature, recovery id included. */
  @Test
  void onTheRecoveryIdByTheLibraryAndByTheBinding() {
    NativeSignatureBackend backend = new NativeSignatureBackend();
    Random random = new Random(Long.getLong("edgebeat.seed", 1));
    int odd = 0;
    for (int i = 0; i < 500; i++) {
      byte[] key = new byte[32];
      byte[] message = new byte[32];
      random.nextBytes(key);
      random.nextBytes(message);
      key[0] = 0; // below the order of the group
      if (i % 50 == 0) {
        Arrays.fill(message, (byte) -1); // above it
      }
      Signature byBinding = backend.signAndRecover(message, key);
      RecoverableSigning.sign(message, key)
          .ifPresent(byLibrary -> assertThat(byLibrary).isEqualTo(byBinding));
      assertThat(backend.sign(Bytes32.of(message), Secret.of(key))).isEqualTo(byBinding);
      odd += byBinding.recoveryId();
    }
    assertThat(odd).as("both recovery ids occur").isBetween(100, 400);
  }

  @Test
  void onANewJdkTheLibrarySignsWithTheRecoveryIdItself() {
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(24);
    byte[] key = new byte[32];
    key[31] = 1;
    assertThat(RecoverableSigning.sign(new byte[32], key)).isPresent();
  }

  @Test
  void theNativeOneIsPreferred() {
    assertThat(ServiceLoader.load(SignatureBackendProvider.class))
        .extracting(SignatureBackendProvider::id)
        .containsExactlyInAnyOrder("native", "java");
    SignatureBackendProvider preferred =
        ServiceLoader.load(SignatureBackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .max(Comparator.comparingInt(SignatureBackendProvider::priority))
            .orElseThrow();
    assertThat(preferred.id()).isEqualTo("native");
    assertThat(preferred.unavailable()).isEmpty();
    assertThat(preferred.create().name()).isEqualTo("libsecp256k1");
  }

  private record AcceptsHighS(SignatureBackend delegate) implements SignatureBackend {
    @Override
    public String name() {
      return "accepts high s";
    }

    @Override
    public PublicKey publicKey(Secret privateKey) {
      return delegate.publicKey(privateKey);
    }

    @Override
    public Signature sign(Bytes32 digest, Secret privateKey) {
      return delegate.sign(digest, privateKey);
    }

    @Override
    public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
      return delegate.verify(digest, low(signature), key);
    }

    @Override
    public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
      return delegate.recover(digest, low(signature));
    }

    private static Signature low(Signature signature) {
      byte[] rs = signature.compact();
      BigInteger s = new BigInteger(1, rs, 32, 32);
      if (s.compareTo(N.shiftRight(1)) <= 0 || s.compareTo(N) >= 0) {
        return signature;
      }
      byte[] low = N.subtract(s).toByteArray();
      Arrays.fill(rs, 32, 64, (byte) 0);
      System.arraycopy(low, 0, rs, 64 - low.length, low.length);
      return Signature.of(rs, (signature.recoveryId() ^ 1) & 1);
    }
  }
}

package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.storage.ContentId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link SignatureBackend} promises. */
@Timeout(120)
public interface SignatureBackendContract {

  /**
   * Makes a backend.
   *
   * @return the backend
   */
  SignatureBackend createBackend();

  private static Bytes32 digest(int n) {
    return ContentId.sha256(new byte[] {(byte) n});
  }

  private static byte[] bytes(BigInteger scalar) {
    byte[] all = scalar.toByteArray();
    byte[] bytes = new byte[32];
    int length = Math.min(32, all.length);
    System.arraycopy(all, all.length - length, bytes, 32 - length, length);
    return bytes;
  }

  private static Secret key(long n) {
    return Secret.of(bytes(BigInteger.valueOf(n)));
  }

  private static Signature of(byte[] r, byte[] s, int v) {
    byte[] all = Arrays.copyOf(r, 65);
    System.arraycopy(s, 0, all, 32, 32);
    all[64] = (byte) v;
    return Signature.of(all);
  }

  /** It has a name for the log. */
  @Test
  default void hasAName() {
    assertThat(createBackend().name()).isNotBlank();
  }

  /** The keys of 1 and n - 1 are the generator (SEC 2, section 2.4.1) and its mirror image. */
  @Test
  default void publicKeysAreThoseOfTheCurve() {
    SignatureBackend backend = createBackend();
    String x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    String y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    assertThat(backend.publicKey(key(1))).isEqualTo(PublicKey.of(HexFormat.of().parseHex(x + y)));
    byte[] mirrored =
        backend
            .publicKey(Secret.of(bytes(Signature.GROUP_ORDER.subtract(BigInteger.ONE))))
            .toBytes();
    assertThat(HexFormat.of().formatHex(mirrored, 0, 32)).isEqualTo(x);
    assertThat(HexFormat.of().formatHex(mirrored, 32, 64)).isNotEqualTo(y);
  }

  /** The vector for key 1 that implementations of RFC 6979 over secp256k1 share. */
  @Test
  default void signsAsOthersDo() {
    Bytes32 digest = ContentId.sha256("Satoshi Nakamoto".getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(createBackend().sign(digest, key(1)).compact()))
        .isEqualTo(
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
  }

  /** Signatures are deterministic, well formed, verify, and give their key back. */
  @Test
  default void whatItSignsIsItsOwn() {
    SignatureBackend backend = createBackend();
    for (int n = 1; n <= 20; n++) {
      PublicKey key = backend.publicKey(key(n));
      Signature signature = backend.sign(digest(n), key(n));
      assertThat(backend.sign(digest(n), key(n))).isEqualTo(signature);
      assertThat(signature.isWellFormed()).isTrue();
      assertThat(backend.verify(digest(n), signature, key)).isTrue();
      assertThat(backend.recover(digest(n), signature)).contains(key);
    }
  }

  /** Another digest, another key, one turned bit: nothing else verifies. */
  @Test
  default void nothingElseVerifies() {
    SignatureBackend backend = createBackend();
    PublicKey key = backend.publicKey(key(7));
    Signature signature = backend.sign(digest(1), key(7));
    assertThat(backend.verify(digest(2), signature, key)).isFalse();
    assertThat(backend.verify(digest(1), signature, backend.publicKey(key(8)))).isFalse();
    assertThat(backend.recover(digest(2), signature)).isNotEqualTo(Optional.of(key));
    for (int bit = 0; bit < 512; bit += 7) {
      byte[] turned = signature.toBytes();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      Signature other = Signature.of(turned);
      assertThat(backend.verify(digest(1), other, key)).as("bit " + bit).isFalse();
      assertThat(backend.recover(digest(1), other).filter(key::equals)).isEmpty();
    }
  }

  /** Who knows the key does not look at v; who recovers does. */
  @Test
  default void verifyingIgnoresWhichVItIs() {
    SignatureBackend backend = createBackend();
    PublicKey key = backend.publicKey(key(7));
    Signature good = backend.sign(digest(1), key(7));
    Signature otherV = Signature.of(good.compact(), good.recoveryId() ^ 1);
    assertThat(backend.verify(digest(1), otherV, key)).isTrue();
    assertThat(backend.recover(digest(1), otherV).filter(key::equals)).isEmpty();
  }

  /** What is not well formed is refused without an exception. */
  @Test
  default void whatIsNotWellFormedIsRefused() {
    SignatureBackend backend = createBackend();
    PublicKey key = backend.publicKey(key(7));
    Signature good = backend.sign(digest(1), key(7));
    byte[] r = Arrays.copyOf(good.toBytes(), 32);
    byte[] s = Arrays.copyOfRange(good.toBytes(), 32, 64);
    int v = 27 + good.recoveryId();
    byte[] highS = bytes(Signature.GROUP_ORDER.subtract(new BigInteger(1, s)));
    byte[] n = bytes(Signature.GROUP_ORDER);
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    List<Signature> malformed =
        List.of(
            of(r, highS, 54 + 1 - v),
            of(r, highS, v),
            of(new byte[32], s, v),
            of(r, new byte[32], v),
            of(n, s, v),
            of(r, n, v),
            of(ones, ones, v),
            of(r, s, 0),
            of(r, s, 1),
            of(r, s, 26),
            of(r, s, 29),
            Signature.of(new byte[65]));
    for (Signature bad : malformed) {
      assertThat(backend.verify(digest(1), bad, key)).as(bad.toString()).isFalse();
      assertThat(backend.recover(digest(1), bad)).as(bad.toString()).isEmpty();
    }
  }

  /** A key that is no point of the curve verifies nothing, without an exception. */
  @Test
  default void aKeyThatIsNoPointVerifiesNothing() {
    SignatureBackend backend = createBackend();
    Signature good = backend.sign(digest(1), key(7));
    byte[] off = backend.publicKey(key(7)).toBytes();
    off[63] ^= 1;
    assertThat(backend.verify(digest(1), good, PublicKey.of(off))).isFalse();
    assertThat(backend.verify(digest(1), good, PublicKey.of(new byte[64]))).isFalse();
  }

  /** A private key out of range is refused, and never told. */
  @Test
  default void aPrivateKeyOutOfRangeIsRefusedAndNotTold() {
    SignatureBackend backend = createBackend();
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    List<byte[]> keys =
        List.of(
            new byte[32],
            bytes(Signature.GROUP_ORDER),
            bytes(Signature.GROUP_ORDER.add(BigInteger.ONE)),
            ones,
            new byte[31],
            new byte[33]);
    for (byte[] key : keys) {
      for (Check.Call call :
          List.<Check.Call>of(
              () -> backend.publicKey(Secret.of(key)),
              () -> backend.sign(digest(1), Secret.of(key)))) {
        assertThat(
                Check.refused(ErrorCode.INVALID_ARGUMENT, call)
                    .getMessage()
                    .toLowerCase(Locale.ROOT))
            .doesNotContain(HexFormat.of().formatHex(key))
            .doesNotContain(new BigInteger(1, key).toString(10) + " ");
      }
    }
  }

  /** Calls may overlap. */
  @Test
  default void callsMayOverlap() throws Exception {
    SignatureBackend backend = createBackend();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      Secret key = key(i);
      calls.add(
          () -> {
            boolean right = true;
            for (int n = 0; n < 50; n++) {
              Signature signature = backend.sign(digest(n), key);
              PublicKey known = backend.publicKey(key);
              right &= backend.verify(digest(n), signature, known);
              right &= backend.recover(digest(n), signature).filter(known::equals).isPresent();
            }
            return right;
          });
    }
    assertThat(Check.atOnce(calls)).containsOnly(true);
  }
}

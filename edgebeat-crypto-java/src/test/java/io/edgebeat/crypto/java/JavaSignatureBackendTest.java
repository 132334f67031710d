package io.edgebeat.crypto.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.spi.SignatureBackendProvider;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Published signatures, without the native library: what nobody else made cannot be wrong in the
 * same way. The comparison of the two backends is in edgebeat-crypto-native.
 */
class JavaSignatureBackendTest {
  private static final SignatureBackend BACKEND = new JavaSignatureBackend();

  /** The signature of "Ether Mail" in the tests that EIP-712 publishes; the key is of "cow". */
  @Test
  void signsTheExampleOfEip712() {
    Secret cow = Secret.of(Keccak256.hash("cow".getBytes(StandardCharsets.US_ASCII)));
    Bytes32 digest =
        Bytes32.parse("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    Signature signature = BACKEND.sign(digest, cow);
    assertThat(signature)
        .hasToString(
            "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
                + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
                + "1c");
    PublicKey key = BACKEND.publicKey(cow);
    assertThat(key.address()).hasToString("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    assertThat(BACKEND.recover(digest, signature)).contains(key);
    assertThat(BACKEND.verify(digest, signature, key)).isTrue();
  }

  /** Deterministic signatures of the SHA-256 of a text, as Bitcoin's libraries publish them. */
  @ParameterizedTest
  @CsvSource({
    "1, Satoshi Nakamoto,"
        + " 934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8,"
        + " 2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    "1, 'All those moments will be lost in time, like tears in rain. Time to die...',"
        + " 8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b,"
        + " 547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21",
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140, Satoshi Nakamoto,"
        + " fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0,"
        + " 6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
  })
  void signsAsOthersDo(String key, String text, String r, String s) {
    Secret secret =
        Secret.of(HexFormat.of().parseHex(String.format("%064x", new BigInteger(key, 16))));
    Bytes32 digest = ContentId.sha256(text.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(BACKEND.sign(digest, secret).compact())).isEqualTo(r + s);
  }

  @Test
  void aSignerSignsWithIt() {
    KeySigner signer = KeySigner.generate(BACKEND, new SecureRandom());
    Bytes32 digest = Bytes32.parse("ab".repeat(32));
    Signature signature = signer.sign(new SigningRequest.OfTransaction(digest, 1, "a transfer"));
    assertThat(BACKEND.recover(digest, signature))
        .hasValueSatisfying(key -> assertThat(key.address()).isEqualTo(signer.address()));
  }

  @Test
  void isFoundAsTheFallback() {
    SignatureBackendProvider provider =
        ServiceLoader.load(SignatureBackendProvider.class).findFirst().orElseThrow();
    assertThat(provider.id()).isEqualTo("java");
    assertThat(provider.priority()).isZero();
    assertThat(provider.unavailable()).isEmpty();
    assertThat(provider.create()).isInstanceOf(JavaSignatureBackend.class);
  }
}

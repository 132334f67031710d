package io.edgebeat.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What a signer adds to a backend, with a backend that only notes what it was asked. */
class KeySignerTest {
  private static final Secret KEY = Secret.of(new byte[] {42});

  /** Not arithmetic: the key is a fixed point and the signature repeats the digest. */
  private static final SignatureBackend NOTES =
      new SignatureBackend() {
        @Override
        public String name() {
          return "notes";
        }

        @Override
        public PublicKey publicKey(Secret privateKey) {
          return PublicKey.of(new byte[64]);
        }

        @Override
        public Signature sign(Bytes32 digest, Secret privateKey) {
          byte[] rs = new byte[64];
          digest.copyTo(rs, 0);
          rs[63] = privateKey.reveal()[0];
          return Signature.of(rs, 0);
        }

        @Override
        public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
          return false;
        }

        @Override
        public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
          return Optional.empty();
        }
      };

  @Test
  void signsTheDigestOfTheRequestWithItsKey() {
    Bytes32 digest = Bytes32.parse("ab".repeat(32));
    KeySigner signer = KeySigner.of(NOTES, KEY);
    Signature signature = signer.sign(new SigningRequest.OfTransaction(digest, 1, "a transfer"));
    assertThat(Bytes32.of(signature.toBytes(), 0)).isEqualTo(digest);
    assertThat(signature.toBytes()[63]).isEqualTo((byte) 42);
    assertThat(signer.address()).isEqualTo(signer.publicKey().address());
  }

  @Test
  void printsItsAddressOnly() {
    KeySigner signer = KeySigner.of(NOTES, KEY);
    assertThat(signer).hasToString("KeySigner " + signer.address());
  }

  @Test
  void aNewKeyIsDrawnAgainUntilItIsInRange() {
    String order = String.format("%064x", Signature.GROUP_ORDER);
    String largest = String.format("%064x", Signature.GROUP_ORDER.subtract(BigInteger.ONE));
    SecureRandom random = new Scripted("00".repeat(32), "ff".repeat(32), order, largest);
    assertThat(KeySigner.generateKey(random).reveal()).isEqualTo(HexFormat.of().parseHex(largest));
  }

  private static final class Scripted extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient Queue<String> draws;

    Scripted(String... draws) {
      this.draws = new ArrayDeque<>(List.of(draws));
    }

    @Override
    public void nextBytes(byte[] bytes) {
      byte[] next = HexFormat.of().parseHex(draws.remove());
      System.arraycopy(next, 0, bytes, 0, bytes.length);
    }
  }
}

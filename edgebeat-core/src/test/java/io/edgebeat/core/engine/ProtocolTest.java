package io.edgebeat.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Signatures that a ledger will see: v matters to it, and one recovery is enough to know. */
class ProtocolTest {
  private static final SignatureBackend SIGNATURES = EdgeBeat.signatures();

  private final Counted counted = new Counted();
  private final LedgerInfo ledger = EmbeddedChain.inMemory(EmbeddedChain.config(SIGNATURES)).info();
  private final Protocol protocol = new Protocol(ledger, counted);
  private final KeySigner signer = KeySigner.generate(SIGNATURES, new SecureRandom());
  private final Address who = signer.address();

  @Test
  void aSignatureIsRecoveredOnceForItsCheckAndForTheLedger() {
    Settlement settlement = settlement(1);
    Signature good = sign(settlement);
    assertThat(protocol.signedForLedger(who, settlement, good)).isTrue();
    assertThat(protocol.recoverable(who, settlement, good)).isEqualTo(good);
    assertThat(protocol.signedForLedger(who, settlement, good)).isTrue();
    assertThat(counted.recovered).isEqualTo(1);
    assertThat(counted.verified).isZero();
    // Its key is known from then on.
    Settlement next = settlement(2);
    assertThat(protocol.signedBy(who, next, sign(next))).isTrue();
    assertThat(counted.recovered).isEqualTo(1);
    assertThat(counted.verified).isEqualTo(1);
  }

  @Test
  void aSignatureWithTheOtherVIsTakenAndPutRightForTheLedger() {
    Settlement first = settlement(1);
    assertThat(protocol.signedForLedger(who, first, sign(first))).isTrue();
    Settlement settlement = settlement(2);
    Signature good = sign(settlement);
    Signature other = Signature.of(good.compact(), 1 - good.recoveryId());
    assertThat(protocol.signedForLedger(who, settlement, other)).isTrue();
    assertThat(protocol.recoverable(who, settlement, other)).isEqualTo(good);
  }

  @Test
  void aSignatureThatIsRememberedCountsForNothingElse() {
    Settlement settlement = settlement(1);
    Signature good = sign(settlement);
    assertThat(protocol.signedForLedger(who, settlement, good)).isTrue();
    assertThat(protocol.signedForLedger(who, settlement(2), good)).isFalse();
    assertThat(protocol.signedForLedger(Address.ZERO, settlement, good)).isFalse();
    byte[] flipped = good.toBytes();
    flipped[40] ^= 1;
    assertThat(protocol.signedForLedger(who, settlement, Signature.of(flipped))).isFalse();
  }

  private Signature sign(Settlement settlement) {
    return signer.sign(new SigningRequest.OfMessage(ledger.domain(), settlement));
  }

  private static Settlement settlement(int number) {
    byte[] hash = new byte[32];
    hash[0] = (byte) number;
    return new Settlement(new AgreementId(Bytes32.of(hash)), Edg.of("1"), Bytes32.of(hash));
  }

  private static final class Counted implements SignatureBackend {
    int recovered;
    int verified;

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public PublicKey publicKey(Secret privateKey) {
      return SIGNATURES.publicKey(privateKey);
    }

    @Override
    public Signature sign(Bytes32 digest, Secret privateKey) {
      return SIGNATURES.sign(digest, privateKey);
    }

    @Override
    public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
      verified++;
      return SIGNATURES.verify(digest, signature, key);
    }

    @Override
    public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
      recovered++;
      return SIGNATURES.recover(digest, signature);
    }
  }
}

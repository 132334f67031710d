package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.storage.ContentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Signer} promises. */
@Timeout(120)
public interface SignerContract {

  /**
   * Makes a signer that signs settlements and transactions.
   *
   * @return the signer; the same account at every call
   */
  Signer createSigner();

  /**
   * Checks what the signer has signed.
   *
   * @return any backend
   */
  SignatureBackend verifier();

  /**
   * What the signer's policy refuses.
   *
   * @return a request that is refused; empty for a signer without a policy
   */
  default Optional<SigningRequest> refusedRequest() {
    return Optional.empty();
  }

  private static List<SigningRequest> requests() {
    SigningDomain domain = SigningDomain.edgeBeat(31_337, Address.of(new byte[20]));
    List<SigningRequest> requests = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      AgreementId id = new AgreementId(ContentId.sha256(new byte[] {(byte) i}));
      requests.add(
          new SigningRequest.OfMessage(domain, new Settlement(id, Edg.units(i), id.digest())));
      requests.add(new SigningRequest.OfTransaction(id.digest(), 31_337, "Finalize, nonce " + i));
    }
    return requests;
  }

  /** The account never changes. */
  @Test
  default void isOneAccount() {
    Signer signer = createSigner();
    assertThat(signer.address()).isEqualTo(signer.address());
    assertThat(createSigner().address()).isEqualTo(signer.address());
    assertThat(signer.address().isZero()).isFalse();
  }

  /** A signature is well formed, by the account, and the same at every call. */
  @Test
  default void signsForItsAccount() {
    Signer signer = createSigner();
    for (SigningRequest request : requests()) {
      Signature signature = signer.sign(request);
      assertThat(signature.isWellFormed()).isTrue();
      assertThat(verifier().recover(request.digest(), signature).map(PublicKey::address))
          .contains(signer.address());
      assertThat(signer.sign(request)).isEqualTo(signature);
    }
  }

  /** What its policy refuses is refused with a reason; it goes on signing the rest. */
  @Test
  default void refusesByItsPolicyOnly() {
    Signer signer = createSigner();
    refusedRequest()
        .ifPresent(request -> Check.refused(ErrorCode.SIGNING_REFUSED, () -> signer.sign(request)));
    requests().forEach(signer::sign);
  }

  /** Calls may overlap. */
  @Test
  default void callsMayOverlap() throws Exception {
    Signer signer = createSigner();
    List<Signature> alone = requests().stream().map(signer::sign).toList();
    Callable<List<Signature>> all = () -> requests().stream().map(signer::sign).toList();
    assertThat(Check.atOnce(List.of(all, all, all, all))).containsOnly(alone);
  }
}

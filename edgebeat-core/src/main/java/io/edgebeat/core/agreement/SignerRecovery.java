package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import java.util.Optional;

/** Tells who has signed. A model of the rules may answer without any curve. */
@FunctionalInterface
public interface SignerRecovery {
  /**
   * Who has signed a digest.
   *
   * @param digest what was signed
   * @param signature the signature, possibly malformed
   * @return the account; empty when the signature is not well formed (low s included) or nobody can
   *     have made it
   */
  Optional<Address> signer(Bytes32 digest, Signature signature);

  /**
   * Recovers the signer as a contract does, v included: {@link SignatureBackend#verify} with a
   * known key would take a signature with the wrong v, which a contract refuses.
   *
   * @param backend does the arithmetic
   */
  static SignerRecovery of(SignatureBackend backend) {
    return (digest, signature) -> backend.recover(digest, signature).map(PublicKey::address);
  }
}

package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;

/** Tells who has signed. A model of the rules may answer without any curve. */
@FunctionalInterface
public interface SignatureCheck {
  /**
   * Whether an account has signed a digest.
   *
   * @param account who should have signed
   * @param digest what was signed
   * @param signature the signature, possibly malformed
   */
  boolean signedBy(Address account, Bytes32 digest, Signature signature);

  /**
   * Recovers the signer, as a contract does: a wrong v is refused too, which {@link
   * SignatureBackend#verify} with a known key would not notice.
   *
   * @param backend does the arithmetic
   */
  static SignatureCheck recovering(SignatureBackend backend) {
    return (account, digest, signature) ->
        backend.recover(digest, signature).filter(k -> k.address().equals(account)).isPresent();
  }
}

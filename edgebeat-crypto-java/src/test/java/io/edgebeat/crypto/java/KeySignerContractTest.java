package io.edgebeat.crypto.java;

import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.testkit.SignerContract;

/** The signer of the API, which keeps its key in memory and signs everything. */
class KeySignerContractTest implements SignerContract {
  @Override
  public Signer createSigner() {
    return KeySigner.of(verifier(), Secret.of(ContentId.sha256(new byte[] {7}).toBytes()));
  }

  @Override
  public SignatureBackend verifier() {
    return new JavaSignatureBackend();
  }
}

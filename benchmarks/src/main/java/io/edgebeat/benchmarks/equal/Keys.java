package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.crypto.natives.NativeSignatureBackend;
import java.nio.charset.StandardCharsets;

/** Keys that everybody knows, so that a seed tells all. */
final class Keys {
  static final SignatureBackend SIGNATURES = new NativeSignatureBackend();

  private Keys() {}

  /** The key of a name. */
  static KeySigner of(String name) {
    byte[] text = ("equal " + name).getBytes(StandardCharsets.US_ASCII);
    return KeySigner.of(SIGNATURES, Secret.of(ContentId.sha256(text).toBytes()));
  }
}

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.storage.ContentId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Signatures without a curve: remembers who has signed what. A hundred times as fast. */
final class FakeSignatures implements SignatureBackend {
  private record Made(Bytes32 digest, PublicKey key) {}

  private final Map<Signature, Made> made = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public PublicKey publicKey(Secret privateKey) {
    Bytes32 x = ContentId.sha256(privateKey.reveal());
    return PublicKey.of(
        ByteBuffer.allocate(64)
            .put(x.toBytes())
            .put(ContentId.sha256(x.toBytes()).toBytes())
            .array());
  }

  @Override
  public Signature sign(Bytes32 digest, Secret privateKey) {
    PublicKey key = publicKey(privateKey);
    byte[] r =
        ContentId.sha256(ByteBuffer.allocate(96).put(key.toBytes()).put(digest.toBytes()).array())
            .toBytes();
    byte[] s = ContentId.sha256(r).toBytes();
    r[0] &= 0x7f;
    s[0] &= 0x3f;
    Signature signature = Signature.of(ByteBuffer.allocate(64).put(r).put(s).array(), 0);
    made.put(signature, new Made(digest, key));
    return signature;
  }

  @Override
  public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
    return recover(digest, signature).filter(key::equals).isPresent();
  }

  @Override
  public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
    return Optional.ofNullable(made.get(signature))
        .filter(m -> m.digest.equals(digest))
        .map(Made::key);
  }
}

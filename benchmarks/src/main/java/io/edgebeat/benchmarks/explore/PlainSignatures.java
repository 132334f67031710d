package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.storage.ContentId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Signatures without a curve: a hash of key and digest, and a note of who has made it. Nobody can
 * forge one, because only what {@link #sign} has made is known. Millions of states would otherwise
 * be spent on arithmetic that other tests cover. Not thread-safe.
 */
public final class PlainSignatures implements SignatureBackend {
  private record Made(Bytes32 digest, PublicKey by) {}

  private final Map<Signature, Made> made = new HashMap<>();

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public PublicKey publicKey(Secret privateKey) {
    byte[] x = ContentId.sha256(privateKey.reveal()).toBytes();
    byte[] xy = Arrays.copyOf(x, 64);
    System.arraycopy(ContentId.sha256(x).toBytes(), 0, xy, 32, 32);
    return PublicKey.of(xy);
  }

  @Override
  public Signature sign(Bytes32 digest, Secret privateKey) {
    byte[] both = Arrays.copyOf(digest.toBytes(), 64);
    byte[] key = privateKey.reveal();
    System.arraycopy(key, 0, both, 32, key.length);
    byte[] r = ContentId.sha256(both).toBytes();
    byte[] rs = Arrays.copyOf(r, 64);
    System.arraycopy(ContentId.sha256(r).toBytes(), 0, rs, 32, 32);
    // Well formed: both below half of the group's order.
    rs[0] = 1;
    rs[32] = 1;
    Signature signature = Signature.of(rs, 0);
    made.put(signature, new Made(digest, publicKey(privateKey)));
    return signature;
  }

  @Override
  public boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
    return made(digest, signature).filter(key::equals).isPresent();
  }

  @Override
  public Optional<PublicKey> recover(Bytes32 digest, Signature signature) {
    return signature.recoveryId() == 0 ? made(digest, signature) : Optional.empty();
  }

  /** Whoever has made it: as with a curve, the recovery id plays no part in that. */
  private Optional<PublicKey> made(Bytes32 digest, Signature signature) {
    if (!signature.isWellFormed()) {
      return Optional.empty();
    }
    Signature as = signature.recoveryId() == 0 ? signature : Signature.of(signature.compact(), 0);
    return Optional.ofNullable(made.get(as)).filter(m -> m.digest().equals(digest)).map(Made::by);
  }
}

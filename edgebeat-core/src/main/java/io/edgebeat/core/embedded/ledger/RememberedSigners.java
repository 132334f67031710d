package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.core.agreement.SignerRecovery;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the last few thousand answers, so that what the sender's thread has asked need not be
 * computed again while the chain is locked, nor after a reorganisation.
 */
final class RememberedSigners implements SignerRecovery {
  private static final int GENERATION = 4096;

  private final SignerRecovery inner;
  private volatile Map<Question, Optional<Address>> young = new ConcurrentHashMap<>();
  private volatile Map<Question, Optional<Address>> old = Map.of();

  private record Question(Bytes32 digest, Signature signature) {}

  RememberedSigners(SignerRecovery inner) {
    this.inner = inner;
  }

  @Override
  @SuppressWarnings("OptionalAssignedToNull") // null: not asked before; empty: nobody has signed
  public Optional<Address> signer(Bytes32 digest, Signature signature) {
    Question question = new Question(digest, signature);
    Map<Question, Optional<Address>> page = young;
    Optional<Address> known = page.get(question);
    if (known == null) {
      known = old.get(question);
    }
    if (known == null) {
      known = inner.signer(digest, signature);
      page.put(question, known);
      // Two threads may both turn the page; that forgets some answers and nothing else.
      if (page.size() > GENERATION) {
        old = page;
        young = new ConcurrentHashMap<>();
      }
    }
    return known;
  }
}

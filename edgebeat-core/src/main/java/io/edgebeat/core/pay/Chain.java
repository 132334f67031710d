package io.edgebeat.core.pay;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.TickChain;
import org.jspecify.annotations.Nullable;

/**
 * A hash chain of this side's own. Its links are computed when the first one is asked for: a replay
 * of ten thousand agreements asks for none, and would compute ten million.
 */
final class Chain {
  private final AgreementId id;
  private final Secret seed;
  private final int length;

  /** Follows from the others, and is no part of the state. */
  private transient Bytes32 @Nullable [] links;

  Chain(AgreementId id, Secret seed, int length) {
    this.id = id;
    this.seed = seed;
    this.length = length;
  }

  /** How many steps it has. */
  int length() {
    return length;
  }

  /** A link, 0 for the anchor. */
  Bytes32 link(int index) {
    Bytes32[] all = links;
    if (all == null) {
      all = TickChain.links(id, Bytes32.of(seed.reveal()), length);
      links = all;
    }
    return all[index];
  }
}

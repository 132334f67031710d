package io.edgebeat.core.tower;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.WatchOrder;

/** What a watchtower journals; folded in order it gives back all it knows. */
sealed interface TowerFact {

  /** An order was taken; the best one of an agreement counts. */
  record Watched(AgreementId id, WatchOrder order) implements TowerFact {}

  /** A claim is on its way; these bytes are sent again until they are in. */
  record Sent(AgreementId id, SignedTransaction transaction) implements TowerFact {}

  /** The agreement is paid out, at FINAL: nothing is left to do. */
  record Over(AgreementId id) implements TowerFact {}
}

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.LedgerEvent;
import java.util.List;

/** What became of one transaction in its block. */
sealed interface Result {
  /** It took effect. */
  record Done(List<LedgerEvent> events) implements Result {}

  /** It moved nothing but the sender's nonce. */
  record Failed(ErrorCode code, String reason) implements Result {}

  /** The results of a block, whose hash is in the block. */
  record All(List<Result> results) {}
}

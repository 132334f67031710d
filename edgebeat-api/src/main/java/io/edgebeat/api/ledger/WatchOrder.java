package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;

/**
 * A value: all that a watchtower needs to claim for a seller, and nothing that it could take: a
 * claim pays the seller, whoever sends it.
 *
 * @param agreement whose channel is watched
 * @param claim the best payment the seller holds
 */
public record WatchOrder(Agreement agreement, VoucherClaim claim) {
  /**
   * Checks that the preimage hashes up to the voucher's anchor.
   *
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming voucher and tick
   */
  public WatchOrder {
    if (!claim.preimageFits()) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT,
          "the preimage of tick "
              + claim.ticks()
              + " does not hash up to voucher "
              + claim.voucher().message().sequence());
    }
  }
}

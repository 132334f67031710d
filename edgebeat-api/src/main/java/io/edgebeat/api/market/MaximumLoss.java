package io.edgebeat.api.market;

import io.edgebeat.api.ledger.Amount;
import java.util.Optional;

/**
 * A value: the most each side of an agreement can lose by the other's dishonesty, besides what
 * ledger transactions cost. The bounds count metered time.
 *
 * @param buyer window ticks, set-up and fee
 * @param seller the ticks that may be begun unpaid, and the result amount; the whole deposit where
 *     the executor has no lease
 * @param buyerIfResultWithheld what the buyer has paid for nothing when only the result counts and
 *     the seller keeps it: everything, unless a result amount is held back
 */
public record MaximumLoss(Amount buyer, Amount seller, Optional<Amount> buyerIfResultWithheld) {
  /** Both losses in one sentence. */
  @Override
  public String toString() {
    return "buyer loses at most "
        + buyer
        + buyerIfResultWithheld
            .map(all -> " (up to " + all + " if only the result counts and it is withheld)")
            .orElse("")
        + ", seller loses at most "
        + seller;
  }
}

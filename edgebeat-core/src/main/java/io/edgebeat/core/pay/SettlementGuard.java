package io.edgebeat.core.pay;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Settlement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Signs one settlement of an agreement and no second one, because whoever holds two takes the one
 * that suits him. Check, record and signature are one step; what was signed is given out again as
 * the same bytes. All methods may be called from any thread.
 */
public final class SettlementGuard {
  private @Nullable Signed<Settlement> signed;

  /**
   * Signs a settlement, if it is the first or the same again.
   *
   * @param settlement what is to be signed
   * @param revealed what the other side could claim anyway
   * @param key signs; called at most once, under the guard's lock
   * @return the signed settlement
   * @throws EdgeBeatException {@code CONFLICTING_SIGNATURE} naming the one that was signed, {@code
   *     BAD_AMOUNT} when it is not what was revealed
   */
  public synchronized Signed<Settlement> sign(
      Settlement settlement, Amount revealed, Function<Settlement, Signed<Settlement>> key) {
    Signed<Settlement> before = signed;
    if (before != null) {
      if (before.message().equals(settlement)) {
        return before;
      }
      throw new EdgeBeatException(
          ErrorCode.CONFLICTING_SIGNATURE,
          "settlement at "
              + settlement.cumulative()
              + " is not signed: one at "
              + before.message().cumulative()
              + " was, of "
              + before.message().agreementId());
    }
    if (settlement.cumulative().compareTo(revealed) > 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "settlement at "
              + settlement.cumulative()
              + " is not signed: only "
              + revealed
              + " were revealed");
    }
    Signed<Settlement> made = key.apply(settlement);
    signed = made;
    return made;
  }

  /** One was signed, says the journal. */
  public synchronized void recorded(Signed<Settlement> settlement) {
    signed = settlement;
  }

  /** The one that was signed. */
  public synchronized @Nullable Signed<Settlement> signed() {
    return signed;
  }
}

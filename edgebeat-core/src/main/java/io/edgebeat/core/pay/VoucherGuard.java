package io.edgebeat.core.pay;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Voucher;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the voucher key of one agreement: what would contradict a voucher that was signed
 * before, or promise more than the key may spend, is not signed. Check, record and signature are
 * one step, so that of two threads only one gets a number. A voucher that was signed is given out
 * again as the same bytes.
 *
 * <p>What it knows is rebuilt from the journal by {@link #recorded}; all methods may be called from
 * any thread.
 */
public final class VoucherGuard {
  private @Nullable Signed<Voucher> last;
  private boolean closed;

  /**
   * Signs a voucher, if nothing speaks against it.
   *
   * @param voucher what is to be signed
   * @param revealed the value of everything that was revealed: no voucher goes below it
   * @param cap the most that the key may spend in all
   * @param key signs; called at most once, under the guard's lock
   * @return the signed voucher, the same as before where this one was signed before
   * @throws EdgeBeatException {@code CONFLICTING_SIGNATURE} naming what was signed before, {@code
   *     BAD_AMOUNT} naming the cap
   */
  public synchronized Signed<Voucher> sign(
      Voucher voucher, Amount revealed, Amount cap, Function<Voucher, Signed<Voucher>> key) {
    Signed<Voucher> before = last;
    if (before != null && before.message().equals(voucher)) {
      return before;
    }
    long next = before == null ? 1 : before.message().sequence() + 1;
    if (closed) {
      throw conflict(voucher, "a settlement was signed");
    }
    if (before != null && !before.message().agreementId().equals(voucher.agreementId())) {
      throw conflict(voucher, "this key signs for " + before.message().agreementId());
    }
    if (voucher.sequence() != next) {
      throw conflict(voucher, "the next one is voucher " + next);
    }
    if (voucher.cumulative().compareTo(revealed) < 0) {
      throw conflict(voucher, revealed + " were revealed");
    }
    Amount most = voucher.value(voucher.tickCount());
    if (most.compareTo(cap) > 0) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT,
          "voucher "
              + voucher.sequence()
              + " could pay "
              + most
              + ", its key may spend "
              + cap
              + "; add to the deposit first");
    }
    Signed<Voucher> signed = key.apply(voucher);
    last = signed;
    return signed;
  }

  private static EdgeBeatException conflict(Voucher voucher, String why) {
    return new EdgeBeatException(
        ErrorCode.CONFLICTING_SIGNATURE,
        "voucher "
            + voucher.sequence()
            + " for "
            + voucher.cumulative()
            + " is not signed: "
            + why);
  }

  /** A voucher was signed, by the journal or by whatever else proves it. */
  public synchronized void recorded(Signed<Voucher> signed) {
    Signed<Voucher> before = last;
    if (before == null || signed.message().sequence() >= before.message().sequence()) {
      last = signed;
    }
  }

  /** A settlement was signed: no voucher follows it. */
  public synchronized void close() {
    closed = true;
  }

  /** The last voucher that was signed. */
  public synchronized @Nullable Signed<Voucher> last() {
    return last;
  }
}

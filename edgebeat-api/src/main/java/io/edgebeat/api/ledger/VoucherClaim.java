package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import java.util.Objects;

/**
 * A value: a voucher with the highest preimage held: all that is needed to claim its value.
 *
 * @param voucher the voucher, signed by the voucher key
 * @param ticks the index k of the preimage, 0 when none is used
 * @param preimage x_k; zero when {@code ticks} is 0
 */
public record VoucherClaim(Signed<Voucher> voucher, int ticks, Bytes32 preimage) {
  /** Checks the components. */
  public VoucherClaim {
    Objects.requireNonNull(voucher, "voucher");
    Objects.requireNonNull(preimage, "preimage");
  }

  /**
   * What it is worth.
   *
   * @return cumulative + k * tickAmount
   */
  public Amount value() {
    return voucher.message().value(ticks);
  }

  /**
   * Whether the preimage hashes up to the anchor.
   *
   * @return true when {@code ticks} is 0, or in range and the chain fits
   */
  public boolean preimageFits() {
    Voucher v = voucher.message();
    return ticks == 0
        || (ticks > 0
            && ticks <= v.tickCount()
            && TickChain.back(v.agreementId(), preimage, ticks).equals(v.tickAnchor()));
  }
}

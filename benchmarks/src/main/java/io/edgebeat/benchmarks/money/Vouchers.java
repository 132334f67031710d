package io.edgebeat.benchmarks.money;

import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** Vouchers for a {@link PaidSeller}, one after the other. */
final class Vouchers {
  /** So many a seller lets wait for delivery. */
  static final int COUNT = 60;

  private Vouchers() {}

  /** Each rolls over from the one before, without a further tick. */
  static List<PeerMessage.VoucherSent> of(PaidSeller seller) {
    List<PeerMessage.VoucherSent> all = new ArrayList<>();
    Voucher first = seller.voucher;
    for (int i = 1; i <= COUNT; i++) {
      Voucher next =
          new Voucher(
              first.agreementId(),
              first.sequence() + i,
              first.value(1),
              first.tickAnchor(),
              first.tickAmount(),
              first.tickCount() - 1,
              first.usageHash());
      all.add(new PeerMessage.VoucherSent(seller.protocol.sign(next, seller.voucherKey)));
    }
    return all;
  }
}

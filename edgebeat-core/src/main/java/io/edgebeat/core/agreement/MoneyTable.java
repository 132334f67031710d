package io.edgebeat.core.agreement;

import static io.edgebeat.api.ledger.AgreementStatus.ACCEPTED;
import static io.edgebeat.api.ledger.AgreementStatus.CLOSED;
import static io.edgebeat.api.ledger.AgreementStatus.CLOSING;
import static io.edgebeat.api.ledger.AgreementStatus.FEE_HELD;
import static io.edgebeat.api.ledger.AgreementStatus.LAPSED;
import static io.edgebeat.api.ledger.AgreementStatus.NONE;
import static io.edgebeat.api.ledger.AgreementStatus.OFFER_RECORDED;
import static io.edgebeat.api.ledger.AgreementStatus.OPEN;

import io.edgebeat.api.ledger.AgreementStatus;

/**
 * The rows of money: what a ledger may do with an agreement. What is SIGNED off the ledger is NONE
 * on it. That a reorganisation leads back to the state before is no row: the ledger undoes blocks.
 *
 * <p>A recorded offer reserves nothing, because anybody can record any id: whatever is legal in
 * NONE stays legal in OFFER_RECORDED.
 */
public final class MoneyTable {
  private MoneyTable() {}

  /** Every legal pair. */
  public static final Table<AgreementStatus, MoneyEvent> TABLE =
      Table.<AgreementStatus, MoneyEvent>named("money")
          .row(NONE, MoneyEvent.RECORD_OFFER, OFFER_RECORDED, "counts only for the buyer; pause")
          .row(
              OFFER_RECORDED,
              MoneyEvent.RECORD_OFFER,
              OFFER_RECORDED,
              "by another sender; counts only for the buyer; pause")
          .row(NONE, MoneyEvent.CANCEL, LAPSED, "buyer or seller")
          .row(OFFER_RECORDED, MoneyEvent.CANCEL, LAPSED, "buyer or seller")
          .row(ACCEPTED, MoneyEvent.CANCEL, LAPSED, "buyer or seller; no fee held")
          .row(NONE, MoneyEvent.LAPSE, LAPSED, "openBy passed")
          .row(OFFER_RECORDED, MoneyEvent.LAPSE, LAPSED, "openBy passed")
          .row(ACCEPTED, MoneyEvent.LAPSE, LAPSED, "openBy passed; no fee held")
          .row(
              OFFER_RECORDED,
              MoneyEvent.ACCEPT_OFFER,
              ACCEPTED,
              "seller; recorded by the buyer; pause, caps, fee, times")
          .row(ACCEPTED, MoneyEvent.DEPOSIT_FEE, FEE_HELD, "buyer, <= openBy")
          .row(FEE_HELD, MoneyEvent.RECLAIM_FEE, LAPSED, "buyer, or anyone after openBy")
          .row(FEE_HELD, MoneyEvent.FUND_CHANNEL, OPEN, "buyer, <= openBy")
          .row(NONE, MoneyEvent.OPEN, OPEN, "anyone; both agreed, <= openBy, pause, caps, times")
          .row(
              OFFER_RECORDED,
              MoneyEvent.OPEN,
              OPEN,
              "anyone; both agreed, <= openBy, pause, caps, times")
          .row(OPEN, MoneyEvent.TOP_UP, OPEN, "anyone, before expiry, cap")
          .row(OPEN, MoneyEvent.CLAIM, OPEN, "anyone; voucherKey by ECDSA, k <= tickCount")
          .row(CLOSING, MoneyEvent.CLAIM, CLOSING, "anyone; voucherKey by ECDSA, k <= tickCount")
          .row(OPEN, MoneyEvent.REQUEST_CLOSE, CLOSING, "buyer; the deadline is fixed")
          .row(OPEN, MoneyEvent.STATEMENT, OPEN, "buyer or seller")
          .row(CLOSING, MoneyEvent.STATEMENT, CLOSING, "buyer or seller")
          .row(OPEN, MoneyEvent.SETTLE, CLOSED, "claimed <= cumulative <= deposit + topUps")
          .row(CLOSING, MoneyEvent.SETTLE, CLOSED, "claimed <= cumulative <= deposit + topUps")
          .row(OPEN, MoneyEvent.RELEASE, CLOSED, "seller; voucher optional")
          .row(CLOSING, MoneyEvent.RELEASE, CLOSED, "seller; voucher optional")
          .row(OPEN, MoneyEvent.FINALIZE, CLOSED, "anyone, now >= expiry + challenge")
          .row(CLOSING, MoneyEvent.FINALIZE, CLOSED, "anyone, now >= deadline")
          .build();
}

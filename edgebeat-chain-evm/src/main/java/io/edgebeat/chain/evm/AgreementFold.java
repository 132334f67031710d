package io.edgebeat.chain.evm;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEvent;
import java.time.Instant;
import java.util.Optional;

/** What the logs of one agreement come to. */
final class AgreementFold {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);

  private final AgreementId id;
  private AgreementStatus status = AgreementStatus.NONE;
  private Amount deposit = NOTHING;
  private Amount topUps = NOTHING;
  private Amount claimed = NOTHING;
  private Amount feeHeld = NOTHING;
  private Optional<Instant> deadline = Optional.empty();
  private Amount paid = NOTHING;
  private Amount refunded = NOTHING;
  private Amount feePaid = NOTHING;

  AgreementFold(AgreementId id) {
    this.id = id;
  }

  void apply(LedgerEvent event) {
    if (!(event instanceof LedgerEvent.OfAgreement of) || !of.id().equals(id)) {
      return;
    }
    switch (of) {
      case LedgerEvent.OfferRecorded e ->
          status = status == AgreementStatus.NONE ? AgreementStatus.OFFER_RECORDED : status;
      case LedgerEvent.OfferAccepted e -> status = AgreementStatus.ACCEPTED;
      case LedgerEvent.FeeDeposited e -> {
        status = AgreementStatus.FEE_HELD;
        feeHeld = e.fee();
      }
      case LedgerEvent.FeeReclaimed e -> {
        status = AgreementStatus.LAPSED;
        feeHeld = NOTHING;
        refunded = e.fee();
      }
      case LedgerEvent.Opened e -> {
        status = AgreementStatus.OPEN;
        deposit = e.agreement().deposit();
        feeHeld = e.agreement().fee();
      }
      case LedgerEvent.ToppedUp e -> topUps = e.topUps();
      case LedgerEvent.Claimed e -> claimed = e.claimed();
      case LedgerEvent.CloseRequested e -> {
        status = AgreementStatus.CLOSING;
        deadline = Optional.of(e.deadline());
      }
      case LedgerEvent.TerminationStated e -> {}
      case LedgerEvent.Closed e -> {
        status = AgreementStatus.CLOSED;
        deadline = Optional.empty();
        feeHeld = NOTHING;
        paid = e.paid();
        refunded = e.refunded();
        feePaid = e.fee();
      }
      case LedgerEvent.Cancelled e -> status = AgreementStatus.LAPSED;
    }
  }

  AgreementRecord toRecord() {
    return new AgreementRecord(
        id, status, deposit, topUps, claimed, feeHeld, deadline, paid, refunded, feePaid);
  }
}

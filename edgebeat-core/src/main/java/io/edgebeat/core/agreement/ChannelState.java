package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the money rules know of one agreement. The agreement itself comes with every command and is
 * bound by its id.
 *
 * @param status the status; {@code NONE} also while strangers have recorded the id
 * @param deposit what the channel was funded with, zero before
 * @param topUps what was added later
 * @param claimed what vouchers have paid the seller
 * @param feeHeld the escrowed fee, zero before and after
 * @param deadline when anyone may finalize; present from requestClose on
 * @param recordedBy who has recorded the id as an offer
 * @param buyerStatement what the buyer has stated last
 * @param sellerStatement what the seller has stated last
 * @param paid what the seller got in all, zero before the end
 * @param refunded what the buyer got back, zero before the end
 * @param feePaid what the fee pot got, zero before the end
 */
public record ChannelState(
    AgreementStatus status,
    Amount deposit,
    Amount topUps,
    Amount claimed,
    Amount feeHeld,
    Optional<Instant> deadline,
    SortedSet<Address> recordedBy,
    Optional<Statement> buyerStatement,
    Optional<Statement> sellerStatement,
    Amount paid,
    Amount refunded,
    Amount feePaid) {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);
  private static final SortedSet<Address> NOBODY = Collections.emptySortedSet();

  /** An id that no ledger has heard of. */
  public static final ChannelState NONE =
      new ChannelState(
          AgreementStatus.NONE,
          NOTHING,
          NOTHING,
          NOTHING,
          NOTHING,
          Optional.empty(),
          NOBODY,
          Optional.empty(),
          Optional.empty(),
          NOTHING,
          NOTHING,
          NOTHING);

  /**
   * What one party says is to be paid.
   *
   * @param cumulative what the seller gets in all
   * @param invoiceHash the invoice
   */
  public record Statement(Amount cumulative, Bytes32 invoiceHash) {}

  /** What the market holds for this agreement now. */
  public Amount held() {
    return switch (status) {
      case NONE, OFFER_RECORDED, ACCEPTED, CLOSED, LAPSED -> NOTHING;
      case FEE_HELD -> feeHeld;
      case OPEN, CLOSING -> total().minus(claimed).plus(feeHeld);
    };
  }

  /** The most that can ever be paid: deposit and top-ups. */
  public Amount total() {
    return deposit.plus(topUps);
  }

  /**
   * The status with regard to one buyer: an offer counts only when the buyer has recorded it.
   *
   * @param buyer the buyer of the agreement at hand
   */
  public AgreementStatus statusFor(Address buyer) {
    return status == AgreementStatus.NONE && recordedBy.contains(buyer)
        ? AgreementStatus.OFFER_RECORDED
        : status;
  }

  /**
   * The record that a ledger shows. An id does not tell who the buyer is, so an offer recorded by
   * anybody is shown as recorded.
   *
   * @param id the agreement
   */
  public AgreementRecord toRecord(AgreementId id) {
    return new AgreementRecord(
        id,
        status == AgreementStatus.NONE && !recordedBy.isEmpty()
            ? AgreementStatus.OFFER_RECORDED
            : status,
        deposit,
        topUps,
        claimed,
        feeHeld,
        status == AgreementStatus.CLOSING ? deadline : Optional.empty(),
        paid,
        refunded,
        feePaid);
  }

  ChannelState recorded(Address sender) {
    SortedSet<Address> all = new TreeSet<>(recordedBy);
    all.add(sender);
    return new ChannelState(
        status,
        deposit,
        topUps,
        claimed,
        feeHeld,
        deadline,
        Collections.unmodifiableSortedSet(all),
        buyerStatement,
        sellerStatement,
        paid,
        refunded,
        feePaid);
  }

  ChannelState accepted() {
    return with(AgreementStatus.ACCEPTED, NOTHING, NOTHING, NOTHING, NOTHING, Optional.empty());
  }

  ChannelState feeHeld(Amount fee) {
    return with(AgreementStatus.FEE_HELD, NOTHING, NOTHING, NOTHING, fee, Optional.empty());
  }

  ChannelState opened(Amount funded, Amount fee) {
    return with(AgreementStatus.OPEN, funded, NOTHING, NOTHING, fee, Optional.empty());
  }

  ChannelState toppedUp(Amount amount) {
    return with(status, deposit, topUps.plus(amount), claimed, feeHeld, deadline);
  }

  ChannelState claimed(Amount amount) {
    return with(status, deposit, topUps, claimed.plus(amount), feeHeld, deadline);
  }

  ChannelState closing(Instant fixed) {
    return with(AgreementStatus.CLOSING, deposit, topUps, claimed, feeHeld, Optional.of(fixed));
  }

  ChannelState stated(boolean byBuyer, Statement statement) {
    return new ChannelState(
        status,
        deposit,
        topUps,
        claimed,
        feeHeld,
        deadline,
        recordedBy,
        byBuyer ? Optional.of(statement) : buyerStatement,
        byBuyer ? sellerStatement : Optional.of(statement),
        paid,
        refunded,
        feePaid);
  }

  ChannelState ended(AgreementStatus how, Amount toSeller, Amount toBuyer, Amount toPot) {
    return new ChannelState(
        how,
        deposit,
        topUps,
        claimed,
        NOTHING,
        deadline,
        NOBODY,
        buyerStatement,
        sellerStatement,
        toSeller,
        toBuyer,
        toPot);
  }

  private ChannelState with(
      AgreementStatus newStatus,
      Amount newDeposit,
      Amount newTopUps,
      Amount newClaimed,
      Amount newFeeHeld,
      Optional<Instant> newDeadline) {
    return new ChannelState(
        newStatus,
        newDeposit,
        newTopUps,
        newClaimed,
        newFeeHeld,
        newDeadline,
        NOBODY,
        buyerStatement,
        sellerStatement,
        paid,
        refunded,
        feePaid);
  }
}

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.core.agreement.ChannelState;
import java.util.Optional;

/** What one account reads in some {@link Books}, whose transactions cost no fee. */
abstract class AccountLedger implements Ledger {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);

  private final Signer signer;

  AccountLedger(Signer signer) {
    this.signer = signer;
  }

  final Signer signer() {
    return signer;
  }

  @Override
  public final Address account() {
    return signer.address();
  }

  @Override
  public final SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    throw new EdgeBeatException(
        ErrorCode.UNSUPPORTED,
        "this ledger has no transaction fees, so none can be raised for " + stuck.id());
  }

  @Override
  public final AgreementRecord agreement(AgreementId id, Finality at) {
    return read(new Slot.Channel(id), at).orElse(ChannelState.NONE).toRecord(id);
  }

  @Override
  public final Optional<ListingRecord> listing(ListingId id, Finality at) {
    return read(new Slot.Listing(id), at);
  }

  @Override
  public final Amount balance(Address account, Finality at) {
    return read(new Slot.Wallet(account), at).orElse(NOTHING);
  }

  @Override
  public final Amount vault(Address account, Finality at) {
    return read(new Slot.Vault(account), at).orElse(NOTHING);
  }

  abstract <V> Optional<V> read(Slot<V> slot, Finality at);
}

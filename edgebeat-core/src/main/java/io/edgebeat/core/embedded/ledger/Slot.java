package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.core.agreement.ChannelState;

/**
 * The name of one value in the {@link World}.
 *
 * @param <V> the kind of value
 */
@SuppressWarnings("unused") // V is what World.get returns
sealed interface Slot<V> {
  /** Tokens of an account. */
  record Wallet(Address owner) implements Slot<Amount> {}

  /** Tokens an account has put into its vault. */
  record Vault(Address owner) implements Slot<Amount> {}

  /** The fees. */
  record Pot() implements Slot<Amount> {}

  /** An agreement. */
  record Channel(AgreementId id) implements Slot<ChannelState> {}

  /** A listing. */
  record Listing(ListingId id) implements Slot<ListingRecord> {}

  /** The sequence of a seller's newest listing. */
  record ListingSequence(Address seller) implements Slot<Long> {}

  /** The nonce of an account's next transaction. */
  record Nonce(Address account) implements Slot<Long> {}
}

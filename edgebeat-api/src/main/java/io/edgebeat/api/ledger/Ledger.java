package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * SPI: the truth about money, as one account sees it. Told by {@link LedgerCommand}, tells by
 * {@link LedgerEvent}.
 *
 * <p>Threads: calls may overlap. Blocking: every call but {@link #info()} may block and can be
 * interrupted. Errors: {@code LEDGER_UNAVAILABLE} with advice to repeat when it cannot be reached;
 * further codes at each method. After close: {@code CLOSED}.
 */
public interface Ledger extends AutoCloseable {

  /**
   * What this ledger is; the same for its whole life.
   *
   * @return domain, asset, finality, commands, parameters
   */
  LedgerInfo info();

  /**
   * The account that sends.
   *
   * @return the signer's address
   */
  Address account();

  /**
   * Signs a transaction without sending it, so that its bytes can be journaled first. Takes the
   * next nonce of this account.
   *
   * @param command what to do
   * @return the signed bytes
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} for a command {@link
   *     #info()} does not list
   */
  SignedTransaction prepare(LedgerCommand command);

  /**
   * Sends a transaction. The same bytes may be sent again: that changes nothing.
   *
   * @param transaction what {@link #prepare} returned
   */
  void broadcast(SignedTransaction transaction);

  /**
   * Signs the same command with the same nonce and a higher fee.
   *
   * @param stuck the transaction that does not get through
   * @param hint how much more to offer
   * @return the new bytes, to be journaled before they are sent
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when the ledger has no fees
   */
  SignedTransaction replace(SignedTransaction stuck, FeeHint hint);

  /**
   * Tells the ledger, once after it was made, which transactions of this account were journaled and
   * not concluded, so that no nonce is used twice. The backend keeps no file of its own.
   *
   * @param unfinished in the order of their nonces
   */
  void restore(List<SignedTransaction> unfinished);

  /**
   * Gives back the nonce of a transaction that was never sent.
   *
   * @param transaction what {@link #prepare} returned; never one that was broadcast
   */
  void abandon(SignedTransaction transaction);

  /**
   * What became of a transaction.
   *
   * @param id the transaction
   * @return its status now
   */
  TransactionStatus status(TransactionId id);

  /**
   * What the ledger holds for an agreement.
   *
   * @param id the agreement
   * @param at how certain the answer must be
   * @return the record; status NONE when the ledger knows nothing of it
   */
  AgreementRecord agreement(AgreementId id, Finality at);

  /**
   * What the ledger keeps of a listing.
   *
   * @param id the listing
   * @param at how certain the answer must be
   * @return the record, or empty when there is none or it was withdrawn
   */
  Optional<ListingRecord> listing(ListingId id, Finality at);

  /**
   * The tokens of an account.
   *
   * @param account whose
   * @param at how certain the answer must be
   * @return its balance
   */
  Amount balance(Address account, Finality at);

  /**
   * What an account has put into its vault.
   *
   * @param account whose
   * @param at how certain the answer must be
   * @return the vault's balance
   */
  Amount vault(Address account, Finality at);

  /**
   * Waits for events. Follows reorganisations: events of a block that is gone come again,
   * retracted, latest first, before the events of the block that took its place.
   *
   * @param from where to go on
   * @param limit how many entries at most
   * @param timeout how long to wait when there are none
   * @return a page, empty when the time ran out
   */
  EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout);

  /** Closes; idempotent. Waiting calls end with {@code CLOSED}. */
  @Override
  void close();
}

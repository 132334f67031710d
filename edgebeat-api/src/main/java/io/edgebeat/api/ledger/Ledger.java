package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * SPI: the truth about money, as one account sees it. Told by {@link LedgerCommand}, tells by
 * {@link LedgerEvent}. A chain that cannot carry out the rules of the market itself is a {@link
 * TransactionLog}, of which a ledger is computed.
 *
 * <p>Any call that reaches the ledger may end with the code of a failure that stops this ledger for
 * good, such as {@code STORAGE_FAILED} of one that keeps its own blocks.
 */
public interface Ledger extends AutoCloseable {

  /**
   * What this ledger is; the same for its whole life.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return domain, asset, finality, commands, parameters
   */
  LedgerInfo info();

  /**
   * The account that sends.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the signer's address
   */
  Address account();

  /**
   * Signs a transaction without sending it, so that its bytes can be journaled first. Takes the
   * next nonce of this account.
   *
   * <p>Threads: calls may overlap; each gets a nonce of its own. Blocking: may block; an interrupt
   * ends it with {@code INTERRUPTED} or lets it finish, and stays set. Errors: {@code
   * LEDGER_UNAVAILABLE} with advice to repeat, {@code UNSUPPORTED} and {@code BAD_AMOUNT} as below,
   * and what the signer throws; after any the nonce is free again. After close: {@code CLOSED}.
   *
   * @param command what to do
   * @return the signed bytes
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} for a command {@link
   *     #info()} does not list; {@code BAD_AMOUNT} for an amount of another asset, where the ledger
   *     cannot even encode it
   */
  SignedTransaction prepare(LedgerCommand command);

  /**
   * Sends a transaction. The same bytes may be sent again: that changes nothing.
   *
   * <p>Threads: calls may overlap, in any order of nonces. Blocking: may block; an interrupt ends
   * it with {@code INTERRUPTED} or lets it finish, and stays set. Errors: {@code
   * LEDGER_UNAVAILABLE} with advice to repeat: the transaction may have been sent, and the same
   * bytes are sent again; {@code INVALID_ARGUMENT} or {@code BAD_SIGNATURE} when the bytes are not
   * what they say; {@code INSUFFICIENT_FUNDS} where sending costs something the account does not
   * have: the same bytes can be sent later. After close: {@code CLOSED}.
   *
   * @param transaction what {@link #prepare} returned
   */
  void broadcast(SignedTransaction transaction);

  /**
   * Signs the same command with the same nonce and a higher fee.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat, {@code UNSUPPORTED} as below, and what the signer throws. After close: {@code
   * CLOSED}, or {@code UNSUPPORTED} when the ledger has no fees.
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
   * <p>Threads: no other call that takes a nonce may overlap. Blocking: may block; an interrupt
   * ends it with {@code INTERRUPTED} or lets it finish, and stays set. Errors: {@code
   * LEDGER_UNAVAILABLE} with advice to repeat; {@code INVALID_ARGUMENT} naming a transaction of
   * another account. After close: {@code CLOSED}.
   *
   * @param unfinished in the order of their nonces
   */
  void restore(List<SignedTransaction> unfinished);

  /**
   * Gives back the nonce of a transaction that was never sent.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat; {@code INVALID_ARGUMENT} for what was not prepared here, was sent or was given back.
   * After close: {@code CLOSED}.
   *
   * @param transaction what {@link #prepare} returned; never one that was broadcast
   */
  void abandon(SignedTransaction transaction);

  /**
   * What became of a transaction.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat; what is not known is an answer. After close: {@code CLOSED}.
   *
   * @param id the transaction
   * @return its status now
   */
  TransactionStatus status(TransactionId id);

  /**
   * What the ledger holds for an agreement.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
   *
   * @param id the agreement
   * @param at how certain the answer must be
   * @return the record; status NONE when the ledger knows nothing of it
   */
  AgreementRecord agreement(AgreementId id, Finality at);

  /**
   * What the ledger keeps of a listing.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
   *
   * @param id the listing
   * @param at how certain the answer must be
   * @return the record, or empty when there is none or it was withdrawn
   */
  Optional<ListingRecord> listing(ListingId id, Finality at);

  /**
   * The tokens of an account.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
   *
   * @param account whose
   * @param at how certain the answer must be
   * @return its balance
   */
  Amount balance(Address account, Finality at);

  /**
   * What an account has put into its vault.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code LEDGER_UNAVAILABLE} with advice
   * to repeat. After close: {@code CLOSED}.
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
   * <p>Threads: calls may overlap, each with its own cursor. Blocking: until there is an event or
   * the time is over; an interrupt ends it with {@code INTERRUPTED} and stays set. Errors: {@code
   * LEDGER_UNAVAILABLE} with advice to repeat; {@code INVALID_ARGUMENT} for a limit below 1 and for
   * a cursor that this ledger did not make. After close: {@code CLOSED}, also for who waits.
   *
   * @param from where to go on
   * @param limit how many entries at most
   * @param timeout how long to wait when there are none
   * @return a page, empty when the time ran out
   */
  EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout);

  /**
   * Closes; idempotent. Waiting calls end with {@code CLOSED}.
   *
   * <p>Threads: at any time. Blocking: no, it waits for no other call. Errors: none. After close:
   * nothing happens.
   */
  @Override
  void close();
}

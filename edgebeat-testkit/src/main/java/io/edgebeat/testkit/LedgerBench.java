package io.edgebeat.testkit;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A ledger with funded accounts, as the contracts of ledgers need it. Implemented by the tests of a
 * backend; each test gets its own and closes it.
 */
public interface LedgerBench extends AutoCloseable {
  /** Who takes part in the tests. */
  enum Party {
    /** Pays. */
    BUYER,
    /** Is paid. */
    SELLER,
    /** Is in none of the agreements. */
    STRANGER,
    /** Only signs vouchers; sends nothing. */
    VOUCHER_KEY
  }

  /**
   * A party's key.
   *
   * @param party who
   * @return signs transactions and messages; the same account at every call
   */
  Signer signer(Party party);

  /**
   * Connects a party to the ledger.
   *
   * @param party who; never {@link Party#VOUCHER_KEY}
   * @return a new connection, which the test closes
   */
  Ledger connect(Party party);

  /**
   * Who held how much when the ledger was empty; {@link Party#VOUCHER_KEY} may hold nothing.
   *
   * @return at least 1000 tokens for each other party, and every other account that holds tokens
   */
  Map<Address, Amount> funds();

  /**
   * The ledger's time.
   *
   * @return whole seconds
   */
  Instant now();

  /**
   * Lets the ledger's time pass.
   *
   * @param by how much at least
   */
  void advance(Duration by);

  /** Makes everything that was sent and can be executed {@code FINAL}. */
  void confirm();

  /**
   * Drops what is not final, for good, as a reorganisation does.
   *
   * @return false when this bench cannot do that
   */
  default boolean reorganise() {
    return false;
  }

  @Override
  void close();
}

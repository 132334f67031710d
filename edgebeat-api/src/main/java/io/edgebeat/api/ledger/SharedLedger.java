package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import java.util.Map;

/**
 * SPI: a ledger of one's own, made for a market in one JVM: whoever has it gives its accounts what
 * they begin with. For tests and samples.
 */
public interface SharedLedger extends AutoCloseable {
  /**
   * Gives accounts their first tokens, and whatever else they need to send transactions.
   *
   * <p>Threads: one at a time. Blocking: until they have them at {@link Finality#FINAL}; an
   * interrupt ends it with {@code INTERRUPTED}. Errors: {@code LEDGER_UNAVAILABLE}; {@code
   * INSUFFICIENT_FUNDS} when there are not so many tokens; {@code UNSUPPORTED} by one whose
   * accounts have theirs from its first block on. After close: {@code CLOSED}.
   *
   * @param funds how much each account gets
   */
  void fund(Map<Address, Amount> funds);

  /**
   * Gives an account its ledger. Several connections of one account share its nonces.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED}. Errors: {@code LEDGER_UNAVAILABLE}. After close: {@code CLOSED}.
   *
   * @param signer signs the account's transactions
   * @return the ledger; closing it closes no other one
   */
  Ledger connect(Signer signer);

  /**
   * Takes the newest blocks away. Their transactions may come again in later blocks.
   *
   * <p>Threads: calls may overlap. Blocking: may block. Errors: {@code INVALID_ARGUMENT} naming a
   * depth that is below 1 or that would take back what is final; {@code LEDGER_UNAVAILABLE}. After
   * close: {@code CLOSED}.
   *
   * @param depth how many blocks
   */
  void reorg(int depth);

  /**
   * Whether all tokens are where they should be: nothing is lost, nothing is there twice.
   *
   * <p>Threads: calls may overlap. Blocking: may block. Errors: {@code LEDGER_UNAVAILABLE}. After
   * close: {@code CLOSED}.
   *
   * @return whether they add up to what there was in the beginning, at the newest block
   */
  boolean balanced();

  /**
   * Closes every ledger that was connected, and ends; idempotent.
   *
   * <p>Threads: at any time. Blocking: until it has ended. Errors: none. After close: nothing
   * happens.
   */
  @Override
  void close();
}

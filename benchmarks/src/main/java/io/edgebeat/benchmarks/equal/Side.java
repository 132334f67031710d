package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.LedgerEntry;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/** One of the two ledgers, told what a sequence says. */
interface Side extends AutoCloseable {
  /** Signed and given back. */
  String ABANDONED = "ABANDONED";

  /** Took effect. */
  String DONE = "DONE";

  /** What its ids and signatures are bound to. */
  Scene scene();

  /**
   * Makes the calls of a block.
   *
   * @param time of the block
   * @return for each {@link #DONE}, {@link #ABANDONED}, or the code it was refused with
   */
  List<String> play(Instant time, List<Step.Send> sends);

  /**
   * Drops the newest blocks and sends what was in them again, in one block.
   *
   * @param depth how many, of those that were played
   * @param order the numbers of the calls in them, in the order in which they are sent again
   * @return what became of them, in the order in which they were sent at first
   */
  List<String> again(int depth, List<Integer> order, Instant time);

  /** Pauses new agreements, or no longer. */
  void pause(Instant time, boolean on);

  /** What has been told since it was asked last. */
  List<LedgerEntry> news();

  /** Everything that was told, and not taken back, as a reader sees it that comes now. */
  List<LedgerEntry> all();

  /** Wallets and vaults of all, the fee pot, and what the market holds. */
  List<BigInteger> money();

  /** What is kept of a deal. */
  String record(int deal);

  /** What is kept of all listings. */
  List<String> listings();

  @Override
  void close();
}

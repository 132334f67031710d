package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * SPI: a log that everybody in a market can append to and reads in the same order, such as that of
 * a notary, or the messages on another kind of chain. It knows nothing of money: whoever reads it
 * computes a {@link Ledger} of it, beginning with a {@link LedgerOrigin}.
 *
 * <p>What was read once stays: the same entries at the same positions. A log whose newest entries
 * may still go gives them out when they no longer do. Entries that are no transactions of the
 * market are passed over, so a log may serve several markets and take what it cannot read.
 */
public interface TransactionLog extends AutoCloseable {
  /** The most bytes of a transaction. */
  int MAX_BYTES = 16 * 1024;

  /**
   * Which log this is. What is signed for one counts on no other.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the same for everybody, such as the hash of the key that the log's keeper signs with
   */
  Bytes32 id();

  /**
   * Appends a transaction. The same bytes may be appended again: they then may stand there twice.
   *
   * <p>Threads: calls may overlap. Blocking: may block, and can be interrupted. Errors: as listed
   * below. After close: any of them, at once, also for who waits.
   *
   * @param transaction at most {@link #MAX_BYTES}
   * @throws IOException when the log cannot be reached; the transaction may have been appended, and
   *     is appended again
   * @throws InterruptedException when the thread is interrupted
   */
  void append(Blob transaction) throws IOException, InterruptedException;

  /**
   * Reads on, and waits when there is nothing yet.
   *
   * <p>Threads: calls may overlap. Blocking: until there is an entry or the time is over; can be
   * interrupted. Errors: as listed below. After close: any of them, at once, also for who waits.
   *
   * @param from the position of the first entry to read, from 0
   * @param timeout how long to wait when there is none; zero to ask only
   * @return some entries from there on; none when the time ran out, or the longest time that this
   *     log waits
   * @throws IOException when the log cannot be reached; it is read again
   * @throws InterruptedException when the thread is interrupted
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CORRUPTED} naming the entry and what is
   *     wrong with it, when the log is not what it should be
   */
  Page read(long from, Duration timeout) throws IOException, InterruptedException;

  /**
   * Closes; idempotent. Waiting calls end.
   *
   * <p>Threads: at any time. Blocking: no, it waits for no other call. Errors: none. After close:
   * nothing happens.
   */
  @Override
  void close();

  /**
   * A value: an entry.
   *
   * @param hash stands for this entry and all before it
   * @param time when it was appended, as the log tells it: never before the entry before
   * @param transaction what was appended
   */
  record Entry(Bytes32 hash, Instant time, Blob transaction) {
    /** Checks the components. */
    public Entry {
      Objects.requireNonNull(hash, "hash");
      Objects.requireNonNull(time, "time");
      Objects.requireNonNull(transaction, "transaction");
    }
  }

  /**
   * A value: some entries in their order.
   *
   * @param length how many entries the log had when it answered
   * @param time the log's time then: what is appended later has this time or a later one
   * @param entries those that were asked for, or the first of them
   */
  record Page(long length, Instant time, List<Entry> entries) {
    /** Copies the list. */
    public Page {
      Objects.requireNonNull(time, "time");
      entries = List.copyOf(entries);
    }
  }
}

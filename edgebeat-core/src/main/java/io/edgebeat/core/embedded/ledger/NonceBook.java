package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.ledger.TransactionId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which nonces of one account are given out; not thread-safe. */
final class NonceBook {
  private long next;
  private final SortedSet<Long> free = new TreeSet<>();
  private final Map<Long, TransactionId> unsent = new HashMap<>();

  /** A book in which nothing is written yet. */
  NonceBook() {}

  /**
   * The book after a restart: all others are free.
   *
   * @param onChain the nonce the chain expects
   * @param known the nonces of transactions that were sent, or may have been
   * @param signed those of them that may not have been sent
   */
  NonceBook(long onChain, SortedSet<Long> known, Map<Long, TransactionId> signed) {
    next = known.isEmpty() ? onChain : Math.max(onChain, known.last() + 1);
    for (long nonce = onChain; nonce < next; nonce++) {
      if (!known.contains(nonce)) {
        free.add(nonce);
      }
    }
    unsent.putAll(signed);
  }

  /**
   * The next nonce to use.
   *
   * @param onChain the nonce the chain expects
   */
  long take(long onChain) {
    free.headSet(onChain).clear();
    if (!free.isEmpty()) {
      return free.removeFirst();
    }
    long nonce = Math.max(next, onChain);
    next = nonce + 1;
    return nonce;
  }

  /** A transaction with this nonce was signed. */
  void signed(long nonce, TransactionId id) {
    unsent.put(nonce, id);
  }

  /** The nonce was not used after all. */
  void giveBack(long nonce) {
    free.add(nonce);
    while (!free.isEmpty() && free.getLast() == next - 1) {
      free.removeLast();
      next--;
    }
  }

  /** Gives back the nonce of a transaction that was signed and not sent; false when it was sent. */
  boolean abandon(long nonce, TransactionId id) {
    if (!unsent.remove(nonce, id)) {
      return false;
    }
    giveBack(nonce);
    return true;
  }

  void sent(long nonce) {
    unsent.remove(nonce);
    free.remove(nonce);
    next = Math.max(next, nonce + 1);
  }
}

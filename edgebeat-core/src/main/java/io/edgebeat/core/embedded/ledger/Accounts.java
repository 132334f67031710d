package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which nonces are given out to whom. Its maps, and the books, are guarded by the lock of the
 * ledger whose accounts they are; it is not held while somebody signs.
 */
final class Accounts {
  private final ReentrantLock lock;
  private final Books books;
  private final Transactions transactions;
  private final Map<Address, NonceBook> nonces = new HashMap<>();

  Accounts(ReentrantLock lock, Books books, Transactions transactions) {
    this.lock = lock;
    this.books = books;
    this.transactions = transactions;
  }

  SignedTransaction prepare(Signer signer, LedgerCommand command) {
    Address account = signer.address();
    long nonce;
    lock.lock();
    try {
      nonce = book(account).take(books.nonce(account));
    } finally {
      lock.unlock();
    }
    try {
      SignedTransaction transaction = transactions.sign(signer, nonce, command);
      lock.lock();
      try {
        book(account).signed(nonce, transaction.id());
      } finally {
        lock.unlock();
      }
      return transaction;
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        book(account).giveBack(nonce);
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  /** With the lock held. */
  void abandon(SignedTransaction transaction) {
    if (!book(transaction.sender()).abandon(transaction.nonce(), transaction.id())) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "transaction " + transaction.id() + " was not prepared here, or was sent");
    }
  }

  /** With the lock held. */
  void restore(Address account, List<SignedTransaction> unfinished) {
    SortedSet<Long> known = new TreeSet<>(books.waiting(account));
    Map<Long, TransactionId> unsent = new HashMap<>();
    for (SignedTransaction t : unfinished) {
      if (!t.sender().equals(account)) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "transaction " + t.id() + " is of " + t.sender() + ", not of " + account);
      }
      if (t.nonce() >= books.nonce(account) && known.add(t.nonce())) {
        unsent.put(t.nonce(), t.id());
      }
    }
    // What was taken and is in no journal was never sent: a gap that nobody would close.
    nonces.put(account, new NonceBook(books.nonce(account), known, unsent));
  }

  /** With the lock held: a transaction has left the hands of its account. */
  void sent(Pending pending) {
    book(pending.sender()).sent(pending.nonce());
  }

  private NonceBook book(Address account) {
    return nonces.computeIfAbsent(account, a -> new NonceBook());
  }
}

package io.edgebeat.chain.evm;

import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what must happen, not for ever. */
final class Waiting {
  private Waiting() {}

  static void done(Ledger ledger, SignedTransaction t) throws InterruptedException {
    until(ledger, t, TransactionStatus.Done.class::isInstance);
  }

  static TransactionStatus until(
      Ledger ledger, SignedTransaction t, Predicate<TransactionStatus> wanted)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      TransactionStatus status = ledger.status(t.id());
      if (wanted.test(status)) {
        return status;
      }
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
        throw new AssertionError("after ten seconds " + t + " is " + status);
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}

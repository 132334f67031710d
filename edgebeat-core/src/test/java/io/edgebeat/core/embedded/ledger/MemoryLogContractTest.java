package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.TransactionLogContract;

/** The log of these tests is one. */
class MemoryLogContractTest implements TransactionLogContract {
  @Override
  public TransactionLog createLog() {
    return MemoryLog.empty(FakeClock.create());
  }

  @Override
  public TransactionLog again(TransactionLog log) {
    return ((MemoryLog) log).again();
  }
}

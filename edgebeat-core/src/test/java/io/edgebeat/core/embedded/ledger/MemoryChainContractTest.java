package io.edgebeat.core.embedded.ledger;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;
import io.edgebeat.testkit.LedgerMoneyContract;
import io.edgebeat.testkit.LedgerRefusalContract;

/** A chain that is final at once. */
class MemoryChainContractTest
    implements LedgerContract, LedgerMoneyContract, LedgerRefusalContract {
  @Override
  public LedgerBench createBench() {
    return new EmbeddedBench(0, EmbeddedChain::inMemory);
  }
}

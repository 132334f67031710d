package io.edgebeat.core.embedded.ledger;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;
import io.edgebeat.testkit.LedgerMoneyContract;
import io.edgebeat.testkit.LedgerRefusalContract;

/** A chain whose blocks become final when three others are on top. */
class SlowChainContractTest implements LedgerContract, LedgerMoneyContract, LedgerRefusalContract {
  @Override
  public LedgerBench createBench() {
    return new EmbeddedBench(3, EmbeddedChain::inMemory);
  }
}

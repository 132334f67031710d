package io.edgebeat.chain.evm;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;

class EvmLedgerContractTest implements LedgerContract {
  @Override
  public boolean hasFees() {
    return true;
  }

  @Override
  public LedgerBench createBench() throws InterruptedException {
    return new EvmBench(Anvil.here());
  }
}

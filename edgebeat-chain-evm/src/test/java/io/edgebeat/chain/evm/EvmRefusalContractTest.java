package io.edgebeat.chain.evm;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerRefusalContract;

class EvmRefusalContractTest implements LedgerRefusalContract {
  @Override
  public LedgerBench createBench() throws InterruptedException {
    return new EvmBench(Anvil.here());
  }
}

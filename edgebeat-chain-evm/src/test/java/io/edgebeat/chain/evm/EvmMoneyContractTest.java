package io.edgebeat.chain.evm;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerMoneyContract;

class EvmMoneyContractTest implements LedgerMoneyContract {
  @Override
  public LedgerBench createBench() throws InterruptedException {
    return new EvmBench(Anvil.here());
  }
}

package io.edgebeat.core.embedded.ledger;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;
import io.edgebeat.testkit.LedgerMoneyContract;
import io.edgebeat.testkit.LedgerRefusalContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A chain that keeps its blocks in a directory. */
class DiskChainContractTest implements LedgerContract, LedgerMoneyContract, LedgerRefusalContract {
  @TempDir Path directory;

  @Override
  public LedgerBench createBench() {
    return new EmbeddedBench(0, config -> EmbeddedChain.open(config, directory));
  }
}

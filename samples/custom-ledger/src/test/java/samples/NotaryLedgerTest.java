package samples;

import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;
import io.edgebeat.testkit.LedgerMoneyContract;
import io.edgebeat.testkit.LedgerRefusalContract;
import java.io.IOException;

/** What every ledger promises, of a notary that knows nothing of money. */
class NotaryLedgerTest implements LedgerContract, LedgerMoneyContract, LedgerRefusalContract {
  @Override
  public LedgerBench createBench() throws IOException {
    return new NotaryBench();
  }
}

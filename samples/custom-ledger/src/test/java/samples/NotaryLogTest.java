package samples;

import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.testkit.TransactionLogContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every log promises, over a real socket. */
class NotaryLogTest implements TransactionLogContract {
  private NotaryBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new NotaryBench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Override
  public TransactionLog createLog() {
    return bench.log();
  }

  @Override
  public TransactionLog again(TransactionLog log) {
    return bench.log();
  }
}

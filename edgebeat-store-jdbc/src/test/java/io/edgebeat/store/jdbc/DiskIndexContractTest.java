package io.edgebeat.store.jdbc;

import io.edgebeat.api.identity.Address;
import io.edgebeat.testkit.StateIndexBench;
import io.edgebeat.testkit.StateIndexContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DiskIndexContractTest implements StateIndexContract {
  @TempDir Path directory;

  @Override
  public StateIndexBench createBench() {
    Address node = Nodes.next();
    Path own = directory.resolve("index");
    return new JdbcBench(() -> JdbcStateIndex.onDisk(own, node), true);
  }
}

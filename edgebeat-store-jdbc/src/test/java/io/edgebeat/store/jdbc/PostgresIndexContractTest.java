package io.edgebeat.store.jdbc;

import io.edgebeat.api.identity.Address;
import io.edgebeat.testkit.StateIndexBench;
import io.edgebeat.testkit.StateIndexContract;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;

/** All nodes of this test share one schema, as a fleet does. */
class PostgresIndexContractTest implements StateIndexContract {
  private static final String SCHEMA = Postgres.freshSchema();

  @AfterAll
  static void leaveNothing() throws SQLException {
    Postgres.dropSchemas();
  }

  @Override
  public StateIndexBench createBench() {
    Postgres postgres = Postgres.here();
    Address node = Nodes.next();
    return new JdbcBench(() -> postgres.index(SCHEMA, node), true);
  }
}

package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.state.IndexCursor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the rows of one node. Every transaction first takes hold of the node's own row: so two
 * that write for one node come one after the other, whoever they are.
 */
final class Writer {
  private static final String STATE =
      "SELECT generation, building FROM nodes WHERE node = ? FOR UPDATE";

  private final String node;

  Writer(String node) {
    this.node = node;
  }

  /** The numbers of pictures: the one that counts, and the one that is being drawn, or the same. */
  private record State(long shown, long building) {}

  private State state(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(STATE)) {
      select.setString(1, node);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the row of node " + node + " was deleted from table nodes");
        }
        long shown = row.getLong(1);
        long building = row.getLong(2);
        return new State(shown, row.wasNull() ? shown : building);
      }
    }
  }

  /** The generation that counts. */
  long current(Connection connection) throws SQLException {
    return state(connection).shown();
  }

  /** Makes the node's own row, and clears what an end without notice has left. */
  Boolean begin(Connection connection) throws SQLException {
    boolean there;
    try (PreparedStatement select = connection.prepareStatement(STATE)) {
      select.setString(1, node);
      try (ResultSet row = select.executeQuery()) {
        there = row.next();
      }
    }
    if (there) {
      return forgetOthers(connection);
    }
    return update(connection, "INSERT INTO nodes (generation, node) VALUES (?, ?)", 0L, node);
  }

  private static boolean update(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, List.of(parameters));
      return statement.executeUpdate() > 0;
    }
  }

  static void set(PreparedStatement statement, List<Object> parameters) throws SQLException {
    int i = 0;
    for (Object parameter : parameters) {
      statement.setObject(++i, parameter);
    }
  }

  // ---------------------------------------------------------------- rows

  void write(Connection connection, long generation, List<Rows.Row> rows) throws SQLException {
    Map<Table, Map<List<Object>, Rows.Row>> byKey = new LinkedHashMap<>();
    for (Rows.Row row : rows) {
      byKey.computeIfAbsent(row.table(), t -> new LinkedHashMap<>()).put(row.keys(), row);
    }
    for (Map.Entry<Table, Map<List<Object>, Rows.Row>> each : byKey.entrySet()) {
      Table table = each.getKey();
      List<Rows.Row> kept = new ArrayList<>();
      List<Rows.Row> gone = new ArrayList<>();
      each.getValue().values().forEach(row -> (row.values().isEmpty() ? gone : kept).add(row));
      run(connection, table.delete(), generation, gone);
      int[] counts = run(connection, table.update(), generation, kept);
      List<Rows.Row> fresh = new ArrayList<>();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 0) {
          fresh.add(kept.get(i));
        }
      }
      run(connection, table.insert(), generation, fresh);
    }
  }

  private int[] run(Connection connection, String sql, long generation, List<Rows.Row> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return new int[0];
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Rows.Row row : rows) {
        List<Object> parameters = new ArrayList<>(row.values());
        parameters.add(node);
        parameters.add(generation);
        parameters.addAll(row.keys());
        set(statement, parameters);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  // ---------------------------------------------------------------- cursor

  void cursor(Connection connection, IndexCursor cursor) throws SQLException {
    var unused =
        update(
            connection,
            "UPDATE nodes SET journal = ?, journal_sequence = ?, ledger_block = ? WHERE node = ?",
            HexFormat.of().formatHex(cursor.journal().toBytes()),
            cursor.journalSequence(),
            cursor.ledgerBlock(),
            node);
  }

  Optional<IndexCursor> cursor(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT journal, journal_sequence, ledger_block FROM nodes WHERE node = ?")) {
      select.setString(1, node);
      try (ResultSet row = select.executeQuery()) {
        String journal = row.next() ? row.getString(1) : null;
        return journal == null
            ? Optional.empty()
            : Optional.of(
                new IndexCursor(
                    Blob.of(HexFormat.of().parseHex(journal)), row.getLong(2), row.getLong(3)));
      }
    }
  }

  // ---------------------------------------------------------------- rebuild

  /** Takes the next number; whoever had one before has lost it. */
  Long beginBuilding(Connection connection) throws SQLException {
    State state = state(connection);
    long next = Math.max(state.shown(), state.building()) + 1;
    var unused = update(connection, "UPDATE nodes SET building = ? WHERE node = ?", next, node);
    forget(connection, state.shown(), next);
    return next;
  }

  void requireBuilding(Connection connection, long generation) throws SQLException {
    State state = state(connection);
    if (state.shown() >= generation || state.building() != generation) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE,
          "rebuild "
              + generation
              + " of the index of "
              + node
              + " was finished or given up; begin another one");
    }
  }

  void finish(Connection connection, long generation) throws SQLException {
    var unused =
        update(
            connection,
            "UPDATE nodes SET generation = ?, building = NULL WHERE node = ?",
            generation,
            node);
  }

  Boolean giveUp(Connection connection, long generation) throws SQLException {
    State state = state(connection);
    if (state.shown() < generation && state.building() == generation) {
      var unused = update(connection, "UPDATE nodes SET building = NULL WHERE node = ?", node);
      forget(connection, state.shown(), state.shown());
    }
    return true;
  }

  /** Deletes the rows of every picture but the one that counts. */
  Boolean forgetOthers(Connection connection) throws SQLException {
    State state = state(connection);
    var unused = update(connection, "UPDATE nodes SET building = NULL WHERE node = ?", node);
    forget(connection, state.shown(), state.shown());
    return true;
  }

  private void forget(Connection connection, long shown, long building) throws SQLException {
    for (Table table : Table.ALL) {
      var unused = update(connection, table.deleteOthers(), node, shown, building);
    }
  }
}

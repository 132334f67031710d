package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * SPI implementation: the picture in a database, embedded H2 or PostgreSQL. Several nodes may share
 * one: every row belongs to a node. Opened by the first call that needs it; while the database
 * cannot be reached every call says so and the next one tries again.
 */
public final class JdbcStateIndex implements StateIndex {
  private static final int MOST_ROWS = 1000;
  private static final AtomicLong IN_MEMORY = new AtomicLong();

  private final String node;
  private final Connections connections;
  private final Writer writer;

  private JdbcStateIndex(Place place, Address node) {
    // Now, and not at the first call: that the driver is missing is a matter of configuration.
    var unused = place.driver();
    this.node = node.toString();
    this.writer = new Writer(this.node);
    this.connections = new Connections(place, writer::begin);
  }

  /**
   * An index in a database.
   *
   * @param url begins with {@code jdbc:h2:} or {@code jdbc:postgresql:}, without a password
   * @param user as whom the database is asked
   * @param password that user's; reaches no message
   * @param schema where the tables are; made when it is not there
   * @param node whose rows these are
   * @return the index; the caller closes it
   * @throws EdgeBeatException {@code INVALID_CONFIG_VALUE} naming the value, {@code
   *     BACKEND_UNAVAILABLE} naming the driver to add
   */
  public static JdbcStateIndex at(
      String url, String user, Secret password, String schema, Address node) {
    return new JdbcStateIndex(new Place(url, user, password, schema, Optional.empty()), node);
  }

  /**
   * An index in files, by H2. Files that are damaged, or were not closed, are deleted: the index is
   * empty then.
   *
   * @param directory a directory of its own
   * @param node whose rows these are
   * @return the index; the caller closes it
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} for a directory that H2 cannot name
   */
  public static JdbcStateIndex onDisk(Path directory, Address node) {
    String file = directory.toAbsolutePath().resolve(OwnFiles.NAME).toString();
    if (file.contains(";")) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "H2 takes no directory with a semicolon: " + directory + "; give another one, or a url");
    }
    // "retry": an interrupted caller would close the file for everybody.
    String url = "jdbc:h2:retry:" + file + ";DB_CLOSE_ON_EXIT=FALSE";
    return embedded(url, Optional.of(directory), node);
  }

  /**
   * An index in memory, by H2; gone when it is closed.
   *
   * @param node whose rows these are
   * @return the index; the caller closes it
   */
  public static JdbcStateIndex inMemory(Address node) {
    String url = "jdbc:h2:mem:edgebeat-index-" + IN_MEMORY.incrementAndGet();
    return embedded(url, Optional.empty(), node);
  }

  private static JdbcStateIndex embedded(String url, Optional<Path> directory, Address node) {
    Secret none = Secret.of(new byte[0]);
    return new JdbcStateIndex(new Place(url, "edgebeat", none, "edgebeat", directory), node);
  }

  // ---------------------------------------------------------------- writing

  @Override
  public void apply(IndexBatch batch, IndexCursor cursor) {
    List<Rows.Row> rows = batch.entries().stream().map(Rows::of).toList();
    connections.write(
        connection -> {
          writer.write(connection, writer.current(connection), rows);
          writer.cursor(connection, cursor);
          return true;
        });
  }

  @Override
  public Rebuild rebuild() {
    return new Drawing(connections.write(writer::beginBuilding));
  }

  /** The rows of a generation that nobody sees. */
  private final class Drawing implements Rebuild {
    private final long generation;
    private boolean over;

    Drawing(long generation) {
      this.generation = generation;
    }

    @Override
    public void add(IndexBatch batch) {
      List<Rows.Row> rows = batch.entries().stream().map(Rows::of).toList();
      connections.write(
          connection -> {
            writer.requireBuilding(connection, generation);
            writer.write(connection, generation, rows);
            return true;
          });
    }

    @Override
    public void finish(IndexCursor cursor) {
      connections.write(
          connection -> {
            writer.requireBuilding(connection, generation);
            writer.finish(connection, generation);
            writer.cursor(connection, cursor);
            return true;
          });
      over = true;
      connections.write(writer::forgetOthers);
    }

    @Override
    public void close() {
      if (!over && !connections.isClosed()) {
        over = true;
        connections.write(connection -> writer.giveUp(connection, generation));
      }
    }
  }

  // ---------------------------------------------------------------- queries

  @Override
  public Optional<IndexCursor> cursor() {
    return connections.read(writer::cursor);
  }

  @Override
  public Optional<IndexEntry.OfAgreement> agreement(AgreementId id) {
    return one(Table.AGREEMENTS, "id", id, Rows::agreement);
  }

  @Override
  public Optional<IndexEntry.OfInvoice> invoice(AgreementId id) {
    return one(Table.INVOICES, "agreement", id, Rows::invoice);
  }

  @Override
  public Page<IndexEntry.OfAgreement> agreements(PageKey from) {
    return page(
        Order.AGREEMENTS,
        from,
        List.of(),
        Rows::agreement,
        e -> List.of(Rows.nanos(e.changedAt()), e.id()));
  }

  @Override
  public Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from) {
    return page(
        Order.PAYMENTS, from, List.of(id.toString()), Rows::payment, e -> List.of(e.sequence()));
  }

  @Override
  public Page<IndexEntry.OfInvoice> invoices(PageKey from) {
    return page(
        Order.INVOICES,
        from,
        List.of(),
        Rows::invoice,
        e -> List.of(Rows.nanos(e.at()), e.invoice().agreementId()));
  }

  @Override
  public Page<IndexEntry.OfListing> listings(PageKey from) {
    return page(
        Order.LISTINGS,
        from,
        List.of(),
        Rows::listing,
        e -> List.of(e.listing().seller(), e.listing().id().contentHash()));
  }

  /** Reads one row. */
  @FunctionalInterface
  private interface Reader<E> {
    E read(ResultSet row) throws SQLException;
  }

  private <E> Optional<E> one(Table table, String key, AgreementId id, Reader<E> reader) {
    String sql = table.page(" AND " + key + " = ?", List.of(key), false);
    return select(sql, List.of(node, node, id.toString(), 1), reader).stream().findFirst();
  }

  private <E> Page<E> page(
      Order order,
      PageKey from,
      List<Object> fixed,
      Reader<E> reader,
      Function<E, List<Object>> position) {
    List<Object> parameters = new ArrayList<>(List.of(node, node));
    parameters.addAll(fixed);
    parameters.addAll(order.after(from));
    int limit = Math.min(from.limit(), MOST_ROWS);
    // One more than is shown: that there is a next page is then no guess.
    parameters.add(limit + 1);
    List<E> rows = select(order.sql(from), parameters, reader);
    if (rows.size() <= limit) {
      return new Page<>(rows, Optional.empty());
    }
    List<E> shown = rows.subList(0, limit);
    return new Page<>(
        shown, Optional.of(order.behind(position.apply(shown.getLast()), from.limit())));
  }

  private <E> List<E> select(String sql, List<Object> parameters, Reader<E> reader) {
    return connections.read(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Writer.set(statement, parameters);
            List<E> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                rows.add(reader.read(row));
              }
            }
            return rows;
          }
        });
  }

  @Override
  public void close() {
    connections.close();
  }
}

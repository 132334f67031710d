package io.edgebeat.store.jdbc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The files of an embedded database that hold nothing but the index. While they are in use there is
 * a mark beside them. Files that nobody has closed are not believed: a process that is killed while
 * H2 writes can leave a table and its primary key in disagreement.
 */
final class OwnFiles {
  /** What the files begin with. */
  static final String NAME = "picture";

  private final Path directory;
  private final Path mark;

  OwnFiles(Path directory) {
    this.directory = directory;
    this.mark = directory.resolve(NAME + ".in-use");
  }

  /** Before the database is opened. */
  void begin(Place place) throws SQLException {
    try {
      if (Files.exists(mark)) {
        delete(place);
      }
      Files.createDirectories(directory);
      Files.write(mark, new byte[0]);
    } catch (IOException e) {
      throw failed("cannot be begun", e);
    }
  }

  /** After the database was closed. */
  void end() {
    try {
      Files.deleteIfExists(mark);
    } catch (IOException e) {
      // Then they are drawn anew, which costs time and nothing else.
      return;
    }
  }

  /** Ends the database for all its connections, and deletes its files. */
  void delete(Place place) throws SQLException {
    try (Connection connection = place.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    } catch (SQLException e) {
      // That a database which was shut down, or is damaged, fails is no news.
      if (Failures.isInUse(e)) {
        throw e;
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, NAME + ".*")) {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw failed("cannot be deleted, as they have to be", e);
    }
  }

  private SQLException failed(String what, IOException e) {
    return new SQLException("the files in " + directory + " " + what + ": " + e, e);
  }
}

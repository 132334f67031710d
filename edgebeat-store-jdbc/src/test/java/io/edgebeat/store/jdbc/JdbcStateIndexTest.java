package io.edgebeat.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexBatch;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.StateIndex;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a database can do wrong, and what several nodes in one see of each other. */
@Timeout(120)
class JdbcStateIndexTest {
  private static final String WORD = "s3cret-word";
  private static final Secret PASSWORD = Secret.of(WORD.getBytes(StandardCharsets.UTF_8));
  private static final IndexCursor CURSOR = new IndexCursor(Blob.EMPTY, 1, 1);

  @TempDir Path directory;

  @AfterAll
  static void leaveNothing() throws SQLException {
    Postgres.dropSchemas();
  }

  private static IndexBatch agreement(int n) {
    Amount one = Amount.of(Asset.EDG, 1);
    Address account = Address.of(new byte[20]);
    return new IndexBatch(
        List.of(
            new IndexEntry.OfAgreement(
                new AgreementId(Bytes32.of(ByteBuffer.allocate(32).putInt(n).array())),
                account,
                account,
                AgreementStatus.OPEN,
                "IDLE",
                one,
                one,
                Instant.EPOCH)));
  }

  private static EdgeBeatException refused(ErrorCode code, ThrowingCallable call, String... named) {
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.getMessage()).contains(named);
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertThat(String.valueOf(t)).doesNotContain(WORD);
    }
    return e;
  }

  private String file(String settings) {
    return "jdbc:h2:file:" + directory.resolve("db") + settings;
  }

  private JdbcStateIndex at(String url) {
    return JdbcStateIndex.at(url, "me", PASSWORD, "edgebeat", Nodes.next());
  }

  private void execute(String url, String user, String password, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql:whatever                            | must begin with jdbc:h2: or jdbc:postgresql:",
        "jdbc:mysql://here/db                      | found \"jdbc:mysql://here/db\"",
        "''                                        | must begin with jdbc:h2:",
        "jdbc:postgresql://here/db?password=s3cret-word | by their own keys",
        "jdbc:h2:mem:x;PASSWORD=s3cret-word        | by their own keys",
        "jdbc:postgresql://me:s3cret-word@here/db  | by their own keys",
        "jdbc:postgresql:///here:notaport:1/x/y    | is not understood by its driver",
      })
  void aWrongUrlIsRefusedAtOnce(String url, String says) {
    refused(ErrorCode.INVALID_CONFIG_VALUE, () -> at(url), "\"url\"", says);
  }

  /** A node may die while it makes the schema, also when it is already the second time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM \"flyway_schema_history\" WHERE \"version\" = '1'",
        "DELETE FROM \"flyway_schema_history\" WHERE \"version\" = '1'; DROP VIEW \"LISTINGS\";"
            + " DROP TABLE LISTING_ROWS",
        "UPDATE \"flyway_schema_history\" SET \"success\" = FALSE WHERE \"version\" = '1'"
      })
  void aSchemaThatWasHalfMadeIsMadeAgain(String half) throws SQLException {
    String url = file("");
    try (JdbcStateIndex index = at(url)) {
      assertThat(index.cursor()).isEmpty();
    }
    execute(url, "me", WORD, "SET SCHEMA \"edgebeat\"; " + half);
    try (JdbcStateIndex index = at(url)) {
      index.apply(agreement(1), CURSOR);
      assertThat(index.cursor()).contains(CURSOR);
      assertThat(index.listings(io.edgebeat.api.market.PageKey.first(1)).items()).isEmpty();
    }
  }

  /** Overwrites the middle of the file, which H2 does not see before it reads it. */
  static void damage(Path database) throws IOException {
    byte[] bytes = Files.readAllBytes(database);
    new Random(5).nextBytes(bytes);
    Files.write(database, bytes);
  }

  private static void isDrawnAnew(StateIndex index) {
    refused(ErrorCode.STORAGE_FAILED, () -> index.apply(agreement(2), CURSOR), "failed; see");
    refused(
        ErrorCode.STORAGE_FAILED,
        () -> index.apply(agreement(2), CURSOR),
        "is damaged; the next call deletes it");
    assertThat(index.cursor()).isEmpty();
    assertThat(index.agreements(PageKey.first(9)).items()).isEmpty();
    index.apply(agreement(2), CURSOR);
    assertThat(index.cursor()).contains(CURSOR);
    assertThat(index.agreements(PageKey.first(9)).items()).hasSize(1);
  }

  @Test
  void filesOfItsOwnThatAreDamagedAreMadeAnew() throws Exception {
    Address node = Nodes.next();
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      index.apply(agreement(1), CURSOR);
    }
    damage(directory.resolve("picture.mv.db"));
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      isDrawnAnew(index);
    }
  }

  @Test
  void filesOfItsOwnThatGoBadWhileTheyAreInUseAreMadeAnew() throws Exception {
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, Nodes.next())) {
      index.apply(agreement(1), CURSOR);
      execute(
          "jdbc:h2:retry:" + directory.resolve("picture"),
          "edgebeat",
          "",
          "SET SCHEMA \"edgebeat\"; DROP TABLE agreement_rows CASCADE");
      isDrawnAnew(index);
    }
  }

  /** As after a kill: H2 may have left what it was writing half-done. */
  @Test
  void filesOfItsOwnThatNobodyHasClosedAreMadeAnew() throws Exception {
    Address node = Nodes.next();
    Path mark = directory.resolve("picture.in-use");
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      index.apply(agreement(1), CURSOR);
      assertThat(mark).exists();
    }
    assertThat(mark).doesNotExist();
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      assertThat(index.cursor()).contains(CURSOR);
    }
    Files.write(mark, new byte[0]);
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      assertThat(index.cursor()).isEmpty();
      assertThat(index.agreements(PageKey.first(9)).items()).isEmpty();
      index.apply(agreement(2), CURSOR);
    }
    assertThat(mark).doesNotExist();
  }

  @Test
  void filesThatAnotherProcessUsesAreLeftAlone() throws Exception {
    Address node = Nodes.next();
    try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
      index.apply(agreement(1), CURSOR);
    }
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('!');
      try (JdbcStateIndex index = JdbcStateIndex.onDisk(directory, node)) {
        for (int i = 0; i < 3; i++) {
          refused(ErrorCode.LOCKED, () -> index.apply(agreement(2), CURSOR), "another process");
        }
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(directory.resolve("picture.mv.db")).exists();
  }

  /** Holds an index until it is killed, or whoever started it is gone. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (JdbcStateIndex index = JdbcStateIndex.onDisk(Path.of(args[0]), Nodes.next())) {
        index.apply(agreement(3), CURSOR);
        System.out.write('!');
        System.out.flush();
        var unused = System.in.read();
      }
    }
  }

  /** Others may have tables there, and whoever gave it may want to look into it. */
  @Test
  void aDatabaseThatWasGivenIsNotMadeAnew() throws Exception {
    String url = file("");
    try (JdbcStateIndex index = at(url)) {
      index.apply(agreement(1), CURSOR);
      execute(url, "me", WORD, "SET SCHEMA \"edgebeat\"; DROP TABLE agreement_rows CASCADE");
      for (int i = 0; i < 5; i++) {
        refused(ErrorCode.STORAGE_FAILED, () -> index.apply(agreement(2), CURSOR), "failed");
      }
      assertThat(index.cursor()).contains(CURSOR);
    }
  }

  @Test
  void aWrongSchemaIsRefusedAtOnce() {
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> JdbcStateIndex.at("jdbc:h2:mem:x", "me", PASSWORD, "a b", Nodes.next()),
        "\"schema\"",
        "\"a b\"");
    refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> JdbcStateIndex.onDisk(directory.resolve("a;b"), Nodes.next()),
        "semicolon",
        "a;b");
  }

  @Test
  void aSettingThatTheDriverRefusesIsNamed() {
    try (StateIndex index = at("jdbc:h2:mem:settings;NO_SUCH_SETTING=1")) {
      refused(ErrorCode.INVALID_CONFIG_VALUE, index::cursor, "NO_SUCH_SETTING");
    }
  }

  @Test
  void aMissingDriverNamesTheArtifact() throws Exception {
    List<Class<?>> all =
        List.of(JdbcStateIndex.class, StateIndex.class, org.flywaydb.core.Flyway.class);
    URL[] urls =
        all.stream()
            .map(c -> c.getProtectionDomain().getCodeSource().getLocation())
            .toArray(URL[]::new);
    try (URLClassLoader bare = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Class<?> place = bare.loadClass("io.edgebeat.store.jdbc.JdbcStateIndex");
      Class<?> address = bare.loadClass(Address.class.getName());
      Object node = address.getMethod("of", byte[].class).invoke(null, new byte[20]);
      Throwable e =
          catchThrowableOfType(
                  java.lang.reflect.InvocationTargetException.class,
                  () -> place.getMethod("inMemory", address).invoke(null, node))
              .getCause();
      assertThat(e.toString()).contains("no JDBC driver", "com.h2database:h2");
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedSaysSoAtEveryCall() {
    try (StateIndex index = at("jdbc:postgresql://127.0.0.1:1/nothing")) {
      for (int i = 0; i < 2; i++) {
        refused(
            ErrorCode.STORAGE_FAILED,
            index::cursor,
            "jdbc:postgresql://127.0.0.1:1/nothing",
            "see that it runs and can be reached");
      }
    }
  }

  @Test
  void aWrongPasswordIsNotRepeated() {
    try (StateIndex index = at(file(""))) {
      index.apply(agreement(1), CURSOR);
      try (StateIndex other =
          JdbcStateIndex.at(
              file(""),
              "me",
              Secret.of("other-word".getBytes(StandardCharsets.UTF_8)),
              "edgebeat",
              Nodes.next())) {
        EdgeBeatException e =
            refused(ErrorCode.NOT_ALLOWED, other::cursor, "check user and password");
        assertThat(e.getMessage()).doesNotContain("other-word");
      }
    }
  }

  @Test
  void aNewerReleasesDatabaseIsLeftAlone() throws Exception {
    Address node = Nodes.next();
    try (StateIndex index = JdbcStateIndex.at(file(""), "me", PASSWORD, "edgebeat", node)) {
      index.apply(agreement(1), CURSOR);
    }
    String history = "\"edgebeat\".\"flyway_schema_history\"";
    execute(
        file(""),
        "me",
        WORD,
        "INSERT INTO "
            + history
            + " SELECT 99, '999', 'later', 'SQL', 'V999__later.sql', 1, 'me', NOW(), 1, TRUE");
    try (StateIndex index = JdbcStateIndex.at(file(""), "me", PASSWORD, "edgebeat", node)) {
      refused(ErrorCode.UNKNOWN_VERSION, index::cursor, "version 999", "newer release");
    }
    execute(file(""), "me", WORD, "DELETE FROM " + history + " WHERE \"version\" = '999'");
    try (StateIndex index = JdbcStateIndex.at(file(""), "me", PASSWORD, "edgebeat", node)) {
      assertThat(index.cursor()).contains(CURSOR);
    }
  }

  @Test
  void aReadOnlyDatabaseIsNamedSo() {
    Address node = Nodes.next();
    try (StateIndex index = JdbcStateIndex.at(file(""), "me", PASSWORD, "edgebeat", node)) {
      index.apply(agreement(1), CURSOR);
    }
    try (StateIndex index =
        JdbcStateIndex.at(file(";ACCESS_MODE_DATA=r"), "me", PASSWORD, "edgebeat", node)) {
      refused(
          ErrorCode.STORAGE_FAILED,
          () -> index.apply(agreement(2), CURSOR),
          "can only be read",
          "make it writable");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "53100 | STORAGE_FAILED   | is full; give it more room",
        "25006 | STORAGE_FAILED   | can only be read",
        "28P01 | NOT_ALLOWED      | check user and password",
        "42501 | NOT_ALLOWED      | grant that on the schema",
        "22001 | INVALID_ARGUMENT | cannot hold a value",
        "08006 | STORAGE_FAILED   | can be reached",
      })
  void everyKindOfFailureHasItsCodeAndItsAdvice(String state, ErrorCode code, String says) {
    Place place = new Place("jdbc:h2:mem:x", "me", PASSWORD, "edgebeat", Optional.empty());
    SQLException sql = new SQLException("it was s3cret-word", state);
    EdgeBeatException e = Failures.of(place, new RuntimeException("wrapped", sql));
    assertThat(e.code()).isEqualTo(code);
    assertThat(e.getMessage()).contains(says, "jdbc:h2:mem:x", "it was ***").doesNotContain(WORD);
    assertThat(place.toString()).doesNotContain(WORD);
  }

  @Test
  void aPageIsReadFromAnIndexOfTheDatabaseInItsOrder() throws Exception {
    String url = "jdbc:h2:mem:plans";
    try (StateIndex index = JdbcStateIndex.at(url, "me", PASSWORD, "edgebeat", Nodes.next())) {
      for (int n = 0; n < 50; n++) {
        index.apply(agreement(n), CURSOR);
      }
      PageKey second = index.agreements(PageKey.first(10)).next().orElseThrow();
      try (Connection connection = DriverManager.getConnection(url, "me", WORD)) {
        connection.setSchema("edgebeat");
        for (PageKey key : List.of(PageKey.first(10), second)) {
          assertThat(plan(connection, Order.AGREEMENTS.sql(key)))
              .contains("AGREEMENT_ROWS_BY_CHANGE", "index sorted");
          assertThat(plan(connection, Order.INVOICES.sql(PageKey.first(1))))
              .contains("INVOICE_ROWS_BY_TIME", "index sorted");
          assertThat(plan(connection, Order.PAYMENTS.sql(PageKey.first(1))))
              .contains("index sorted");
          assertThat(plan(connection, Order.LISTINGS.sql(PageKey.first(1))))
              .contains("index sorted");
        }
      }
    }
  }

  private static String plan(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "EXPLAIN "
                    + sql.replaceAll("= \\?|([<>]=?) \\?", "= '1'")
                        .replace("FIRST ?", "FIRST 5"))) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  @Test
  void nodesOfOneDatabaseDoNotSeeEachOtherAndItsOwnerSeesAll() throws Exception {
    Postgres postgres = Postgres.here();
    String schema = Postgres.freshSchema();
    try (StateIndex mine = postgres.index(schema, Nodes.next());
        StateIndex yours = postgres.index(schema, Nodes.next())) {
      mine.apply(agreement(1), CURSOR);
      yours.apply(agreement(1), CURSOR);
      yours.apply(agreement(2), CURSOR);
      StateIndex.Rebuild rebuild = mine.rebuild();
      rebuild.add(agreement(3));
      assertThat(mine.agreements(PageKey.first(10)).items()).hasSize(1);
      assertThat(yours.agreements(PageKey.first(10)).items()).hasSize(2);
      try (Connection connection =
              DriverManager.getConnection(postgres.url, postgres.user, postgres.password);
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT COUNT(*), SUM(paid) FROM " + schema + ".agreements")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).as("a picture that is being drawn does not count").isEqualTo(3);
        assertThat(row.getInt(2)).isEqualTo(3);
      }
    }
  }

  @Test
  void connectionsThatTheServerHasEndedAreReplaced() throws Exception {
    Postgres postgres = Postgres.here();
    String schema = Postgres.freshSchema();
    try (StateIndex index = postgres.index(schema, Nodes.next())) {
      index.apply(agreement(1), CURSOR);
      execute(
          postgres.url,
          postgres.user,
          postgres.password,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'edgebeat'");
      assertThat(index.cursor()).contains(CURSOR);
      index.apply(agreement(2), CURSOR);
      assertThat(index.agreements(PageKey.first(10)).items()).hasSize(2);
    }
  }
}

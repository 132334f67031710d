package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.node.NodeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SPECIFICATION.md says what the code does, wherever the two can be compared. */
final class SpecificationTest {
  private static final Path ROOT = root();
  private static final List<String> LINES = lines(ROOT.resolve("SPECIFICATION.md"));
  private static final Address SOMEBODY = Address.of(new byte[20]);
  private static final AgreementId ID = new AgreementId(Bytes32.ZERO);

  /** The file lies where the repository begins, above the directory a test is run in. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("SPECIFICATION.md"))) {
      Path above = here.getParent();
      if (above == null) {
        throw new IllegalStateException("no SPECIFICATION.md in or above " + Path.of("."));
      }
      here = above;
    }
    return here;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rows of the one table that follows a mark, without its head. */
  private static List<List<String>> table(String name) {
    String mark = "<!-- table: " + name + " -->";
    assertThat(LINES.stream().filter(mark::equals)).as(mark).hasSize(1);
    List<List<String>> rows =
        LINES.stream()
            .skip(LINES.indexOf(mark) + 3L)
            .takeWhile(line -> line.startsWith("|"))
            .map(SpecificationTest::cells)
            .toList();
    assertThat(rows).as(name).isNotEmpty();
    return rows;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
        .map(String::strip)
        .toList();
  }

  private static String code(String cell) {
    assertThat(cell).startsWith("`").endsWith("`");
    return cell.substring(1, cell.length() - 1);
  }

  static Stream<Table<?, ?>> tables() {
    return Stream.of(Tables.DEAL, Tables.SELLER, Tables.BUYER, MoneyTable.TABLE);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyRowIsThereInItsPlace(Table<?, ?> table) {
    List<List<String>> rows =
        table.rows().stream()
            .map(
                row ->
                    List.of(
                        row.from().toString(),
                        row.event().toString(),
                        row.to().toString(),
                        row.guard()))
            .toList();

    assertThat(table(table.toString())).isEqualTo(rows);
  }

  static Stream<TypedMessage> signedObjects() {
    Instant time = Instant.ofEpochSecond(1);
    return Stream.of(
        new ListingRecord(new ListingId(SOMEBODY, Bytes32.ZERO), time, 1, ""),
        new Agreement(
            SOMEBODY,
            SOMEBODY,
            SOMEBODY,
            Edg.of("1"),
            Edg.of("1"),
            time,
            time,
            Duration.ZERO,
            0,
            0,
            Agreement.Funding.WALLET,
            Bytes32.ZERO),
        new TaskOrder(
            ID,
            1,
            Workload.wasm(ContentId.ofRaw(new byte[0])),
            Optional.empty(),
            ExecutionLimits.DEFAULTS),
        new Voucher(ID, 1, Edg.of("1"), Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO),
        new Receipt(ID, 0, 1, Edg.of("1"), Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO),
        new Settlement(ID, Edg.of("1"), Bytes32.ZERO));
  }

  @ParameterizedTest
  @MethodSource("signedObjects")
  void everyTypeStringIsThere(TypedMessage message) {
    assertThat(LINES).containsOnlyOnce(message.typeString());
  }

  @Test
  void theDomainIsThatOfTheCode() {
    List<String> domains = LINES.stream().filter(l -> l.startsWith("EIP712Domain(")).toList();
    assertThat(domains).hasSize(1);

    Bytes32 separator =
        new StructWriter(TypeHash.of(domains.getFirst()), 4)
            .string("EdgeBeat")
            .string("1")
            .uint(7)
            .address(SOMEBODY)
            .hash();

    assertThat(separator).isEqualTo(SigningDomain.edgeBeat(7, SOMEBODY).separator());
  }

  /** The defaults that are documented, given as options, change nothing. */
  @Test
  void everyOptionIsThereWithItsDefault() {
    Map<String, String> documented = new LinkedHashMap<>();
    table("options").forEach(row -> documented.put(code(row.get(0)), code(row.get(1))));

    assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(NodeOptions.KEYS);
    NodeOptions given = new NodeOptions(documented);
    NodeOptions none = new NodeOptions(Map.of());
    assertThat(given.buyer()).isEqualTo(none.buyer()).isEqualTo(BuyerPolicy.DEFAULTS);
    assertThat(given.seller()).isEqualTo(none.seller()).isEqualTo(SellerPolicy.DEFAULTS);
    assertThat(given.mode()).isEqualTo(none.mode());
  }

  @Test
  void everyErrorCodeIsThere() {
    assertThat(table("error codes").stream().map(row -> code(row.getFirst())))
        .containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
  }

  @Test
  void everyMessageIsThere() {
    assertThat(table("messages").stream().map(row -> code(row.getFirst())))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(PeerMessage.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList());
  }

  /** A promise is tested by a test there is, or it is shown as pending. */
  @Test
  void everyPromiseHasATestOrIsPending() throws IOException {
    Set<String> tests = testClasses();
    for (List<String> row : table("promises")) {
      assertThat(row).as("promise, test, state").hasSize(3);
      if (row.get(2).equals("pending")) {
        assertThat(row.get(1)).as(row.getFirst()).isEqualTo("**pending**");
      } else {
        assertThat(row.get(2)).as(row.getFirst()).isEqualTo("tested");
        assertThat(tests).as(row.getFirst()).contains(code(row.get(1)));
      }
    }
  }

  private static Set<String> testClasses() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path sources : testSources()) {
      try (Stream<Path> files = Files.walk(sources)) {
        names.addAll(
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith("Test.java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet()));
      }
    }
    return names;
  }

  /** Of the modules, which lie one or two directories deep. */
  private static List<Path> testSources() throws IOException {
    try (Stream<Path> directories = Files.walk(ROOT, 2)) {
      return directories
          .map(directory -> directory.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .toList();
    }
  }
}

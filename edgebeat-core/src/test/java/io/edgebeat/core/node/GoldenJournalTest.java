package io.edgebeat.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerDecider;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.SellerDecider;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.pay.Till;
import io.edgebeat.core.wallet.CapacityDecider;
import io.edgebeat.core.wallet.CapacityState;
import io.edgebeat.core.wallet.ListingsDecider;
import io.edgebeat.core.wallet.WalletDecider;
import io.edgebeat.core.wallet.WalletState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals that earlier releases have written, and this one opens: the same states, the same open
 * actions, the same money. They are made once for each release, by {@code EDGEBEAT_GOLDEN=VERSION}
 * in the environment, and never changed.
 */
class GoldenJournalTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path DIGESTS = GOLDEN.resolve("digests.txt");

  /** Of the first so many lines of the list; a release adds lines, and a line here. */
  private static final Map<Integer, String> PINNED =
      Map.of(44, "756acaae4bf7978f5781305c9cfb0c8cc3b52ff3bc35cac0467c166b2e56fd81");

  private static final RecordCodec<LedgerInfo> LEDGER = RecordCodec.of(LedgerInfo.class);

  /** {@code (func (export "add") (param i32 i32) (result i32) ...)}. */
  private static final String ADD =
      "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";

  @TempDir Path directory;

  @Test
  void noGoldenFileHasChangedOrGone() throws Exception {
    List<String> lines = Files.readAllLines(DIGESTS, UTF_8);
    PINNED.forEach(
        (count, digest) -> {
          assertThat(lines).hasSizeGreaterThanOrEqualTo(count);
          String listed = String.join("\n", lines.subList(0, count)) + "\n";
          assertThat(sha256(listed.getBytes(UTF_8)))
              .as("the first %s lines", count)
              .isEqualTo(digest);
        });
    for (String line : lines) {
      Path file = GOLDEN.resolve(line.substring(66));
      assertThat(file).isRegularFile();
      assertThat(sha256(Files.readAllBytes(file)))
          .as(file.toString())
          .isEqualTo(line.substring(0, 64));
    }
    assertThat(files(GOLDEN).map(f -> GOLDEN.relativize(f).toString()))
        .as("every file is listed")
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of("digests.txt"), lines.stream().map(l -> l.substring(66)))
                .toList());
  }

  @Test
  void everyGoldenJournalLeadsToTheStatesAndOpenActionsThatWereWrittenDown() throws Exception {
    int opened = 0;
    for (Path journal : journals()) {
      Path copy = copy(journal);
      String found = summary(copy, ledgerOf(journal));
      assertThat(found)
          .as(journal.toString())
          .isEqualTo(Files.readString(journal.resolve("summary.txt")));
      opened++;
    }
    assertThat(opened).isGreaterThanOrEqualTo(8);
  }

  /** What is opened and snapshotted by this release means the same to the next opening. */
  @Test
  void aGoldenJournalThatThisReleaseShortensLeadsToTheSame() throws Exception {
    for (Path journal : journals()) {
      Path copy = copy(journal);
      LedgerInfo ledger = ledgerOf(journal);
      try (Journal open =
          Journal.open(
              FileDisk.open(copy),
              JournalOptions.withNewId(new byte[16]),
              JournalInspector.batches(batch -> {}))) {
        NodeSnapshot.write(open);
      }
      assertThat(summary(copy, ledger))
          .as(journal.toString())
          .isEqualTo(Files.readString(journal.resolve("summary.txt")));
    }
  }

  /**
   * Every voucher and every preimage that a seller took then is taken now, and is worth as much.
   */
  @Test
  void everyGoldenVoucherIsGoodForTheSameSum() throws Exception {
    int vouchers = 0;
    for (Path journal : journals()) {
      Protocol protocol = new Protocol(ledgerOf(journal), EdgeBeat.signatures());
      List<String> found = new ArrayList<>();
      vouchers += money(copy(journal), protocol, found);
      assertThat(found)
          .as(journal.toString())
          .isEqualTo(Files.readAllLines(journal.resolve("money.txt")));
    }
    assertThat(vouchers).isGreaterThanOrEqualTo(5);
  }

  private static List<Path> journals() throws IOException {
    return files(GOLDEN)
        .filter(f -> f.endsWith("summary.txt"))
        .map(Path::getParent)
        .sorted()
        .toList();
  }

  private static Stream<Path> files(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).toList().stream();
    }
  }

  private Path copy(Path journal) throws IOException {
    Path copy = Files.createTempDirectory(directory, "journal");
    for (Path file : files(journal).toList()) {
      Files.copy(file, copy.resolve(file.getFileName().toString()));
    }
    return copy;
  }

  private static LedgerInfo ledgerOf(Path journal) throws IOException {
    return LEDGER.decode(Files.readAllBytes(journal.resolve("ledger.bin")));
  }

  private static Partition empty(PartitionKey key, Protocol protocol) {
    return switch (key.kind()) {
      case BUYER -> new BuyerDecider(protocol, BuyerPolicy.DEFAULTS).create(key);
      case SELLER -> new SellerDecider(protocol, SellerPolicy.DEFAULTS).create(key);
      case WALLET -> new WalletDecider(WalletDecider.RAISE_AFTER).create(key);
      case CAPACITY -> new CapacityDecider().create(key);
      case LISTINGS -> new ListingsDecider().create(key);
    };
  }

  private static List<FactBatch> batches(Path journal) {
    List<FactBatch> all = new ArrayList<>();
    Journal.open(
            FileDisk.open(journal),
            JournalOptions.withNewId(new byte[16]),
            JournalInspector.batches(all::add))
        .close();
    return all;
  }

  private static String summary(Path journal, LedgerInfo ledger) {
    Protocol protocol = new Protocol(ledger, EdgeBeat.signatures());
    Map<PartitionKey, Partition> states = new TreeMap<>();
    for (FactBatch batch : batches(journal)) {
      Partition state = states.computeIfAbsent(batch.partition(), k -> empty(k, protocol));
      batch.facts().forEach(state::evolve);
    }
    StringBuilder text = new StringBuilder();
    states.forEach(
        (key, state) -> {
          text.append(key).append('\n');
          switch (state) {
            case AgreementSide side -> {
              text.append("  id ").append(side.id()).append('\n');
              text.append("  deal ").append(side.deal()).append('\n');
              text.append("  work ").append(side.workName()).append('\n');
              text.append("  paid ").append(side.paid()).append('\n');
              text.append("  ticks ").append(side.ticks()).append('\n');
              text.append("  said ").append(side.said()).append(" heard ").append(side.heard());
              text.append(" seen ").append(side.peerSaw()).append('\n');
              text.append("  invoice ");
              text.append(side.invoice().map(i -> i.paid() + " fee " + i.fee())).append('\n');
            }
            case WalletState wallet -> {
              text.append("  reserved for ")
                  .append(wallet.reservedFor().stream().sorted().toList());
              text.append("\n  unfinished ");
              text.append(wallet.unfinished().stream().map(SignedTransaction::id).toList());
              text.append('\n');
            }
            case CapacityState capacity ->
                text.append("  taken by ")
                    .append(capacity.takenBy().stream().sorted().toList())
                    .append('\n');
            default -> {}
          }
          text.append("  finished ").append(state.finished()).append('\n');
          text.append("  open actions ").append(state.outbox().keySet()).append('\n');
          text.append("  timers ").append(new TreeMap<>(state.timers())).append('\n');
        });
    return text.toString();
  }

  private static int money(Path journal, Protocol protocol, List<String> lines) {
    Map<PartitionKey, Till> tills = new TreeMap<>();
    Map<PartitionKey, Partition> states = new TreeMap<>();
    int vouchers = 0;
    for (FactBatch batch : batches(journal)) {
      PartitionKey key = batch.partition();
      Partition state = states.computeIfAbsent(key, k -> empty(k, protocol));
      for (Fact fact : batch.facts()) {
        Till till = tills.computeIfAbsent(key, k -> new Till());
        switch (fact) {
          case Fact.Heard(long sequence, PeerMessage.VoucherSent m) -> {
            Voucher voucher = m.voucher().message();
            Offer offer = ((AgreementSide) state).offer().orElseThrow();
            Agreement agreement = offer.agreement().message();
            till.check(
                voucher,
                protocol.id(agreement),
                offer.terms().price().perTick(),
                agreement.deposit());
            assertThat(protocol.signedBy(agreement.voucherKey(), voucher, m.voucher().signature()))
                .isTrue();
            till.accepted(m.voucher());
            vouchers++;
            lines.add(
                "voucher "
                    + voucher.sequence()
                    + " "
                    + protocol.digest(voucher)
                    + " "
                    + worth(till));
          }
          case Fact.Heard(long sequence, PeerMessage.Ticks m) -> {
            assertThat(till.check(m, Voucher.MAX_TICKS)).isTrue();
            till.accepted(m);
            lines.add("ticks " + m.ticks() + " " + m.preimage() + " " + worth(till));
          }
          default -> {}
        }
        state.evolve(fact);
      }
    }
    return vouchers;
  }

  private static String worth(Till till) {
    return till.value(Amount.zero(Asset.EDG)).toString();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  // ---------------------------------------------------------------- making them

  @Test
  void writesTheJournalsOfARelease() throws Exception {
    String version = Optional.ofNullable(System.getenv("EDGEBEAT_GOLDEN")).orElse("");
    if (version.isEmpty()) {
      return;
    }
    make(version, "settled", 101, b -> b, (m, t) -> t.outcome().isPresent() && m.idle(), 6);
    make(version, "streaming", 102, b -> b, (m, t) -> t.ticks() >= 4, 20);
    make(
        version,
        "literal",
        103,
        b -> b.option("mode", "literal").option("seller.literal", "true"),
        (m, t) -> t.ticks() >= 2,
        20);
    make(
        version,
        "vault",
        104,
        b -> b.option("mode", "vault"),
        (m, t) -> t.outcome().isPresent(),
        3);
    make(
        version,
        "snapshot",
        105,
        b -> b.option("snapshotBytes", "4096"),
        (m, t) -> t.ticks() >= 25,
        60);
    List<String> lines =
        new ArrayList<>(Files.exists(DIGESTS) ? Files.readAllLines(DIGESTS) : List.of());
    for (Path file : files(GOLDEN.resolve(version)).sorted().toList()) {
      lines.add(sha256(Files.readAllBytes(file)) + "  " + GOLDEN.relativize(file));
    }
    String list = String.join("\n", lines) + "\n";
    Files.writeString(DIGESTS, list);
    throw new AssertionError("now pin " + lines.size() + " lines: " + sha256(list.getBytes(UTF_8)));
  }

  /** When a market is stopped. */
  private interface When {
    boolean reached(Market market, Task task);
  }

  private record Market(LocalMarket market) {
    boolean idle() {
      return market.seller("seller").seller().agreements().isEmpty();
    }
  }

  private void make(
      String version,
      String name,
      long seed,
      UnaryOperator<LocalMarketBuilder> options,
      When when,
      int seconds)
      throws Exception {
    try (LocalMarket market =
        options
            .apply(
                EdgeBeat.local(seed)
                    .signatures(EdgeBeat.signatures())
                    .taskTime(r -> Duration.ofSeconds(seconds)))
            .virtualTime()) {
      ContentId module =
          market.content().put(ContentSource.of(HexFormat.of().parseHex(ADD)), Progress.NONE);
      var ledger = market.ledger();
      ledger.broadcast(ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("10"))));
      market.run(Duration.ofMinutes(1));
      Workload add = new Workload("wasm", module, Optional.of("add"), List.of("2", "40"));
      Task task = market.buyer().submit(TaskSpec.of(add), Budget.upTo(Edg.of("2")));
      BooleanSupplier there = () -> when.reached(new Market(market), task);
      assertThat(market.runUntil(there, Duration.ofMinutes(10))).as(name).isTrue();
      for (EdgeBeatNode node : List.of(market.buyerNode(), market.seller("seller"))) {
        String side = node.equals(market.buyerNode()) ? "buyer" : "seller";
        Path backup = directory.resolve(name + "-" + side);
        node.backup(backup);
        Path target = GOLDEN.resolve(version).resolve(name).resolve(side);
        Files.createDirectories(target);
        for (Path file : files(backup.resolve("journal")).toList()) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
        LedgerInfo info = market.ledger().info();
        Files.write(target.resolve("ledger.bin"), LEDGER.encode(info));
        Files.writeString(target.resolve("summary.txt"), summary(copy(target), info));
        List<String> money = new ArrayList<>();
        money(copy(target), new Protocol(info, EdgeBeat.signatures()), money);
        Files.write(target.resolve("money.txt"), money);
      }
    }
  }
}

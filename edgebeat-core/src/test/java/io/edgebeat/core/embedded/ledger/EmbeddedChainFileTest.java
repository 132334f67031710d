package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimDisk.CrashMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a chain promises about its file. */
final class EmbeddedChainFileTest {
  private static final String[] NAMES = {"buyer", "seller", "key", "stranger"};

  /** One for all: it remembers who has signed. */
  private final FakeSignatures signatures = new FakeSignatures();

  private Market open(Disk disk) {
    return open(disk, UnaryOperator.identity());
  }

  private Market open(Disk disk, UnaryOperator<EmbeddedChain.Config> change) {
    return new Market(
        signatures, c -> change.apply(c.finalityDepth(3)), c -> EmbeddedChain.open(c, disk), NAMES);
  }

  private static Agreement agreement(Market m, int salt) {
    return m.agreement("buyer", "seller", "key", salt);
  }

  /** Opens, pays, reorganises, pauses, settles: seven blocks that stay. */
  private static void history(Market m) {
    Agreement a = agreement(m, 1);
    Agreement b = agreement(m, 2);
    m.send("buyer", m.open(a, "buyer", "seller"));
    m.send("buyer", m.open(b, "buyer", "seller"));
    m.send("seller", new LedgerCommand.Claim(a, m.voucher(a, "key", Edg.of("2"))));
    m.clock.advance(Duration.ofMinutes(1));
    m.chain.reorg(2, true);
    m.chain.mine(0);
    m.chain.pause(true);
    m.send("buyer", m.open(agreement(m, 3), "buyer", "seller"));
    m.chain.pause(false);
    m.send("seller", m.settle(a, Edg.of("4"), "key", "seller"));
    m.send("stranger", new LedgerCommand.Transfer(m.address("buyer"), Edg.of("3")));
    m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("7")));
  }

  private record Seen(
      List<Object> records, List<LedgerEntry> events, Audit audit, List<TransactionStatus> fates) {}

  private static Seen seen(Market m, List<SignedTransaction> sent) {
    List<Object> records = new ArrayList<>();
    for (int salt = 1; salt < 4; salt++) {
      records.add(m.record(agreement(m, salt)));
    }
    for (String name : NAMES) {
      records.add(m.balance(name));
      records.add(m.vault(name));
    }
    records.add(m.chain.head().hash());
    List<TransactionStatus> fates = sent.stream().map(t -> m.any().status(t.id())).toList();
    return new Seen(records, m.events(), m.chain.audit(), fates);
  }

  @Test
  void whatIsOpenedAgainIsTheSame() {
    SimDisk disk = new SimDisk(1);
    Market m = open(disk);
    history(m);
    Seen before = seen(m, m.sent);
    LedgerCursor middle = m.any().awaitEvents(LedgerCursor.START, 3, Duration.ZERO).next();
    EventPage rest = m.any().awaitEvents(middle, 100, Duration.ZERO);
    m.close();

    Market again = open(disk);
    again.clock.now = m.clock.now;
    assertThat(seen(again, m.sent)).isEqualTo(before);
    assertThat(again.any().awaitEvents(middle, 100, Duration.ZERO)).isEqualTo(rest);
    Agreement b = agreement(again, 2);
    assertThat(again.record(b).status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(again.send("seller", new LedgerCommand.Release(b, Optional.empty())))
        .isInstanceOf(TransactionStatus.Done.class);
    assertThat(again.chain.audit()).matches(Audit::isExact);
    again.close();
    open(disk).close();
  }

  @Test
  void aDirectoryOnTheRealDiskWorksAndIsForOneOnly(@TempDir Path directory) {
    Path chain = directory.resolve("ledger");
    UnaryOperator<EmbeddedChain.Config> same = UnaryOperator.identity();
    try (Market m =
        new Market(signatures, same, c -> EmbeddedChain.open(c, chain), "buyer", "seller")) {
      m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("7")));
      code(
          ErrorCode.LOCKED,
          chain.toString(),
          () -> new Market(signatures, same, c -> EmbeddedChain.open(c, chain), "buyer", "seller"));
    }
    try (Market m =
        new Market(signatures, same, c -> EmbeddedChain.open(c, chain), "buyer", "seller")) {
      assertThat(m.vault("buyer")).isEqualTo(Edg.of("7"));
    }
  }

  @Test
  void otherSettingsAreNamed() {
    SimDisk disk = new SimDisk(1);
    open(disk).close();
    code(ErrorCode.INVALID_CONFIG_VALUE, "chain id", () -> open(disk, c -> c.chainId(3)));
    code(
        ErrorCode.INVALID_CONFIG_VALUE,
        "finality depth",
        () -> open(disk, c -> c.finalityDepth(1)));
    code(
        ErrorCode.INVALID_CONFIG_VALUE,
        "funds",
        () -> open(disk, c -> c.funds(java.util.Map.of())));
    open(disk).close();
  }

  /** Whatever bit of the file flips after an orderly end: it is noticed. */
  @Test
  void everyDamagedByteIsNoticed() throws Exception {
    SimDisk disk = new SimDisk(1);
    Market m = open(disk);
    history(m);
    List<Bytes32> heads = heads(m);
    m.close();
    assertThat(damage(disk, List.of(heads.getLast()))).isGreaterThan(1_000);
  }

  /** After a crash nobody can tell a damaged last block from one that was never written whole. */
  @Test
  void onlyTheLastBlockIsEverCut() throws Exception {
    SimDisk disk = new SimDisk(1);
    Market m = open(disk);
    history(m);
    List<Bytes32> heads = heads(m);
    SimDisk crashed = disk.copy(1);
    m.close();
    assertThat(damage(crashed, heads.subList(heads.size() - 2, heads.size()))).isGreaterThan(1_000);
  }

  private static List<Bytes32> heads(Market m) {
    return m.events().stream()
        .filter(e -> !e.retracted())
        .map(LedgerEntry::blockHash)
        .distinct()
        .toList();
  }

  /** Flips one bit of every byte in turn; returns how many were noticed. */
  private int damage(SimDisk disk, List<Bytes32> allowed) throws IOException {
    int noticed = 0;
    for (String name : disk.list()) {
      byte[] content = disk.content(name);
      int used = content.length;
      while (used > 0 && content[used - 1] == 0) {
        used--;
      }
      // All of the last block, and every seventh byte of what the first test has looked at.
      for (int at = 0; at < used; at += allowed.size() == 1 || at > used - 700 ? 1 : 7) {
        SimDisk damaged = disk.copy(at);
        byte[] bytes = content.clone();
        bytes[at] ^= (byte) (1 << (at % 8));
        damaged.plant(name, bytes);
        try (Market opened = open(damaged)) {
          assertThat(opened.chain.audit()).matches(Audit::isExact);
          assertThat(opened.chain.head().hash()).as("byte %s of %s", at, name).isIn(allowed);
        } catch (EdgeBeatException e) {
          assertThat(e.code()).isIn(ErrorCode.CORRUPTED, ErrorCode.UNKNOWN_VERSION);
          assertThat(e.getMessage()).contains(name);
          noticed++;
        }
      }
    }
    return noticed;
  }

  /** Records that are whole and say something else than what happened. */
  @Test
  void forgedHistoryIsNamed() {
    SimDisk disk = new SimDisk(1);
    try (Market m = open(disk)) {
      history(m);
    }
    List<ChainRecord> records = new ArrayList<>();
    read(disk, payload -> records.add(ChainRecord.CODEC.decode(payload)));
    int first = 1;
    ChainRecord.Block block = (ChainRecord.Block) records.get(first);
    forged(records, r -> r.set(first, with(block, block.number() + 1, block.parent())), "block 2");
    forged(records, r -> r.set(first, with(block, block.number(), Bytes32.ZERO)), "parent");
    forged(
        records,
        r ->
            r.set(
                first,
                new ChainRecord.Block(
                    1, 0, block.parent(), block.time(), block.transactions(), Bytes32.ZERO)),
        "results");
    forged(
        records,
        r ->
            r.set(
                first,
                new ChainRecord.Block(
                    1, 0, block.parent(), block.time(), List.of(), block.results())),
        "results");
    forged(
        records,
        r ->
            r.set(
                first,
                new ChainRecord.Block(
                    1,
                    0,
                    block.parent(),
                    block.time(),
                    List.of(block.transactions().get(0), block.transactions().get(0)),
                    block.results())),
        "nonce");
    forged(records, r -> r.remove(first), "parent");
    forged(records, r -> r.add(first, records.get(0)), "Genesis");
    forged(records, r -> r.remove(0), "Block");
    forged(records, r -> r.add(first, new ChainRecord.Rollback(0, block.parent())), "rollback");
    forged(records, r -> r.add(first + 1, new ChainRecord.Rollback(0, Bytes32.ZERO)), "rollback");
    forged(records, r -> r.add(first, new ChainRecord.Pause(true)), "results");
    byte[] signedByNobody = block.transactions().get(0).toBytes();
    signedByNobody[signedByNobody.length - 5] ^= 1;
    forged(
        records,
        r ->
            r.set(
                first,
                new ChainRecord.Block(
                    1,
                    0,
                    block.parent(),
                    block.time(),
                    List.of(io.edgebeat.api.identity.Blob.of(signedByNobody)),
                    block.results())),
        "signature");
  }

  private static ChainRecord with(ChainRecord.Block b, long number, Bytes32 parent) {
    return new ChainRecord.Block(number, b.era(), parent, b.time(), b.transactions(), b.results());
  }

  private void forged(List<ChainRecord> records, Consumer<List<ChainRecord>> change, String named) {
    List<ChainRecord> changed = new ArrayList<>(records);
    change.accept(changed);
    SimDisk disk = new SimDisk(2);
    write(disk, changed.stream().map(ChainRecord.CODEC::encode).toList());
    EdgeBeatException e = code(ErrorCode.CORRUPTED, named, () -> open(disk));
    assertThat(e).hasMessageContaining("record");
  }

  @Test
  void garbageInAWholeRecordIsNamed() {
    SimDisk disk = new SimDisk(2);
    write(disk, List.of(new byte[] {1, 2, 3}));
    code(ErrorCode.CORRUPTED, "record 1", () -> open(disk));
    SimDisk later = new SimDisk(2);
    write(later, List.of(new byte[] {9}));
    code(ErrorCode.UNKNOWN_VERSION, "format 9", () -> open(later));
  }

  private static void read(Disk disk, Consumer<byte[]> each) {
    Journal.open(
            disk,
            JournalOptions.withNewId(new byte[16]),
            new JournalReplay() {
              @Override
              public void snapshot(byte[] state, long upToSequence) {
                throw new AssertionError("no snapshots");
              }

              @Override
              public void record(long sequence, byte[] payload) {
                each.accept(payload);
              }
            })
        .close();
  }

  private static void write(Disk disk, List<byte[]> records) {
    try (Journal journal =
        Journal.open(
            disk,
            JournalOptions.withNewId(new byte[16]),
            new JournalReplay() {
              @Override
              public void snapshot(byte[] state, long upToSequence) {}

              @Override
              public void record(long sequence, byte[] payload) {}
            })) {
      records.forEach(journal::appendAndSync);
    }
  }

  /**
   * Power fails at any moment: what somebody was told stays, and the rest is whole or not there.
   */
  @Test
  void whatWasToldSurvivesPowerLoss() {
    int runs = 0;
    for (CrashMode mode : CrashMode.values()) {
      for (int at = 1; ; at++) {
        SimDisk disk = new SimDisk(at);
        List<SignedTransaction> told = new ArrayList<>();
        disk.powerOffAt(at);
        boolean survived = interrupted(disk, told);
        if (survived) {
          break;
        }
        runs++;
        disk.crash(mode);
        try (Market again = open(disk)) {
          assertThat(again.chain.audit()).matches(Audit::isExact);
          for (SignedTransaction t : told) {
            assertThat(again.any().status(t.id()))
                .as("%s at operation %s", mode, at)
                .isInstanceOfAny(TransactionStatus.Done.class, TransactionStatus.Failed.class);
          }
          again.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("1")));
          assertThat(again.vault("buyer")).isGreaterThanOrEqualTo(Edg.of("1"));
        }
      }
    }
    assertThat(runs).isGreaterThan(40);
  }

  /** True when nothing failed. */
  private boolean interrupted(SimDisk disk, List<SignedTransaction> told) {
    try {
      Market m = open(disk);
      for (int i = 0; i < 4; i++) {
        Ledger l = m.ledgers.get("buyer");
        SignedTransaction t = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
        l.broadcast(t);
        told.add(t);
      }
      m.close();
      return true;
    } catch (EdgeBeatException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
      return false;
    }
  }

  @Test
  void aFailedSyncStopsTheChainAndShowsNothing() {
    SimDisk disk = new SimDisk(1);
    Market m = open(disk);
    m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("1")));
    disk.failSync(1);
    code(
        ErrorCode.STORAGE_FAILED,
        "",
        () -> m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("2"))));
    code(ErrorCode.STORAGE_FAILED, "stopped", () -> m.vault("buyer"));
    code(
        ErrorCode.STORAGE_FAILED,
        "stopped",
        () -> m.send("seller", new LedgerCommand.VaultDeposit(Edg.of("2"))));
    assertThat(m.chain.audit()).matches(Audit::isExact);
    disk.crash(CrashMode.DROP);
    try (Market again = open(disk)) {
      assertThat(again.vault("buyer")).isEqualTo(Edg.of("1"));
    }
  }

  private static EdgeBeatException code(
      ErrorCode code, String named, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(e).as("nothing was thrown").isNotNull();
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.getMessage()).contains(named);
    return e;
  }
}

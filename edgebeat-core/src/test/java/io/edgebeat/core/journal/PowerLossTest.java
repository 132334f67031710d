package io.edgebeat.core.journal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimDisk.CrashMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of a journal on a simulated disk, with the power going off in every operation of
 * every history, in every mode. A failure names the seed; {@code -Dedgebeat.journal.seed=} repeats
 * it, {@code -Dedgebeat.journal.seeds=} asks for more of them.
 */
class PowerLossTest {
  private static final int SEEDS = Integer.getInteger("edgebeat.journal.seeds", 40);
  private static final int MAX_RECORD = 150;

  /** The four ways a power loss can end, and the end of a process under a disk that goes on. */
  private static final List<Consumer<SimDisk>> LOSSES =
      List.of(
          disk -> disk.crash(CrashMode.DROP),
          disk -> disk.crash(CrashMode.KEEP),
          disk -> disk.crash(CrashMode.TEAR),
          disk -> disk.crash(CrashMode.REORDER),
          SimDisk::kill);

  /** Disks that break their contract; the test must notice each of them. */
  enum Fault {
    /** A sync does nothing. */
    SYNC_IGNORED,
    /** A sync is reported at once and happens with the next write: the journal completes early. */
    SYNC_LATE,
    /** Names are never made durable. */
    DIRECTORY_SYNC_IGNORED,
    /** Writes that change nothing are left out, although an earlier sync of them has failed. */
    SAME_BYTES_IGNORED
  }

  @Test
  void nothingPromisedIsLost(TestReporter reporter) {
    long runs = explore(disk -> disk);
    reporter.publishEntry("power losses", Long.toString(runs));
    assertTrue(runs >= 40L * Math.min(SEEDS, 10), "only " + runs + " power losses");
  }

  @ParameterizedTest
  @EnumSource
  void brokenDisksAreNoticed(Fault fault) {
    AssertionError found =
        assertThrows(AssertionError.class, () -> explore(disk -> new BrokenDisk(disk, fault)));
    assertTrue(String.valueOf(found.getMessage()).contains("seed"), found.getMessage());
  }

  /** Runs all histories; returns the number of power losses. */
  private static long explore(UnaryOperator<Disk> between) {
    Long only = Long.getLong("edgebeat.journal.seed");
    long runs = 0;
    for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
      History whole = new History(seed, between);
      whole.run();
      long operations = whole.disk.operations();
      for (long at = 1; at <= operations; at++) {
        for (int mode = 0; mode < LOSSES.size(); mode++) {
          try {
            new History(seed, between).loseAndGoOn(at, mode);
            runs++;
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                "seed " + seed + ", power off at " + at + ", mode " + mode + ": " + e, e);
          }
        }
      }
    }
    return runs;
  }

  /** One history, decided by its seed. */
  private static final class History {
    private final SplittableRandom random;
    private final JournalOptions options;
    private final JournalOracle oracle = new JournalOracle();
    private final Disk between;
    final SimDisk disk;

    History(long seed, UnaryOperator<Disk> between) {
      this.random = new SplittableRandom(seed);
      this.disk = new SimDisk(seed);
      this.between = between.apply(disk);
      byte[] id = new byte[16];
      random.nextBytes(id);
      this.options =
          JournalOptions.withNewId(id)
              .withMaxRecordBytes(MAX_RECORD)
              .withSegmentBytes(256 + random.nextInt(800))
              .withBatches(256 + random.nextInt(2000), 1 + random.nextInt(4))
              .withPreallocateBytes(random.nextBoolean() ? 0 : random.nextInt(4000))
              .withSnapshotsKept(1 + random.nextInt(2));
    }

    private Journal open() {
      oracle.beforeOpen();
      Journal journal = Journal.open(between, options, oracle);
      oracle.afterOpen(journal);
      return journal;
    }

    /** Until the power is off, or to the end. */
    void run() {
      try {
        for (int session = 0; session < 3; session++) {
          Journal journal = open();
          int steps = random.nextInt(12);
          for (int i = 0; i < steps; i++) {
            step(journal);
          }
          if (random.nextInt(4) != 0) {
            journal.close();
          } else {
            disk.kill();
          }
        }
      } catch (EdgeBeatException e) {
        if (!disk.isOff() || e.code() != ErrorCode.STORAGE_FAILED) {
          throw e;
        }
      }
    }

    private void step(Journal journal) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> oracle.append(journal, random, MAX_RECORD);
        case 3, 4 -> journal.doWork();
        default -> {
          long upTo = oracle.promised() - random.nextInt(3);
          try {
            journal.writeSnapshot(oracle.state(Math.max(0, upTo)), upTo);
          } catch (EdgeBeatException e) {
            if (e.code() != ErrorCode.INVALID_ARGUMENT) {
              throw e;
            }
          }
        }
      }
    }

    /** The power goes off at an operation, perhaps again while recovering; then life goes on. */
    void loseAndGoOn(long operation, int mode) {
      if (random.nextInt(3) == 0) {
        disk.failSync(1 + random.nextInt(20));
      }
      disk.powerOffAt(operation);
      try {
        run();
      } catch (EdgeBeatException e) {
        if (e.code() != ErrorCode.STORAGE_FAILED) {
          throw e;
        }
      }
      lose(mode);
      if (random.nextBoolean()) {
        disk.powerOffAt(1 + random.nextInt(6));
        try {
          open();
        } catch (EdgeBeatException e) {
          if (e.code() != ErrorCode.STORAGE_FAILED) {
            throw e;
          }
        }
        lose(random.nextInt(LOSSES.size()));
      }
      Journal journal = open();
      if (random.nextBoolean()) {
        // What an opening has shown must be durable, even if it was readable by luck only.
        lose(0);
        journal = open();
      }
      for (int i = 0; i < 4; i++) {
        if (!oracle.append(journal, random, MAX_RECORD)) {
          throw new AssertionError("a new record was refused");
        }
        while (journal.doWork() > 0) {
          // All of them.
        }
      }
      if (oracle.promised() != oracle.appended()) {
        throw new AssertionError("a completion is missing");
      }
      if (random.nextBoolean()) {
        journal.close();
      }
      lose(0);
      open().close();
    }

    private void lose(int loss) {
      LOSSES.get(loss).accept(disk);
    }
  }

  /** Passes everything on, except what the fault says. */
  private record BrokenDisk(Disk disk, Fault fault) implements Disk {
    @Override
    public String locate(String name) {
      return disk.locate(name);
    }

    @Override
    public List<String> list() throws IOException {
      return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
      return new BrokenFile(disk.create(name), fault);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      return new BrokenFile(disk.open(name), fault);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
      if (fault != Fault.DIRECTORY_SYNC_IGNORED) {
        disk.syncDirectory();
      }
    }

    @Override
    public Lock lock(String name) throws IOException {
      return disk.lock(name);
    }
  }

  private static final class BrokenFile implements DiskFile {
    private final DiskFile file;
    private final Fault fault;
    private boolean late;

    BrokenFile(DiskFile file, Fault fault) {
      this.file = file;
      this.fault = fault;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      return file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      if (late) {
        late = false;
        file.sync();
      }
      ByteBuffer present = ByteBuffer.allocate(source.remaining());
      if (fault == Fault.SAME_BYTES_IGNORED
          && file.read(position, present) == source.remaining()
          && present.flip().equals(source)) {
        return;
      }
      file.write(position, source);
    }

    @Override
    public void zero(long from, long to) throws IOException {
      file.zero(from, to);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      if (fault == Fault.SYNC_LATE) {
        late = true;
      } else if (fault != Fault.SYNC_IGNORED) {
        file.sync();
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}

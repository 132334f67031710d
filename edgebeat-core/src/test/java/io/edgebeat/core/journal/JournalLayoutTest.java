package io.edgebeat.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.core.sim.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Files that are whole, each for itself, and do not belong together: somebody has deleted some,
 * mixed two backups, or written frames by hand. What is wrong is named, and nothing is changed.
 */
class JournalLayoutTest {
  private static final byte[] ID = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final JournalReplay NOBODY =
      new JournalReplay() {
        @Override
        public void snapshot(byte[] state, long upToSequence) {}

        @Override
        public void record(long sequence, byte[] payload) {}
      };
  private static final JournalOptions SMALL =
      JournalOptions.withNewId(ID)
          .withMaxRecordBytes(100)
          .withSegmentBytes(512)
          .withBatches(256, 4)
          .withPreallocateBytes(0);

  /** Forty records in segments of nine, two snapshots, and the segments behind the older one. */
  private static SimDisk layers() {
    return written(40, true);
  }

  private static SimDisk written(int records, boolean snapshots) {
    SimDisk disk = new SimDisk(1);
    try (Journal journal = Journal.open(disk, SMALL, NOBODY)) {
      for (int i = 1; i <= records; i++) {
        journal.appendAndSync(("record number " + i).getBytes(StandardCharsets.UTF_8));
        if (snapshots && i % 15 == 0) {
          journal.writeSnapshot(new byte[] {1, 2, 3}, i - 1);
        }
      }
    }
    return disk;
  }

  private static List<Long> segments(SimDisk disk) {
    try {
      return disk.list().stream().map(Format::segmentSequence).filter(n -> n >= 0).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(SimDisk disk, Predicate<String> which) {
    try {
      for (String name : disk.list()) {
        if (which.test(name)) {
          disk.delete(name);
        }
      }
      disk.syncDirectory();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean segmentBehind(String name, long record) {
    return Format.segmentSequence(name) > record;
  }

  /** Opening and checking both say the same. */
  private static void corrupted(SimDisk disk, String... parts) {
    notOpened(disk, parts);
    refused(disk, () -> Journal.check(disk, NOBODY), parts);
  }

  private static void notOpened(SimDisk disk, String... parts) {
    refused(disk, () -> Journal.open(disk, SMALL, NOBODY), parts);
  }

  private static void refused(
      SimDisk disk, org.junit.jupiter.api.function.Executable call, String... parts) {
    long before = disk.operations();
    EdgeBeatException e = assertThrows(EdgeBeatException.class, call);
    assertEquals(ErrorCode.CORRUPTED, e.code(), e.getMessage());
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
    assertEquals(before, disk.operations(), "nothing is changed");
  }

  @Test
  void twoFilesWithTheSameRecords() {
    SimDisk disk = written(24, false);
    assertEquals(List.of(1L, 10L, 19L), segments(disk));
    byte[] content = disk.content(Format.segmentName(10));
    byte[] header = Format.fileHeader(Format.SEGMENT_MAGIC, ID, 5, 0, 0);
    disk.plant(Format.segmentName(5), behind(header, content));
    corrupted(disk, Format.segmentName(5), "the file before it ends with record 9");
  }

  private static byte[] behind(byte[] header, byte[] content) {
    byte[] all = content.clone();
    System.arraycopy(header, 0, all, 0, Format.FILE_HEADER);
    return all;
  }

  @Test
  void anUnfinishedFileThatDoesNotFollow() {
    SimDisk disk = written(24, false);
    disk.plant(Format.segmentName(99), new byte[0]);
    // Now that a next file was begun, the one before it has to be complete; it is.
    corrupted(disk, Format.segmentName(99), "the file before it ends with 24");

    SimDisk alone = new SimDisk(1);
    alone.plant(Format.segmentName(5), new byte[0]);
    corrupted(alone, Format.segmentName(1), "missing");

    SimDisk next = written(24, false);
    next.plant(Format.segmentName(25), new byte[0]);
    assertEquals(24, Journal.check(next, NOBODY).lastRecord());
    try (Journal journal = Journal.open(next, SMALL, NOBODY)) {
      assertEquals(25, journal.recovery().nextSequence());
    }
  }

  @Test
  void aSnapshotOfRecordsThatAreGone() {
    SimDisk disk = layers();
    delete(disk, name -> segmentBehind(name, 19));
    assertEquals(19L, segments(disk).getLast());
    corrupted(disk, Format.segmentName(19), "record 28 is missing, a snapshot has 29");

    // Nor does an older one stand in for it.
    String newest = Format.snapshotName(29);
    SimDisk damaged = disk.copy(1);
    damaged.flip(newest, Format.FILE_HEADER, 1);
    corrupted(damaged, newest, "checksum");
    delete(damaged, name -> segmentBehind(name, 10));
    corrupted(damaged, newest, "checksum");

    SimDisk hole = layers();
    hole.flip(newest, Format.FILE_HEADER, 1);
    delete(hole, name -> name.equals(Format.segmentName(19)));
    corrupted(hole, newest, "checksum");
  }

  @Test
  void filesWithoutABeginning() {
    SimDisk none = layers();
    delete(none, name -> segmentBehind(name, 0));
    corrupted(none, "the file is missing");

    SimDisk late = written(24, false);
    delete(late, name -> name.equals(Format.segmentName(1)));
    corrupted(late, Format.segmentName(1), "the file is missing");

    // The snapshots end before the first record that is there.
    SimDisk gap = layers();
    delete(gap, name -> name.equals(Format.snapshotName(29)) || !segmentBehind(name, 19));
    SimDisk older = layers();
    String snapshot = Format.snapshotName(14);
    gap.plant(snapshot, older.content(snapshot));
    corrupted(gap, "the file is missing");
  }

  @Test
  void framesThatSayAnotherNumber() {
    SimDisk disk = written(5, false);
    String name = Format.segmentName(1);
    int seed = Format.segmentSeed(ID, 1);
    byte[] content = disk.content(name);
    int frame = Format.FRAME_HEADER + "record number 1".length();
    int second = Format.FILE_HEADER + frame;
    byte[] payload = Arrays.copyOfRange(content, second + Format.FRAME_HEADER, second + frame);
    int checksum = Format.checksum(payload, 0, payload.length);
    long[][] wrong = {{7, 2}, {2, 3}, {2, 0}, {1, 1}};
    for (long[] numbers : wrong) {
      byte[] header = new byte[Format.FRAME_HEADER];
      Format.frameHeader(
          header,
          Format.KIND_RECORD,
          payload.length,
          numbers[0],
          numbers[1],
          checksum,
          seed,
          second);
      byte[] changed = content.clone();
      System.arraycopy(header, 0, changed, second, header.length);
      SimDisk forged = disk.copy(1);
      forged.plant(name, changed);
      corrupted(forged, name, "offset " + second, "record " + numbers[0] + " is where 2 should be");
    }
  }
}

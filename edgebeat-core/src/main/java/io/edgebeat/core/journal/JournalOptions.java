package io.edgebeat.core.journal;

import java.util.Arrays;

/** Settings of a {@link Journal}; a value. Every {@code with} method returns a changed copy. */
public final class JournalOptions {
  /** Length of a journal id in bytes. */
  public static final int ID_BYTES = 16;

  private static final int MEBI = 1024 * 1024;
  private static final int MAX_BYTES = 1024 * MEBI;

  private final byte[] id;
  private final boolean idRequired;
  private final int maxRecordBytes;
  private final int segmentBytes;
  private final int batchBytes;
  private final int maxQueuedBatches;
  private final int preallocateBytes;
  private final int snapshotsKept;

  private JournalOptions(
      byte[] id,
      boolean idRequired,
      int maxRecordBytes,
      int segmentBytes,
      int batchBytes,
      int maxQueuedBatches,
      int preallocateBytes,
      int snapshotsKept) {
    this.id = id;
    this.idRequired = idRequired;
    this.maxRecordBytes = maxRecordBytes;
    this.segmentBytes = segmentBytes;
    this.batchBytes = batchBytes;
    this.maxQueuedBatches = maxQueuedBatches;
    this.preallocateBytes = preallocateBytes;
    this.snapshotsKept = snapshotsKept;
  }

  /**
   * Default settings.
   *
   * @param id 16 random bytes that a new journal gets; a journal that exists keeps its own
   * @return the options
   */
  public static JournalOptions withNewId(byte[] id) {
    return new JournalOptions(checkId(id), false, MEBI, 64 * MEBI, MEBI, 8, MEBI, 2);
  }

  /**
   * The same settings for one known journal only.
   *
   * @param id the 16 bytes the files must carry; a new journal gets them
   * @return a changed copy
   */
  public JournalOptions withRequiredId(byte[] id) {
    return new JournalOptions(
        checkId(id),
        true,
        maxRecordBytes,
        segmentBytes,
        batchBytes,
        maxQueuedBatches,
        preallocateBytes,
        snapshotsKept);
  }

  /**
   * The largest payload of a record; default 1 MiB.
   *
   * @param bytes between 1 and 256 MiB
   * @return a changed copy
   */
  public JournalOptions withMaxRecordBytes(int bytes) {
    return new JournalOptions(
        id,
        idRequired,
        check("maxRecordBytes", bytes, 1, MAX_BYTES / 4),
        segmentBytes,
        batchBytes,
        maxQueuedBatches,
        preallocateBytes,
        snapshotsKept);
  }

  /**
   * The size at which a new segment file begins; default 64 MiB. A segment always has room for one
   * record of the largest size.
   *
   * @param bytes between 256 bytes and 1 GiB
   * @return a changed copy
   */
  public JournalOptions withSegmentBytes(int bytes) {
    return new JournalOptions(
        id,
        idRequired,
        maxRecordBytes,
        check("segmentBytes", bytes, 256, MAX_BYTES),
        batchBytes,
        maxQueuedBatches,
        preallocateBytes,
        snapshotsKept);
  }

  /**
   * How many bytes one write and sync may carry, default 1 MiB, and how many such batches may wait,
   * default 8. Further appends wait for room, or are refused with {@code BUSY} where waiting would
   * block the flushing itself.
   *
   * @param bytes between 256 bytes and 1 GiB; a batch always has room for one record
   * @param queued between 1 and 1024
   * @return a changed copy
   */
  public JournalOptions withBatches(int bytes, int queued) {
    return new JournalOptions(
        id,
        idRequired,
        maxRecordBytes,
        segmentBytes,
        check("batchBytes", bytes, 256, MAX_BYTES),
        check("maxQueuedBatches", queued, 1, 1024),
        preallocateBytes,
        snapshotsKept);
  }

  /**
   * How far zeros are written ahead of the records, so that a sync need not move the end of the
   * file; default 1 MiB.
   *
   * @param bytes between 0 (never) and 1 GiB
   * @return a changed copy
   */
  public JournalOptions withPreallocateBytes(int bytes) {
    return new JournalOptions(
        id,
        idRequired,
        maxRecordBytes,
        segmentBytes,
        batchBytes,
        maxQueuedBatches,
        check("preallocateBytes", bytes, 0, MAX_BYTES),
        snapshotsKept);
  }

  /**
   * How many snapshots are kept, with all records behind the oldest of them; default 2, so that a
   * damaged snapshot costs time and not the journal.
   *
   * @param count between 1 and 100
   * @return a changed copy
   */
  public JournalOptions withSnapshotsKept(int count) {
    return new JournalOptions(
        id,
        idRequired,
        maxRecordBytes,
        segmentBytes,
        batchBytes,
        maxQueuedBatches,
        preallocateBytes,
        check("snapshotsKept", count, 1, 100));
  }

  byte[] id() {
    return id.clone();
  }

  /** Whether existing files must carry {@link #id()}. */
  boolean idRequired() {
    return idRequired;
  }

  int maxRecordBytes() {
    return maxRecordBytes;
  }

  /** The size of a segment, large enough for one record of the largest size. */
  int segmentBytes() {
    return Math.max(segmentBytes, Format.FILE_HEADER + Format.FRAME_HEADER + maxRecordBytes);
  }

  /** The size of a batch, large enough for one record of the largest size. */
  int batchBytes() {
    return Math.max(batchBytes, Format.FRAME_HEADER + maxRecordBytes);
  }

  int maxQueuedBatches() {
    return maxQueuedBatches;
  }

  int preallocateBytes() {
    return preallocateBytes;
  }

  int snapshotsKept() {
    return snapshotsKept;
  }

  private static byte[] checkId(byte[] id) {
    if (id.length != ID_BYTES) {
      throw new IllegalArgumentException("a journal id has 16 bytes, not " + id.length);
    }
    return Arrays.copyOf(id, ID_BYTES);
  }

  private static int check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be between " + min + " and " + max + ", not " + value);
    }
    return value;
  }
}

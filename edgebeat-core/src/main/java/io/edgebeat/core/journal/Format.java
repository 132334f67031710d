package io.edgebeat.core.journal;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal. All numbers are big-endian; every checksum is a CRC32C.
 *
 * <p><b>Files.</b> {@code journal-<first sequence>.segment} holds records, {@code snapshot-<last
 * sequence>.snapshot} a state, {@code journal.lock} nothing. A snapshot is written under a name
 * ending in {@code .temporary} and renamed when it is complete.
 *
 * <p><b>File header</b>, 64 bytes: magic (8), format version (4), zero (4), journal id (16),
 * sequence (8), length of the snapshot's state (8), checksum of the state (4), zero (8), checksum
 * of the 60 bytes before (4). Every later format keeps the place of magic, version and checksum, so
 * that an older release can name what it found.
 *
 * <p><b>Frame</b>, 32 bytes and the payload: {@code 'E' 'B'}, frame version (1), kind (1), length
 * of the payload (4), sequence (8), confirmed sequence (8), checksum of the payload (4), checksum
 * of the 28 bytes before (4), which is masked with journal id, segment and position, so that no
 * copied frame is valid in another place.
 *
 * <p><b>Confirmed</b> is the first sequence that was not known to be durable when the frame was
 * written. One write carries one batch, the next batch is written only after that one is synced,
 * and all frames of a batch carry the first sequence of the batch here. A frame that confirms
 * sequences above {@code s} therefore proves that record {@code s} was durable once, and a frame
 * that does not may be what a crash left of the one write that was not finished. That is the whole
 * difference between damage, which stops a node, and a torn end, which is cut.
 *
 * <p>A <b>mark</b> is a frame without payload behind the last record: it confirms everything before
 * it, is written when nothing else is, and is overwritten by the next record. A segment that is
 * left for the next one ends exactly behind a mark.
 */
final class Format {
  static final int VERSION = 1;
  static final int FILE_HEADER = 64;
  static final int FRAME_HEADER = 32;
  static final byte KIND_RECORD = 1;
  static final byte KIND_MARK = 2;
  static final String LOCK = "journal.lock";
  static final String TEMPORARY = ".temporary";
  static final long SEGMENT_MAGIC = 0x4544474542454a31L; // EDGEBEJ1
  static final long SNAPSHOT_MAGIC = 0x4544474542455331L; // EDGEBES1

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final Pattern SEGMENT = Pattern.compile("journal-([0-9]{19})\\.segment");
  private static final Pattern SNAPSHOT = Pattern.compile("snapshot-([0-9]{19})\\.snapshot");
  private static final int FRAME_MAGIC = 0x4542;

  private Format() {}

  static String segmentName(long first) {
    return String.format(Locale.ROOT, "journal-%019d.segment", first);
  }

  static String snapshotName(long upTo) {
    return String.format(Locale.ROOT, "snapshot-%019d.snapshot", upTo);
  }

  /** The first sequence of a segment file, -1 if the name is none. */
  static long segmentSequence(String name) {
    return sequence(SEGMENT, name);
  }

  /** The last sequence of a snapshot file, -1 if the name is none. */
  static long snapshotSequence(String name) {
    return sequence(SNAPSHOT, name);
  }

  private static long sequence(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.matches()) {
      return -1;
    }
    try {
      return Long.parseLong(matcher.group(1));
    } catch (NumberFormatException e) {
      return -1; // nineteen digits above the largest number: not written by a journal
    }
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Writes a file header into 64 bytes. */
  static byte[] fileHeader(long magic, byte[] id, long sequence, long length, int checksum) {
    byte[] header = new byte[FILE_HEADER];
    LONG.set(header, 0, magic);
    INT.set(header, 8, VERSION);
    System.arraycopy(id, 0, header, 16, id.length);
    LONG.set(header, 32, sequence);
    LONG.set(header, 40, length);
    INT.set(header, 48, checksum);
    INT.set(header, 60, checksum(header, 0, 60));
    return header;
  }

  static boolean fileHeaderValid(byte[] header, long magic) {
    return getLong(header, 0) == magic && getInt(header, 60) == checksum(header, 0, 60);
  }

  /** What the checksums of a segment's frames are masked with. */
  static int segmentSeed(byte[] id, long first) {
    byte[] bytes = new byte[id.length + Long.BYTES];
    System.arraycopy(id, 0, bytes, 0, id.length);
    LONG.set(bytes, id.length, first);
    return checksum(bytes, 0, bytes.length);
  }

  private static int mask(int seed, long position) {
    long z = ((seed & 0xffff_ffffL) | (position << 32)) * 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ (z >>> 29)) * 0xbf58_476d_1ce4_e5b9L;
    return (int) (z >>> 32);
  }

  /** Writes a frame header into the first 32 bytes of {@code target}. */
  static void frameHeader(
      byte[] target,
      byte kind,
      int length,
      long sequence,
      long confirmed,
      int payloadChecksum,
      int seed,
      long position) {
    INT.set(target, 0, FRAME_MAGIC << 16 | VERSION << 8 | kind);
    INT.set(target, 4, length);
    LONG.set(target, 8, sequence);
    LONG.set(target, 16, confirmed);
    INT.set(target, 24, payloadChecksum);
    INT.set(target, 28, checksum(target, 0, 28) ^ mask(seed, position));
  }

  /** Writes the frame that confirms every record before {@code sequence} into 32 bytes. */
  static byte[] mark(byte[] frame, long sequence, int seed, long position) {
    frameHeader(frame, KIND_MARK, 0, sequence, sequence, 0, seed, position);
    return frame;
  }

  /** Whether the 32 bytes are a frame header that was written for this very position. */
  static boolean frameHeaderValid(byte[] bytes, int at, int seed, long position) {
    return getInt(bytes, at) >>> 16 == FRAME_MAGIC
        && getInt(bytes, at + 28) == (checksum(bytes, at, 28) ^ mask(seed, position))
        && getInt(bytes, at + 4) >= 0;
  }

  static EdgeBeatException corrupted(Disk disk, String file, long offset, String reason) {
    return new EdgeBeatException(
        ErrorCode.CORRUPTED,
        disk.locate(file)
            + " is damaged at offset "
            + offset
            + ": "
            + reason
            + "; restore the directory or move it away, nothing was changed");
  }

  static EdgeBeatException unknownVersion(Disk disk, String file, String what, int found) {
    return new EdgeBeatException(
        ErrorCode.UNKNOWN_VERSION,
        disk.locate(file)
            + " has "
            + what
            + " "
            + found
            + ", this release supports up to "
            + VERSION
            + "; open it with the release that wrote it or a later one");
  }

  static EdgeBeatException unreadable(String file, Throwable cause) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.SAME_CALL,
        "reading " + file + " failed (" + cause + ")",
        cause);
  }

  static EdgeBeatException storageFailed(String file, Throwable cause) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "reading or writing "
            + file
            + " failed ("
            + cause
            + "); the journal has stopped, free or repair the disk and open it again",
        cause);
  }
}
